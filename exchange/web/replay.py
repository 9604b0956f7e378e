"""The market's past, to be walked through: a page, and what its script asks for as JSON.

For analysts and operators. The address holds sector, stretch, lead and instant, so that any moment can be passed on.
"""

from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request, url_for

from exchange.errors import Invalid
from exchange.export.excerpt import OFFERED, shapes_here
from exchange.instant import HOUR_US, MINUTE_US, Instant, to_text
from exchange.moment.state import State
from exchange.moment.views import depth, in_figures
from exchange.reports import Connection
from exchange.reports.stretch import (
    Stretch,
    bids_named,
    density,
    events_of,
    heat,
    last_trade,
    lead_story,
    leads_of,
    nearest_sale,
    numbers,
    share_of_events,
    sold,
    stretch_of,
)
from exchange.store.snapshots import state_at, states_at, uncollected
from exchange.web import formats
from exchange.web.event_words import EventWords, precise_clock
from exchange.web.premises import premises
from exchange.web.replay_compare import comparison, curves_of
from exchange.web.replay_files import file_answer
from exchange.web.sector_table import sector_name
from exchange.web.stretch_form import LONGEST_US, ends_of, instant_of, whole_minutes
from exchange.web.visit import Visit, visit

replay = Blueprint("replay", __name__, url_prefix="/verlauf")

TICKS = 120
"""Parts of the slider's stretch whose entries are counted."""
MOST_LEADS = 60
MOST_FRAMES = 120
"""Instants of the book that are given at once to somebody who plays."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the address says."""

    sector: str
    from_at: Instant
    until_at: Instant
    at: Instant
    lead: str
    curve: str


@replay.get("")
def show() -> str:
    """The page: figures and events at the instant, and everything for the script."""
    seen, sectors = visit(), premises().desk.sectors()
    if not sectors:
        return render_template("replay/none.html")
    with premises().reading() as connection:
        asked = _asked(connection, seen, sectors)
        stretch = stretch_of(connection, asked.sector, asked.from_at, asked.until_at)
        data = _data(connection, seen, asked, stretch)
        moment = _moment(connection, seen, asked.sector, asked.at)
        curves = curves_of(connection, seen, asked.sector)
        leads = leads_of(connection, stretch, MOST_LEADS)
        nearest = None if data["heat"] or data["sold"] else nearest_sale(connection, stretch)
    ends = ends_of(asked.from_at, asked.until_at)
    to_form = {"sparte": asked.sector, "curve": asked.curve or None, "from": ends["from"], "to": ends["until"]}
    return render_template(
        "replay/show.html",
        asked=asked,
        sectors=[(code, sector_name(seen, code)) for code in sectors],
        leads=leads if not asked.lead or asked.lead in leads else [asked.lead, *leads],
        data=data,
        curves=curves,
        datasets=OFFERED,
        shapes=shapes_here(),
        moment=moment,
        ends=ends,
        nearest=None if nearest is None else _around(seen, asked, nearest),
        to_exports=url_for("analyse.exports", sector=asked.sector, **ends),
        to_backtests=url_for("analyse.backtests", **to_form),
        at_text=to_text(asked.at),
        clock=precise_clock(asked.at, seen),
        sector=sector_name(seen, asked.sector),
        stretch_text=_stretch_text(seen, asked),
    )


@replay.get("/ereignisse")
def events() -> Response:
    """The events around an instant; ``ahead=1``: rather those after it."""
    seen = visit()
    with premises().reading() as connection:
        asked = _asked(connection, seen, premises().desk.sectors())
        stretch = stretch_of(connection, asked.sector, asked.from_at, asked.until_at)
        return jsonify(_listed(connection, seen, stretch, asked.at, ahead=request.args.get("ahead") == "1"))


@replay.get("/fenster")
def window() -> Response:
    """What somebody who plays will see next: the book at ``frames`` instants, ``step`` milliseconds apart."""
    seen = visit()
    step_us, frames = _whole("step", 1, LONGEST_US // 1000) * 1000, _whole("frames", 1, MOST_FRAMES)
    with premises().reading() as connection:
        asked = _asked(connection, seen, premises().desk.sectors())
        ends = min(asked.until_at, seen.now)
        instants = [at for number in range(frames) if (at := asked.at + number * step_us) <= ends] or [asked.at]
        with uncollected():
            found = [
                {"ms": at / 1000} | _told(seen, at, state)
                for at, state in zip(instants, states_at(connection, asked.sector, instants), strict=True)
            ]
    return jsonify(moments=found, step=step_us / 1000)


@replay.get("/augenblick")
def moment() -> Response:
    """The book at an instant."""
    seen = visit()
    with premises().reading() as connection:
        asked = _asked(connection, seen, premises().desk.sectors())
        found = _moment(connection, seen, asked.sector, asked.at)
    return jsonify(found)


@replay.get("/daten")
def files() -> Any:
    """What the page shows as a file; where it is too much, the form of a larger one. Raises Invalid."""
    with premises().reading() as connection:
        asked = _asked(connection, visit(), premises().desk.sectors())
    return file_answer(asked.sector, asked.from_at, asked.until_at)


def _stretch_text(seen: Visit, asked: _Asked) -> str:
    """From when until when; the day once, where it is one."""
    begins, ends = (formats.berlin(at).date() for at in (asked.from_at, asked.until_at))
    last = formats.clock(asked.until_at) if begins == ends else formats.moment(asked.until_at, "full", seen.lang)
    return f"{formats.moment(asked.from_at, 'full', seen.lang)} – {last}"


def _around(seen: Visit, asked: _Asked, at: Instant) -> dict[str, str]:
    """Where there was a sale: a link to a stretch as long as this one around it."""
    half_us = (asked.until_at - asked.from_at) // 2
    href = url_for("replay.show", sector=asked.sector, at=to_text(at), **ends_of(at - half_us, at + half_us))
    return {"href": href, "text": seen.t("replay.nearest", at=formats.moment(at, "minute", seen.lang))}


def _listed(
    connection: Connection, seen: Visit, stretch: Stretch, at: Instant, *, ahead: bool = False
) -> dict[str, Any]:
    """Events around an instant, and whether they begin or end with the stretch."""
    around = events_of(connection, stretch, at, ahead=ahead)
    words = EventWords(seen, numbers(connection), bids_named(connection, around))
    earlier = sum(event.at < at for event in around)
    half, most = share_of_events(ahead=ahead)
    told = [asdict(words.say(event)) for event in around]
    return {"events": told, "first": earlier < half, "last": len(around) < most}


def _whole(name: str, least: int, most: int) -> int:
    text = request.args.get(name, "")
    if not (text.isascii() and text.isdecimal() and least <= int(text[:15]) <= most):
        raise Invalid(name, f"a whole number from {least} to {most}")
    return int(text)


def _asked(connection: Connection, seen: Visit, sectors: list[str]) -> _Asked:
    """The address, with what it leaves out: the sector that sold last, the hour up to then, its end."""
    traded = last_trade(connection)
    sector = request.args.get("sector") or (traded[0] if traded and traded[0] in sectors else sectors[0])
    if sector not in sectors:
        abort(404)
    lead = request.args.get("lead", "")[:80]
    from_at, until_at = _stretch(
        connection, sector, lead, min(traded[1] + HOUR_US // 4, seen.now) if traded else seen.now
    )
    if not 0 < until_at - from_at <= LONGEST_US:
        raise Invalid("from", "a stretch ends after it begins and lasts at most 31 days")
    at = _instant("at") or min(until_at, seen.now)
    return _Asked(
        sector, from_at, until_at, min(max(at, from_at), until_at), lead, request.args.get("compare", "")[:12]
    )


def _stretch(connection: Connection, sector: str, lead: str, end: Instant) -> tuple[Instant, Instant]:
    """From when until when, as asked; else a lead's life with a little around it, or the hour up to ``end``."""
    asked = _instant("from"), _instant("until")
    life = lead_story(connection, sector, lead, premises().rulebook) if lead and None in asked else None
    if life is None or life.ends_at is None:
        until_at = asked[1] or whole_minutes(0, end)[1]
        return asked[0] or until_at - HOUR_US, until_at
    around_us = (life.ends_at - life.listed_at) // 10 + MINUTE_US
    from_at, until_at = whole_minutes(life.listed_at - around_us, life.ends_at + around_us)
    return asked[0] or max(from_at, until_at - LONGEST_US), asked[1] or until_at


def _instant(name: str) -> Instant | None:
    return instant_of(name, request.args.get(name, ""))


def _data(connection: Connection, seen: Visit, asked: _Asked, stretch: Stretch) -> dict[str, Any]:
    """Everything the script draws; instants are milliseconds, prices cents."""
    story = lead_story(connection, asked.sector, asked.lead, premises().rulebook) if asked.lead else None
    named = {} if story is None else bids_named(connection, story.events)
    words = EventWords(seen, numbers(connection), named)
    around = _listed(connection, seen, stretch, asked.at) if story is None else {}
    warm = heat(connection, stretch, premises().rulebook)
    return {
        "sector": asked.sector,
        "from": asked.from_at / 1000,
        "until": asked.until_at / 1000,
        "at": asked.at / 1000,
        "lead": None if story is None else asked.lead,
        "steps": [] if story is None else [[at / 1000, cents] for at, cents in story.steps],
        "ends": None if story is None or story.ends_at is None else story.ends_at / 1000,
        "curve": None if story is None else story.curve,
        "compared": comparison(connection, seen, asked.sector, asked.lead, asked.curve),
        "floor": None if story is None else story.floor_cents,
        "limits": [] if story is None else sorted(set(named.values())),
        "heat": [[a / 1000, b / 1000, low, high, many] for a, b, low, high, many in warm.cells],
        "most": warm.most,
        "taken": warm.taken,
        "sold": [[at / 1000, cents] for at, cents in sold(connection, stretch)],
        "density": density(connection, stretch, TICKS),
        "events": around["events"] if story is None else [asdict(one) for one in words.story(story)],
        "ends_of_events": [around.get("first", True), around.get("last", True)],
    }


def _moment(connection: Connection, seen: Visit, sector: str, at: Instant) -> dict[str, Any]:
    """The book at an instant in words, and its depth for a chart."""
    return _told(seen, at, state_at(connection, sector, at))


def _told(seen: Visit, at: Instant, state: State) -> dict[str, Any]:
    told = in_figures(state)
    none = "–"
    return {
        "at": to_text(at),
        "clock": formats.clock_second(at),
        "open": formats.number(told.open, seen.lang),
        "lowest": none if told.lowest_cents is None else seen.money(told.lowest_cents),
        "median": none if told.median_cents is None else seen.money(told.median_cents),
        "bids": formats.number(told.bids, seen.lang),
        "wanted": formats.number(told.wanted, seen.lang),
        "reserved": seen.money(told.reserved_cents),
        "halted": told.halted,
        "entries": formats.number(state.seq, seen.lang),
        "depth": [[level.limit_cents, level.wanted] for level in reversed(depth(state))],
    }
