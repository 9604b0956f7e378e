"""Deposits as a firm's owner makes them: how much, then how to pay it, and back to the lead it was for."""

import re

from flask import Response, redirect, render_template, request, url_for

from exchange.errors import Invalid, Unknown
from exchange.house import MOST_CENTS
from exchange.payments import Instructions
from exchange.payments.reference import read_reference, spaced
from exchange.reports.deposits import DepositRow, deposit_of
from exchange.web import formats
from exchange.web.amounts import cents_of, euros_text
from exchange.web.girocode import qr_code
from exchange.web.premises import premises
from exchange.web.visit import visit

PRESETS = (100_00, 250_00, 500_00, 1_000_00)
_LEAD = re.compile(r"[A-Za-z0-9_.~-]{1,80}\Z", re.ASCII)


def top_up() -> str:
    """Ask how much; coming from a refused purchase, what was missing stands in the field."""
    missing = cents_of(request.args.get("fehlt", "")[:20])
    return _form({}, euros_text(missing) if missing else "")


def _form(problems: dict[str, str], typed: str) -> str:
    seen, wants = visit(), premises().deposits.provider.wants
    presets = [(euros_text(cents), formats.short_money(cents, seen.lang)) for cents in PRESETS]
    return render_template(
        "wallet/top_up.html", problems=problems, typed=typed, presets=presets, wants=wants, lead=_lead()
    )


def _lead() -> str:
    """The listing the money is for, if the visitor came from one."""
    found = request.values.get("lead", "")
    return found if _LEAD.match(found) else ""


def announce() -> Response | tuple[str, int]:
    """Announce a deposit; then its own page says how to pay."""
    seen, typed = visit(), (request.form.get("preset") or request.form.get("amount", "")).strip()[:20]
    cents = cents_of(typed) or 0
    try:
        if premises().deposits.provider.wants:
            raise Invalid("amount", "deposits are not set up")
        reference = premises().deposits.announce(seen.user, min(cents, MOST_CENTS))
    except Invalid:
        return _form({"amount": seen.t("deposit.error")}, typed), 400
    return redirect(url_for("wallet.deposit", reference=reference, lead=_lead() or None), 303)  # type: ignore[return-value]


def _own(reference: str) -> DepositRow:
    """The visitor's firm's deposit; raises Unknown, also for another's."""
    found = read_reference(reference)
    if not found:
        raise Unknown("deposit", reference)
    with premises().reading() as connection:
        return deposit_of(connection, visit().user.organisation, found)


def show(reference: str) -> str | Response:
    """How to pay, and how far it is."""
    seen, row = visit(), _own(reference)
    told = Instructions()
    if row.state == "open":
        told = premises().deposits.instructions(row.provider, row.reference, row.amount_cents)
    if told.redirect_url:
        return redirect(told.redirect_url, 303)  # type: ignore[return-value]
    page = {
        "reference": row.reference,
        "spaced": spaced(row.reference),
        "amount": seen.money(row.amount_cents),
        "received": seen.money(row.received_cents) if row.received_cents else "",
        "state": row.state,
        "state_text": seen.t(f"deposit.state.{row.state}"),
        "at": formats.moment(row.asked_at, "minute", seen.lang),
        "lines": [(seen.t(f"deposit.line.{word}"), text, word) for word, text in told.lines],
        "code": qr_code(told.code) if told.code else None,
        "wants": premises().deposits.provider.wants,
    }
    return render_template("wallet/deposit.html", d=page, lead=_lead())


def cancel(reference: str) -> Response:
    """The firm will not pay it."""
    premises().deposits.cancel(visit().user, _own(reference).reference)
    return redirect(url_for("wallet.show") + "#aufladen", 303)  # type: ignore[return-value]
