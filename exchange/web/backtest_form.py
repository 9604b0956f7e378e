"""What is asked of a back-test: as a form has it, as JSON has it, and as the machine takes it.

A form's period is days, the last included; or, where the replay led here, from one minute to another.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from exchange.backtest.report import Asked
from exchange.backtest.scenario import MOST_SEATS, Scenario
from exchange.calendars import BERLIN, make_calendar
from exchange.errors import Invalid
from exchange.instant import Instant, from_datetime
from exchange.operators.drafts import living
from exchange.pricing.curve import CurveVersion
from exchange.pricing.hours import Calendar, Window
from exchange.reports import Connection
from exchange.reports.tunings import versions_of
from exchange.web.amounts import cents_of
from exchange.web.stretch_form import instant_of
from exchange.web.visit import Visit

FIELDS = ("sector", "from", "to", "curve", "hours", "opens", "closes", "floor", "tick", "seats")
WEEKS: Mapping[str, tuple[int, ...]] = {"mo-fr": tuple(range(5)), "mo-sa": tuple(range(6)), "mo-su": tuple(range(7))}
ALWAYS, DRAFT = "always", "draft"
OTHER = 0
"""The number of a draft, and of hours that are not the sector's: none of its own has it."""
FIRST_DAYS = 30

_SHARE = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*%\Z", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z", re.ASCII)


@dataclass
class Typed:
    """A form as it was filled in, with what is wrong with it by field."""

    values: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def empty(cls, sector: str, now: Instant, today: date) -> "Typed":
        """The last days of a sector, every term as it was."""
        values = dict.fromkeys(FIELDS, "")
        values |= {"sector": sector, "from": (today - timedelta(days=FIRST_DAYS)).isoformat(), "to": today.isoformat()}
        return cls(values | {"opens": "08:00", "closes": "20:00"})


def read(seen: Visit, connection: Connection, given: Mapping[str, str], sectors: list[str]) -> Asked | Typed:
    """The back-test asked for, or the form with what is wrong with it."""
    typed = Typed({name: given.get(name, "").strip()[:100] for name in FIELDS})
    reader = _Reader(seen, typed)
    sector = typed.values["sector"]
    if sector not in sectors:
        reader.wrong("sector")
        return typed
    since, until = reader.period()
    terms = {
        "curve": curve_of(connection, sector, typed.values["curve"], lambda: reader.wrong("curve")),
        "calendar": reader.calendar(),
        "tick_cents": reader.cents("tick"),
        "seats": reader.seats(),
    }
    terms |= reader.floor()
    if typed.problems:
        return typed
    try:
        return Asked(sector, since, until, Scenario(**terms))  # type: ignore[arg-type]
    except Invalid as invalid:
        reader.wrong(invalid.field if invalid.field in FIELDS else "curve")
        return typed


def curve_of(connection: Connection, sector: str, text: str, wrong: "object") -> CurveVersion | None:
    """A version of the sector by its number, or its living draft; ``wrong`` is called where there is neither."""
    if not text:
        return None
    if text == DRAFT:
        draft = living(connection, sector)
        if draft is not None:
            return CurveVersion(OTHER, DRAFT, draft.drawing.curve)
    elif text.isdecimal() and (version := versions_of(connection, sector).get(int(text[:9]))) is not None:
        return version
    wrong()  # type: ignore[operator]
    return None


class _Reader:
    """Field by field, noting what is wrong."""

    def __init__(self, seen: Visit, typed: Typed) -> None:
        self._seen = seen
        self._typed = typed

    def wrong(self, name: str) -> None:
        self._typed.problems[name] = self._seen.t(f"backtest.error.{name}")

    def period(self) -> tuple[Instant, Instant]:
        if all("T" in self._typed.values[name] for name in ("from", "to")):
            return self._minutes()
        first, last = (self._day(name) for name in ("from", "to"))
        if first is None or last is None:
            return 0, 0
        if last < first:
            self.wrong("to")
        return midnight(first), midnight(last + timedelta(days=1))

    def _minutes(self) -> tuple[Instant, Instant]:
        found = []
        for name in ("from", "to"):
            try:
                found.append(instant_of(name, self._typed.values[name]) or 0)
            except Invalid:
                self.wrong(name)
        if len(found) == 2 and not 0 < found[0] < found[1]:
            self.wrong("to")
        return (found[0], found[1]) if len(found) == 2 else (0, 0)

    def _day(self, name: str) -> date | None:
        try:
            day = date.fromisoformat(self._typed.values[name])
        except ValueError:
            day = date.min
        if not 1990 <= day.year < 2100:
            self.wrong(name)
            return None
        return day

    def calendar(self) -> Calendar | None:
        chosen = self._typed.values["hours"]
        if not chosen:
            return None
        if chosen == ALWAYS:
            return make_calendar(OTHER, ())
        if chosen not in WEEKS:
            self.wrong("hours")
            return None
        first, end = (self._minute(name) for name in ("opens", "closes"))
        if first is None or end is None or first >= end:
            self.wrong("closes")
            return None
        return calendar_of([(day, first, end) for day in WEEKS[chosen]])

    def _minute(self, name: str) -> int | None:
        text = self._typed.values[name]
        if name == "closes" and text in ("24:00", "00:00"):
            return 24 * 60
        found = _CLOCK.match(text)
        return None if found is None else int(found[1]) * 60 + int(found[2])

    def cents(self, name: str) -> int | None:
        text = self._typed.values[name]
        cents = cents_of(text) if text else None
        if text and not cents:
            self.wrong(name)
        return cents

    def floor(self) -> dict[str, int]:
        found = _SHARE.match(self._typed.values["floor"])
        if found is None:
            cents = self.cents("floor")
            return {} if cents is None else {"floor_cents": cents}
        return {"floor_bp": int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))}

    def seats(self) -> int | None:
        text = self._typed.values["seats"]
        if not text:
            return None
        if not text.isdecimal() or not text.isascii() or not 1 <= int(text[:3]) <= MOST_SEATS:
            self.wrong("seats")
            return None
        return int(text)


def calendar_of(windows: list[Window]) -> Calendar:
    """Opening hours with German holidays, as a version no sector has."""
    return make_calendar(OTHER, windows)


def midnight(day: date) -> Instant:
    """The beginning of a day in Berlin."""
    return from_datetime(datetime(day.year, day.month, day.day, tzinfo=BERLIN))
