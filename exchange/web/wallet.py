"""The wallet: what may be spent, what is reserved by which bid, every movement, the firm's own limit, deposits."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_login import login_required

from exchange.reports import Connection
from exchange.reports.deposits import deposits_of
from exchange.reports.holdings import holdings_of, months_of
from exchange.reports.money import KINDS, WalletRow, movements_of, wallet_of
from exchange.web import deposit_pages, formats
from exchange.web.amounts import cents_of
from exchange.web.balance_chart import balance_chart
from exchange.web.daily_limit import announced, limit_view
from exchange.web.premises import premises
from exchange.web.sheet_csv import Shape
from exchange.web.visit import Visit, visit
from exchange.web.wallet_csv import movements_csv
from exchange.web.wallet_view import Asked, asked_for, deposit_view, holding_view, months_between, movement_view

wallet = Blueprint("wallet", __name__, url_prefix="/guthaben")
MOST_ROWS = 100_000

wallet.add_url_rule("/einzahlung", view_func=login_required(deposit_pages.top_up), endpoint="top_up")
wallet.add_url_rule(
    "/einzahlung", view_func=login_required(deposit_pages.announce), endpoint="announce", methods=["POST"]
)
wallet.add_url_rule("/einzahlung/<reference>", view_func=login_required(deposit_pages.show), endpoint="deposit")
wallet.add_url_rule(
    "/einzahlung/<reference>/zurueck",
    view_func=login_required(deposit_pages.cancel),
    endpoint="cancel_deposit",
    methods=["POST"],
)


@wallet.get("")
@login_required
def show() -> str:
    """Balance, limit, reservations, deposits on their way, movements."""
    return _page({})


def _page(problems: dict[str, str]) -> str:
    seen, firm = visit(), visit().user.organisation
    below = request.args.get("below", "")
    with premises().reading() as connection:
        held = wallet_of(connection, firm, formats.midnight(seen.now))
        months = _months(connection, firm)
        asked = _asked(seen, months)
        before = int(below) if below.isdecimal() and len(below) < 19 else None
        moved, last = movements_of(connection, firm, before, kind=asked.kind, span=asked.span)
        page: dict[str, Any] = {
            "rows": [movement_view(seen, movement, held.credit_line_cents) for movement in moved],
            "next_href": _next_href(asked, last),
            "holdings": [holding_view(seen, one) for one in holdings_of(connection, firm)],
            "deposits": [deposit_view(seen, one) for one in deposits_of(connection, firm)],
            "chart": balance_chart(connection, seen) if months else None,
        }
    page["kinds"] = [(one, seen.t(f"wallet.kind.{one}")) for one in KINDS]
    page["months"] = [(name, f"{name[5:]}/{name[:4]}") for name, _ in months]
    page["asked"] = asked
    return render_template(
        "wallet/show.html",
        wallet=_texts(seen, held),
        limit=limit_view(seen, held),
        page=page,
        problems=problems,
        done=request.args.get("fertig") == "limit",
    )


def _next_href(asked: Asked, last: int | None) -> str:
    if last is None:
        return ""
    return url_for("wallet.show", kind=asked.kind, month=asked.month or None, below=last) + "#buchungen"


def _texts(seen: Visit, held: WalletRow) -> dict[str, str]:
    return {
        "available": seen.money(held.available_cents),
        "balance": seen.money(held.balance_cents + held.reserved_cents),
        "credit_line": seen.money(held.credit_line_cents),
        "reserved": seen.money(held.reserved_cents),
    }


def _months(connection: Connection, firm: str) -> list[tuple[str, int]]:
    ends = months_of(connection, firm)
    return months_between(*ends) if ends else []


def _asked(seen: Visit, months: list[tuple[str, int]]) -> Asked:
    return asked_for(request.args.get("kind", ""), request.args.get("month", ""), months, seen.now)


@wallet.get("/buchungen.csv")
@login_required
def export() -> Response:
    """The movements that were asked for, as a file."""
    seen, firm = visit(), visit().user.organisation
    shape: Shape = "excel" if request.args.get("form") == "excel" else "rfc4180"
    with premises().reading() as connection:
        asked = _asked(seen, _months(connection, firm))
        moved, _ = movements_of(connection, firm, most=MOST_ROWS, kind=asked.kind, span=asked.span)
    response = make_response(movements_csv(seen, moved, shape))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="guthaben-{asked.month or "alle"}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


@wallet.post("/limit")
@login_required
def set_limit() -> Response | str | tuple[str, int]:
    """The firm's own limit: first what it would mean, then, confirmed, the order."""
    seen, typed = visit(), request.form.get("limit", "").strip()[:20]
    limit_cents = cents_of(typed) if typed else None
    if typed and not limit_cents:
        return _page({"limit": seen.t("wallet.limit_wrong")}), 400
    if request.form.get("sure") == "1":
        premises().desk.set_daily_limit(seen.user.organisation, limit_cents=limit_cents)
        return redirect(url_for("wallet.show", fertig="limit"), 303)  # type: ignore[return-value]
    with premises().reading() as connection:
        held = wallet_of(connection, seen.user.organisation, formats.midnight(seen.now))
    if limit_cents == held.limit.at(seen.now) and held.limit.later_at is None:
        return redirect(url_for("wallet.show"), 303)  # type: ignore[return-value]
    return render_template("wallet/limit.html", typed=typed, says=announced(seen, held, limit_cents))
