"""What history says of waiting: the chance that a listing like this one is still there at each of its coming steps.

Like this one: of the same sector, exclusive or shared as it is, in the same postcode area (two digits) and listed at
the same time of day. Where fewer than 50 such listings came to its present age the area is widened to the state, then
to everywhere, then any time of day counts. Time is running time: closed hours and halts do not count.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock
from typing import Any, Literal

from sqlalchemy import Connection, select

from exchange.calendars import BERLIN
from exchange.instant import DAY_US, MINUTE_US, Instant, to_datetime
from exchange.reports.board import BoardRow
from exchange.reports.schedules import Rulebook
from exchange.reports.survival import Case, Chance, chances
from exchange.schema import listings

DAYS = 28
MOST_CASES = 5_000
"""The latest listings of a sector that are looked at."""

STALE_US = 5 * MINUTE_US
"""For so long a process goes on with the cases it has read: five minutes more or less change no estimate."""

Part = Literal["night", "morning", "afternoon", "evening"]
Where = Literal["area", "region", "everywhere"]
_PARTS: tuple[tuple[int, Part], ...] = ((6, "night"), (12, "morning"), (18, "afternoon"), (24, "evening"))


@dataclass(frozen=True, slots=True)
class Past:
    """One past listing and what it is compared by."""

    area: str
    region: str
    part: Part
    exclusive: bool
    case: Case


@dataclass(frozen=True, slots=True)
class Outlook:
    """The chances at the coming steps, in order, and among which listings: where, and at which time of day (or any)."""

    chances: list[Chance]
    where: Where
    part: Part | None

    @property
    def cases(self) -> int:
        return self.chances[0].cases if self.chances else 0


class History:
    """Past listings by sector, read now and then; one per process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read: dict[str, tuple[Instant, list[Past]]] = {}

    def outlook(
        self, connection: Connection, rulebook: Rulebook, row: BoardRow, steps_at: Sequence[Instant], now: Instant
    ) -> Outlook | None:
        """The chances that this listing is still there at these instants (rising); None where history is too short."""
        past = self._past(connection, rulebook, row.sector, now)
        instants = [row.listed_at, now, *steps_at]
        spans = rulebook.running_us(connection, row.sector, row.region, pairwise(instants))
        age_us, waits_us = spans[0], _added(spans[1:])
        for where, part, cases in _alike(past, row):
            found = chances(cases, age_us, waits_us)
            if found is not None:
                return Outlook(found, where, part)
        return None

    def _past(self, connection: Connection, rulebook: Rulebook, sector: str, now: Instant) -> list[Past]:
        with self._lock:
            read_at, past = self._read.get(sector, (0, []))
            if not read_at <= now < read_at + STALE_US:
                past = _read_past(connection, rulebook, sector, now)
                self._read[sector] = (now, past)
            return past


def _added(spans: list[int]) -> list[int]:
    return [sum(spans[: place + 1]) for place in range(len(spans))]


def _alike(past: list[Past], row: BoardRow) -> Iterator[tuple[Where, Part | None, list[Case]]]:
    """Ever wider circles of listings like this one."""
    kind = [one for one in past if one.exclusive == (row.seats == 1)]
    part, area = part_of(row.listed_at), row.postcode[:2]
    now = [one for one in kind if one.part == part]
    yield "area", part, [one.case for one in now if one.area == area]
    yield "region", part, [one.case for one in now if one.region == row.region]
    yield "everywhere", part, [one.case for one in now]
    yield "everywhere", None, [one.case for one in kind]


def part_of(at: Instant) -> Part:
    """The part of the day in Berlin."""
    hour = to_datetime(at).astimezone(BERLIN).hour
    return next(part for until, part in _PARTS if hour < until)


def _read_past(connection: Connection, rulebook: Rulebook, sector: str, now: Instant) -> list[Past]:
    columns = ("listed_at", "closed_at", "state", "seats", "region", "postcode")
    question = (
        select(*(listings.c[name] for name in columns))
        .where(listings.c.sector == sector, listings.c.listed_at > now - DAYS * DAY_US, listings.c.listed_at <= now)
        .order_by(listings.c.listed_at.desc())
        .limit(MOST_CASES)
    )
    rows = connection.execute(question).all()
    stretches: dict[str, list[tuple[Instant, Instant]]] = {}
    for row in rows:
        ended_at = now if row.closed_at is None else min(row.closed_at, now)
        stretches.setdefault(row.region, []).append((row.listed_at, ended_at))
    lasted = {
        region: iter(rulebook.running_us(connection, sector, region, found)) for region, found in stretches.items()
    }
    return [_past(row, next(lasted[row.region])) for row in rows]


def _past(row: Any, lasted_us: int) -> Past:
    case = Case(lasted_us, row.state == "sold")
    return Past(row.postcode[:2], row.region, part_of(row.listed_at), row.seats == 1, case)
