"""Payouts as operators see them: what is payable, what waits for a second operator, what was paid."""

from collections.abc import Mapping

from flask import Response, redirect, render_template, request, url_for

from exchange.desk import Conflict
from exchange.errors import Invalid
from exchange.payments.deposits import AnotherFirst
from exchange.reports.payouts import PayoutRow, payable_now, payouts_decided, payouts_waiting
from exchange.web import formats
from exchange.web.amounts import cents_of, euros_text
from exchange.web.deeds import request_id
from exchange.web.health_strip import health_strip
from exchange.web.premises import premises
from exchange.web.visit import Visit, visit

DONE = ("booked", "asked", "dropped")
_FIELDS = ("supplier", "amount", "reference")

Page = tuple[str, int]


def show() -> str:
    """What is payable, and the latest payouts."""
    return _page()


def ask() -> Response | Page:
    """State a payout; it is looked at once more before it is booked (``sure``)."""
    seen, form = visit(), request.form
    typed = {name: " ".join(form.get(name, "").split())[:200] for name in _FIELDS}
    cents = cents_of(typed["amount"][:20]) or 0
    with premises().reading() as connection:
        there = {row.supplier: row for row in payable_now(connection)}
    row = there.get(typed["supplier"])
    if row is None or row.waits:
        return _page("outgoing.error.waits" if row else "outgoing.error.nothing", typed=typed), 409
    if not 0 < cents <= row.payable_cents:
        return _page("outgoing.error.amount", typed=typed), 400
    if len(typed["reference"]) < 3:
        return _page("outgoing.error.reference", typed=typed), 400
    if form.get("sure") != "1":
        left = row.payable_cents - cents
        return _page(typed=typed, sure={"firm": row.firm, "amount": seen.money(cents), "left": seen.money(left)}), 200
    try:
        state = premises().payouts.ask(seen.user, row.supplier, cents, typed["reference"], request_id())
    except Conflict:
        return _page("outgoing.error.waits", typed=typed), 409
    except Invalid:
        return _page("outgoing.error.reference", typed=typed), 400
    return _told(state)


def decide(payout_id: str) -> Response | Page:
    """The second operator's word: book it or drop it."""
    seen, office = visit(), premises().payouts
    try:
        if request.form.get("do") == "drop":
            office.drop(seen.user, payout_id, request_id())
            return _told("dropped")
        return _told(office.approve(seen.user, payout_id, request_id()))
    except AnotherFirst:
        return _page("outgoing.error.same"), 403
    except Conflict:
        return _page("outgoing.error.done"), 409


def _told(state: str) -> Response | Page:
    if state not in DONE:
        return _page("outgoing.error.amount"), 409
    return redirect(url_for("operate.payouts", fertig=state), 303)  # type: ignore[return-value]


def _page(error: str = "", *, typed: Mapping[str, str] | None = None, sure: Mapping[str, str] | None = None) -> str:
    seen = visit()
    with premises().reading() as connection:
        payable = payable_now(connection)
        waiting = [_view(seen, row) for row in payouts_waiting(connection)]
        decided = [_view(seen, row) for row in payouts_decided(connection)]
    done = "" if error or sure else request.args.get("fertig", "")
    return render_template(
        "operate/payouts.html",
        rows=[
            {
                "id": row.supplier,
                "firm": row.firm,
                "payable": seen.money(row.payable_cents),
                "typed": euros_text(row.payable_cents),
                "waits": row.waits,
            }
            for row in payable
        ],
        waiting=waiting,
        decided=decided,
        error=seen.t(error) if error else "",
        done=seen.t(f"outgoing.done.{done}") if done in DONE else "",
        typed=typed or dict.fromkeys(_FIELDS, ""),
        sure=sure,
        four_eyes=seen.money(premises().payouts.four_eyes_cents),
        strip=health_strip(seen),
    )


def _view(seen: Visit, row: PayoutRow) -> dict[str, object]:
    return {
        "id": row.payout_id,
        "firm": row.firm,
        "amount": seen.money(row.amount_cents),
        "reference": row.reference,
        "state": seen.t(f"outgoing.state.{row.state}"),
        "tone": "ok" if row.state == "booked" else "",
        "asked": f"{row.asked_by}, {formats.moment(row.asked_at, 'minute', seen.lang)}",
        "decided": row.decided_by
        and f"{row.decided_by}, {formats.moment(row.decided_at or row.asked_at, 'minute', seen.lang)}",
        "mine": row.asker == seen.user.user_id,
        "seq": formats.number(row.seq, seen.lang) if row.seq else "",
    }
