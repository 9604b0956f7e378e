"""The market's levers on the operators' overview: halts, resumptions, notices, leads taken out of the market."""

from datetime import datetime, timedelta

from flask import Response, make_response, redirect, request, url_for

from exchange.calendars import BERLIN
from exchange.errors import Invalid, Unknown
from exchange.instant import Instant, from_datetime
from exchange.operators.market import ENQUIRER, OPERATOR, MarketOffice
from exchange.operators.notices import Notices
from exchange.operators.suppression import Suppression, operator_hand
from exchange.web import formats
from exchange.web.deeds import request_id
from exchange.web.premises import premises
from exchange.web.visit import Visit, visit

EVERYTHING = "all"
Answer = Response | str


class Wrong(Exception):
    """A form that must be looked at again: the caption that says why."""


def halt() -> Response:
    """Stop one sector or all; typed in words, so that no slip of the hand stops a market."""
    seen, form = visit(), request.form
    word = seen.t("office.halt.word")
    if form.get("confirm", "").strip().casefold() != word.casefold():
        raise Wrong("office.halt.error.word")
    until = instant_of_form(form.get("until", ""))
    if until is None or until <= seen.now:
        raise Wrong("office.halt.error.until")
    reason = f"{form.get('reason', '')} ({seen.t('office.halt.until_about', at=_when(seen, until))})"
    if len(form.get("reason", "").strip()) < 3:
        raise Wrong("office.halt.error.reason")
    try:
        MarketOffice(premises().desk).halt(seen.user, _sectors(form.get("sector", "")), reason, request_id())
    except (Invalid, Unknown):
        raise Wrong("office.halt.error.reason") from None
    return back("halted")


def resume() -> Response:
    """End the halt of one sector or of all."""
    try:
        MarketOffice(premises().desk).resume(visit().user, _sectors(request.form.get("sector", "")), request_id())
    except Unknown:
        raise Wrong("office.halt.error.sector") from None
    return back("resumed")


def announce() -> Response:
    """Tell everybody something until an instant."""
    until = instant_of_form(request.form.get("until", ""))
    try:
        Notices(premises().desk.store).announce(visit().user, request.form.get("text", ""), until or 0, request_id())
    except Invalid as invalid:
        raise Wrong(f"notice.error.{invalid.field}") from None
    return back("announced")


def end_notice(notice_id: str) -> Response:
    """Take a notice down."""
    Notices(premises().desk.store).end(visit().user, notice_id, request_id())
    return back("ended")


def withdraw() -> Response:
    """Take a lead out of the market, by the operator or because its enquirer took the consent back."""
    form = request.form
    by = form.get("by", "")
    if by not in (OPERATOR, ENQUIRER):
        raise Wrong("withdraw.error.by")
    user, listing_id = visit().user, form.get("listing", "").strip()
    try:
        code = MarketOffice(premises().desk).withdraw(user, listing_id, by, form.get("reason", ""), request_id())
        if by == ENQUIRER and form.get("objects") == "1":
            office = Suppression(premises().desk)
            office.add(operator_hand(user, request_id()), office.of_lead(listing_id), "withdrawal", withdraw=True)
    except Unknown:
        raise Wrong("withdraw.error.listing") from None
    except Invalid:
        raise Wrong("office.halt.error.reason") from None
    return back("not_open" if code else "withdrawn")


def instant_of_form(text: str) -> Instant | None:
    """What a ``datetime-local`` field says, read as Berlin's time."""
    try:
        return from_datetime(datetime.fromisoformat(text).replace(tzinfo=BERLIN))
    except ValueError:
        return None


def form_instant(at: Instant, hours: int) -> str:
    """What such a field proposes: so many hours from an instant, on the quarter of an hour."""
    then = formats.berlin(at) + timedelta(hours=hours)
    return f"{then - timedelta(minutes=then.minute % 15):%Y-%m-%dT%H:%M}"


def back(done: str) -> Response:
    """To the overview, which says what was done."""
    return make_response(redirect(url_for("operate.show", fertig=done), 303))


def _when(seen: Visit, until: Instant) -> str:
    same_day = formats.midnight(until) == formats.midnight(seen.now)
    return formats.clock(until) if same_day else formats.moment(until, "minute", seen.lang)


def _sectors(chosen: str) -> list[str]:
    ours = premises().desk.sectors()
    if chosen == EVERYTHING:
        return ours
    if chosen not in ours:
        raise Wrong("office.halt.error.sector")
    return [chosen]
