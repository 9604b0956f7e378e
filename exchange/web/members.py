"""Members as operators keep them: the list with search, one member with standing, money and licences, joining."""

from datetime import date, timedelta

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from exchange.desk import Conflict
from exchange.errors import Invalid, Unknown
from exchange.instant import Instant
from exchange.operators.market import MarketOffice
from exchange.operators.register import KINDS, Register
from exchange.payments.deposits import AnotherFirst
from exchange.reports.credit_lines import CreditAsk, credit_asks_waiting
from exchange.reports.factors import resets_waiting
from exchange.reports.register import MemberRow, effects_of, licences_of, member_of
from exchange.reports.register import members as member_rows
from exchange.web import formats
from exchange.web.amounts import cents_of, euros_text
from exchange.web.deeds import request_id
from exchange.web.health_strip import health_strip
from exchange.web.market_office import instant_of_form
from exchange.web.premises import premises
from exchange.web.visit import Visit, visit

members = Blueprint("members", __name__, url_prefix="/betrieb/teilnehmer")

Page = tuple[str, int]
DONE = ("joined", "changed", "withdrawn", "credit_asked", "credit_dropped")
_FIELDS = ("group", "suspended", "credit", "reason", "kind", "number", "until")


@members.get("")
def index() -> str:
    """All members, or those a search finds."""
    return _list("")


@members.post("")
def join() -> Response | Page:
    """Admit a firm."""
    form = request.form
    organisation = form.get("organisation", "").strip()
    sells, buys = "supplier" in form.getlist("may"), "buyer" in form.getlist("may")
    try:
        Register(premises().desk).join(
            visit().user,
            organisation,
            name=form.get("name", "")[:200],
            supplier=sells,
            buyer=buys,
            request_id=request_id(),
        )
    except Invalid as invalid:
        return _list(_wrong(invalid)), 400
    return _to(organisation, "joined")


@members.get("/<organisation>")
def show(organisation: str) -> str:
    """One member."""
    return _one(organisation, "")


@members.post("/<organisation>/stand")
def change(organisation: str) -> Response | Page:
    """Group and suspension; a suspension is typed in words, beneath what it touches."""
    seen, form, row = visit(), request.form, _member(organisation)
    suspended = form.get("suspended") == "1"
    typed = form.get("confirm", "").strip().casefold()
    if suspended and not row.suspended and typed != organisation.casefold():
        return _one(organisation, seen.t("member.error.confirm", id=organisation)), 400
    group = form.get("group", "").strip() or organisation
    try:
        Register(premises().desk).change(
            seen.user, organisation, group=group, suspended=suspended, request_id=request_id()
        )
    except Invalid as invalid:
        return _one(organisation, _wrong(invalid)), 400
    return _to(organisation, "changed")


@members.post("/<organisation>/angebote")
def withdraw_offers(organisation: str) -> Response | Page:
    """Take all open leads of a supplier out of the market; typed in words."""
    seen, form = visit(), request.form
    _member(organisation)
    if form.get("confirm", "").strip().casefold() != organisation.casefold():
        return _one(organisation, seen.t("member.error.confirm", id=organisation)), 400
    try:
        MarketOffice(premises().desk).withdraw_offers(seen.user, organisation, form.get("reason", ""), request_id())
    except Invalid:
        return _one(organisation, seen.t("office.halt.error.reason")), 400
    return _to(organisation, "withdrawn")


@members.post("/<organisation>/kredit")
def credit(organisation: str) -> Response | Page:
    """Another credit line."""
    row = _member(organisation)
    cents = cents_of(request.form.get("credit", "")[:20])
    if cents is None:
        return _one(organisation, visit().t("member.error.credit")), 400
    try:
        state = premises().credit_lines.set(visit().user, row.organisation, cents, request_id())
    except Invalid:
        return _one(organisation, visit().t("member.error.credit")), 400
    except Conflict:
        return _one(organisation, visit().t("member.error.credit_waits")), 409
    return _credit(organisation, state)


@members.post("/<organisation>/kredit/<ask_id>")
def decide_credit(organisation: str, ask_id: str) -> Response | Page:
    """The second operator's word on a raise: set it or drop it."""
    seen, office = visit(), premises().credit_lines
    _member(organisation)
    try:
        if request.form.get("do") == "drop":
            office.drop(seen.user, organisation, ask_id, request_id())
            return _to(organisation, "credit_dropped")
        return _credit(organisation, office.approve(seen.user, organisation, ask_id, request_id()))
    except Unknown:
        abort(404)
    except AnotherFirst:
        return _one(organisation, seen.t("member.error.credit_same")), 403
    except Conflict:
        return _one(organisation, seen.t("member.error.credit_done")), 409


def _credit(organisation: str, state: str) -> Response | Page:
    if state not in ("set", "asked"):
        return _one(organisation, visit().t("member.error.owes")), 409
    return _to(organisation, "changed" if state == "set" else "credit_asked")


@members.post("/<organisation>/erlaubnisse")
def add_licence(organisation: str) -> Response | Page:
    """Note a permit; it holds to the end of the day named."""
    form = request.form
    _member(organisation)
    try:
        Register(premises().desk).add_licence(
            visit().user,
            organisation,
            kind=form.get("kind", ""),
            number=form.get("number", "")[:100],
            until_at=_end_of(form.get("until", "")),
            request_id=request_id(),
        )
    except Invalid as invalid:
        return _one(organisation, _wrong(invalid)), 400
    return _to(organisation, "changed")


@members.post("/<organisation>/erlaubnisse/<licence_id>/streichen")
def remove_licence(organisation: str, licence_id: str) -> Response:
    """Strike one out."""
    try:
        Register(premises().desk).remove_licence(visit().user, organisation, licence_id, request_id())
    except Unknown:
        abort(404)
    return _to(organisation, "changed")


def _member(organisation: str) -> MemberRow:
    with premises().reading() as connection:
        row = member_of(connection, organisation, visit().now)
    if row is None:
        abort(404)
    return row


def _list(error: str) -> str:
    seen, search = visit(), request.args.get("suche", "").replace("\0", "").strip()[:100]
    with premises().reading() as connection:
        rows, resets = member_rows(connection, seen.now, search), resets_waiting(connection)
        raises = credit_asks_waiting(connection)
    lines = [_line(seen, row) for row in rows]
    return render_template(
        "operate/members.html",
        rows=lines,
        search=search,
        error=error,
        resets=resets,
        raises=[_raise(seen, one) for one in raises],
        strip=health_strip(seen),
        form=request.form,
    )


def _one(organisation: str, error: str) -> str:
    seen, row = visit(), _member(organisation)
    with premises().reading() as connection:
        held, effects = licences_of(connection, organisation), effects_of(connection, organisation)
        raises = credit_asks_waiting(connection, organisation)
    permits = [
        {
            "id": one.licence_id,
            "kind": seen.t(f"licence.{one.kind}"),
            "number": one.number,
            "until": seen.t("licence.endless") if one.until_at is None else _day(seen, one.until_at),
            "tone": "bad" if one.until_at is not None and one.until_at <= seen.now else "",
        }
        for one in held
    ]
    touched = [
        seen.tn("member.effect.bids", effects.bids, amount=seen.money(effects.reserved_cents)),
        seen.tn("member.effect.listings", effects.listings),
        seen.tn("member.effect.claims", effects.claims),
    ]
    done = request.args.get("fertig", "")
    return render_template(
        "operate/member.html",
        m=_line(seen, row),
        credit=euros_text(row.credit_line_cents),
        four_eyes=seen.money(premises().payments.four_eyes_cents),
        raises=[_raise(seen, one) for one in raises],
        typed={name: request.form.get(name, "")[:200] if error else "" for name in _FIELDS},
        permits=permits,
        kinds=[(kind, seen.t(f"licence.{kind}")) for kind in KINDS],
        touched=touched,
        offers=effects.listings,
        error=error,
        done=seen.t(f"member.done.{done}") if done in DONE else "",
        strip=health_strip(seen),
    )


def _line(seen: Visit, row: MemberRow) -> dict[str, object]:
    may = [seen.t(f"member.may.{name}") for name, does in (("supplier", row.supplier), ("buyer", row.buyer)) if does]
    permits = seen.tn("member.licences", row.licences) if row.licences else seen.t("member.no_licence")
    warned = seen.t("member.expired") if row.expired else seen.t("member.ending") if row.ending else ""
    return {
        "id": row.organisation,
        "name": row.name,
        "group": row.group,
        "may": ", ".join(may),
        "suspended": row.suspended,
        "joined": formats.moment(row.joined_at, "date", seen.lang),
        "balance": seen.money(row.balance_cents),
        "credit": seen.money(row.credit_line_cents),
        "permits": permits,
        "warned": warned,
        "tone": "bad" if row.expired else "warn",
    }


def _raise(seen: Visit, one: CreditAsk) -> dict[str, object]:
    return {
        "id": one.ask_id,
        "organisation": one.organisation,
        "firm": one.firm,
        "line": seen.money(one.credit_line_cents),
        "asked": f"{one.asked_by}, {formats.moment(one.asked_at, 'minute', seen.lang)}",
        "mine": one.asker == seen.user.user_id,
    }


def _day(seen: Visit, until_at: Instant) -> str:
    return formats.moment(until_at - 1, "date", seen.lang)


def _end_of(day: str) -> Instant | None:
    """The instant after a day in Berlin; None where none is named. Raises Invalid."""
    if not day:
        return None
    try:
        following = date.fromisoformat(day) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise Invalid("until", "is no day") from None
    return instant_of_form(f"{following.isoformat()}T00:00")


def _wrong(invalid: Invalid) -> str:
    known = ("organisation", "name", "role", "group", "kind", "number", "until")
    return visit().t(f"member.error.{invalid.field if invalid.field in known else 'name'}")


def _to(organisation: str, done: str) -> Response:
    return make_response(redirect(url_for("members.show", organisation=organisation, fertig=done), 303))
