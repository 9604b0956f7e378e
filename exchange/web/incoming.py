"""Deposits as operators see them: what is on its way, and that it arrived."""

from dataclasses import dataclass

from flask import Response, redirect, render_template, request, url_for

from exchange.errors import Invalid, Unknown
from exchange.payments.deposits import AnotherFirst
from exchange.payments.reference import read_reference, spaced
from exchange.reports.deposits import DepositRow, deposits_booked, deposits_waiting
from exchange.web import formats
from exchange.web.amounts import cents_of, euros_text
from exchange.web.premises import premises
from exchange.web.visit import Visit, visit


@dataclass(frozen=True, slots=True)
class IncomingView:
    """A deposit: what was announced, what the first operator read, whether the visitor may say the second word."""

    reference: str
    spaced: str
    firm: str
    amount: str
    at: str
    state: str
    state_text: str
    typed: str
    mine: bool
    seq: str


def show() -> str:
    """Deposits that wait, and the latest that were booked."""
    return _page({}, request.args.get("fertig", ""))


def _page(problems: dict[str, str], done: str = "") -> str:
    seen = visit()
    with premises().reading() as connection:
        waiting = [_view(seen, row) for row in deposits_waiting(connection)]
        booked = [_view(seen, row) for row in deposits_booked(connection)]
    four_eyes = seen.money(premises().deposits.four_eyes_cents)
    done_text = seen.t(f"incoming.done.{done}") if done in ("booked", "checked") else ""
    return render_template(
        "operate/deposits.html", rows=waiting, booked=booked, problems=problems, done=done_text, four_eyes=four_eyes
    )


def _view(seen: Visit, row: DepositRow) -> IncomingView:
    known = row.amount_cents if row.received_cents is None else row.received_cents
    return IncomingView(
        reference=row.reference,
        spaced=spaced(row.reference),
        firm=row.firm,
        amount=seen.money(known if row.state == "booked" else row.amount_cents),
        at=formats.moment(row.booked_at or row.asked_at, "minute", seen.lang),
        state=row.state,
        state_text=seen.t(f"deposit.state.{row.state}"),
        typed="" if row.state == "checked" else euros_text(known),
        mine=row.first_by == seen.user.user_id,
        seq=formats.number(row.seq, seen.lang) if row.seq else "",
    )


def confirm(reference: str) -> Response | tuple[str, int]:
    """This much arrived under a reference."""
    seen, found = visit(), read_reference(reference)
    if not found:
        raise Unknown("deposit", reference)
    cents = cents_of(request.form.get("amount", "")[:20]) or 0
    try:
        state = premises().deposits.confirm(seen.user, found, cents)
    except AnotherFirst:
        return _page({found: seen.t("incoming.error.same")}), 403
    except Invalid:
        return _page({found: seen.t("incoming.error.amount")}), 400
    return redirect(url_for("operate.deposits", fertig=state), 303)  # type: ignore[return-value]
