"""The wallet: what may be spent, what is reserved, every movement."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask_login import login_required

from exchange.reports.money import Movement, movements_of, wallet_of
from exchange.web import formats
from exchange.web.premises import premises
from exchange.web.rows import short_code
from exchange.web.visit import Visit, visit

wallet = Blueprint("wallet", __name__, url_prefix="/guthaben")


@dataclass(frozen=True, slots=True)
class MovementView:
    """One movement in words."""

    number: str
    at: str
    what: str
    detail: str
    href: str
    amount: str
    after: str
    gain: bool


@wallet.get("")
@login_required
def show() -> str:
    """Balance, reservations, movements."""
    seen, firm = visit(), visit().user.organisation
    below = request.args.get("below", "")
    with premises().reading() as connection:
        held = wallet_of(connection, firm, formats.midnight(seen.now))
        moved, last = movements_of(connection, firm, int(below) if below.isdecimal() and len(below) < 19 else None)
    page = {
        "rows": [_view(seen, movement, held.credit_line_cents) for movement in moved],
        "next_href": "" if last is None else url_for("wallet.show", below=last),
    }
    texts = {
        "available": seen.money(held.available_cents),
        "balance": seen.money(held.balance_cents + held.reserved_cents),
        "credit_line": seen.money(held.credit_line_cents),
        "reserved": seen.money(held.reserved_cents),
        "payee": seen.t("brand"),
        "reference": firm,
    }
    return render_template("wallet/show.html", wallet=texts, page=page)


def _view(seen: Visit, movement: Movement, credit_line_cents: int) -> MovementView:
    gain = movement.change_cents > 0
    number = formats.number(movement.number, seen.lang)
    if movement.first != movement.number:
        number = f"{formats.number(movement.first, seen.lang)}–{number}"
    return MovementView(
        number=number,
        at=formats.moment(movement.at, "second", seen.lang),
        what=seen.t(f"wallet.kind.{movement.kind}"),
        detail=movement.bid or (short_code(movement.sector) if movement.listing_id else ""),
        href=url_for("leads.show", listing_id=movement.listing_id) if movement.listing_id else "",
        amount=("+" if gain else "") + seen.money(movement.change_cents),
        after=seen.money(movement.balance_cents + credit_line_cents),
        gain=gain,
    )
