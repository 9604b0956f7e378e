"""A sector's questions, usual prices, rates and claim rules, edited by operators: what it touches is named first."""

from dataclasses import dataclass, field

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from exchange.catalogue import SECTORS
from exchange.catalogue.editions import Edition, check_edition
from exchange.claims import GROUNDS
from exchange.desk import Conflict
from exchange.errors import Invalid
from exchange.operators.sectors import SectorOffice, changed
from exchange.orderbook.rates import Rates, check_rates
from exchange.reports.editions import answered, edition_in_force, history, rates_in_force, touched
from exchange.web import formats
from exchange.web.deeds import request_id
from exchange.web.health_strip import health_strip
from exchange.web.premises import premises
from exchange.web.sector_form import edition_fields, edition_of_form, question_rows, rate_fields, rates_of
from exchange.web.sector_table import sector_name
from exchange.web.visit import Visit, visit

sectors = Blueprint("sectors", __name__, url_prefix="/betrieb/sparten")

Page = tuple[str, int]
FIELDS = (
    *("tick_cents", "most_seats", "seats", "fee_bp", "window", "silence", "window_us", "silence_us", "shares_bp"),
    *("questions", "prices", "duplicate_window_us", "most_age_us", "edition", "rates", "reason"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a form is answered with: an error, or what it would touch."""

    form: str = ""
    error: str = ""
    effects: list[str] = field(default_factory=list)


@sectors.get("")
def index() -> Response:
    """The first sector that is open."""
    ours = [code for code in premises().desk.sectors() if code in SECTORS]
    if not ours:
        abort(404)
    return make_response(redirect(url_for("sectors.show", sector=ours[0])))


@sectors.get("/<sector>")
def show(sector: str) -> str:
    """One sector."""
    return _page(sector, Said())


@sectors.post("/<sector>/saetze")
def rates(sector: str) -> Response | Page:
    """Grid, seats, fee and claim rules: first what it touches, then in force."""
    seen, form = visit(), request.form
    known, _, before = _known(sector)
    try:
        wanted = rates_of(form)
        check_rates(wanted)
        check_edition(before, before, wanted.tick_cents)
        if form.get("confirm") != "1":
            if wanted == known:
                raise Invalid("rates", "nothing was changed")
            return _page(sector, Said("rates", effects=_rate_effects(seen, sector, known, wanted))), 200
        SectorOffice(premises().desk).set_rates(seen.user, sector, wanted, form.get("reason", ""), request_id())
    except Invalid as invalid:
        return _page(sector, Said("rates", _wrong(invalid))), 400
    return _to(sector)


@sectors.post("/<sector>/fragen")
def edition(sector: str) -> Response | Page:
    """Questions, usual prices and spans: first what it touches, then in force."""
    seen, form = visit(), request.form
    known, number, before = _known(sector)
    if form.get("number") != str(number):
        return _page(sector, Said("edition", "sector.error.conflict")), 409
    try:
        wanted = edition_of_form(form, before)
        check_edition(wanted, before, known.tick_cents)
        if form.get("confirm") != "1":
            if wanted == before:
                raise Invalid("edition", "nothing was changed")
            return _page(sector, Said("edition", effects=_edition_effects(seen, sector, before, wanted))), 200
        SectorOffice(premises().desk).edit(seen.user, sector, wanted, number, form.get("reason", ""), request_id())
    except Invalid as invalid:
        return _page(sector, Said("edition", _wrong(invalid))), 400
    except Conflict:
        return _page(sector, Said("edition", "sector.error.conflict")), 409
    with premises().reading() as connection:
        premises().catalogue.refresh(connection, now=True)
    return _to(sector)


def _known(sector: str) -> tuple[Rates, int, Edition]:
    if sector not in SECTORS:
        abort(404)
    with premises().reading() as connection:
        known = rates_in_force(connection, sector)
        number, edition = edition_in_force(connection, sector)
    if known is None:
        abort(404)
    return known, number, edition


def _page(sector: str, said: Said) -> str:
    seen, typed = visit(), request.form
    known, number, edition = _known(sector)
    if said.form == "edition" and not said.error:
        edition = edition_of_form(typed, edition)
    with premises().reading() as connection:
        past = history(connection, sector)
    fields = rate_fields(known) | edition_fields(edition)
    return render_template(
        "operate/sectors.html",
        sector=sector,
        name=sector_name(seen, sector),
        sectors=[(code, sector_name(seen, code)) for code in premises().desk.sectors() if code in SECTORS],
        values=fields | {key: value for key, value in typed.items() if key in fields},
        typed=typed if said.form == "edition" else {},
        number=number,
        questions=question_rows(edition),
        grounds=[(ground, seen.t(f"ground.{ground}")) for ground in GROUNDS],
        said=said,
        error=seen.t(said.error) if said.error else "",
        done=seen.t("sector.done") if request.args.get("fertig") else "",
        past=[
            (
                formats.moment(one.at, "minute", seen.lang),
                one.who,
                seen.t(f"sector.past.{one.kind}", n=one.number),
                one.reason,
            )
            for one in past
        ],
        strip=health_strip(seen),
    )


def _rate_effects(seen: Visit, sector: str, before: Rates, now: Rates) -> list[str]:
    with premises().reading() as connection:
        kept = touched(connection, sector, seen.now)
    old, new = rate_fields(before), rate_fields(now)
    told = [
        seen.t("sector.effect.change", what=_named(seen, key), before=old[key] or "100", now=new[key] or "100")
        for key in new
        if old[key] != new[key]
    ]
    told.append(seen.tn("sector.effect.listings", kept.listings))
    told.append(seen.tn("sector.effect.bids", kept.bids))
    told.append(seen.tn("sector.effect.sales", kept.sales))
    return told


def _edition_effects(seen: Visit, sector: str, before: Edition, now: Edition) -> list[str]:
    told = [seen.t("sector.effect.changed", what=changed(before, now))]
    old = {one.key: one for one in before.questions}
    with premises().reading() as connection:
        for one in now.questions:
            if one.retired and one.key in old and not old[one.key].retired:
                offered, living = answered(connection, sector, one.key)
                told.append(seen.t("sector.effect.retired", question=one.key, listings=offered, bids=living))
            if one.required and not (one.key in old and old[one.key].required):
                told.append(seen.t("sector.effect.required", question=one.key))
    return [*told, seen.t("sector.effect.later")]


def _named(seen: Visit, key: str) -> str:
    ground = key.removeprefix("share-")
    return seen.t(f"ground.{ground}") if key.startswith("share-") else seen.t(f"sector.field.{key}")


def _wrong(invalid: Invalid) -> str:
    return f"sector.error.{invalid.field if invalid.field in FIELDS else 'edition'}"


def _to(sector: str) -> Response:
    return make_response(redirect(url_for("sectors.show", sector=sector, fertig="1"), 303))
