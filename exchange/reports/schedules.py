"""The steps of a listing with their instants, from its terms, its calendar and its sector's halts.

Curve and calendar versions are immutable, so they are read once. There is no second implementation of a curve:
pages and streams get what `exchange.pricing` compiled.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from exchange.instant import Instant
from exchange.money import Cents
from exchange.pricing.curve import Curve, CurveVersion
from exchange.pricing.hours import Calendar
from exchange.pricing.schedule import Halt, Schedule
from exchange.pricing.table import compile_table
from exchange.schema import calendars, curve_versions, halts, sectors

Steps = tuple[tuple[Instant, Cents], ...]


class Rulebook:
    """Immutable versions already read, by sector and number; one per database."""

    def __init__(self) -> None:
        self._curves: dict[tuple[str, int], Curve] = {}
        self._calendars: dict[tuple[str, int], Calendar] = {}

    def curve(self, connection: Connection, sector: str, number: int) -> Curve:
        """A curve version of a sector."""
        key = (sector, number)
        if key not in self._curves:
            found = select(curve_versions.c.payload).where(
                curve_versions.c.sector == sector, curve_versions.c.number == number
            )
            payload = json.loads(connection.execute(found).scalar_one())
            self._curves[key] = CurveVersion.from_payload(payload).curve
        return self._curves[key]

    def calendar(self, connection: Connection, sector: str, version: int) -> Calendar:
        """A calendar version of a sector."""
        key = (sector, version)
        if key not in self._calendars:
            found = select(calendars.c.payload).where(calendars.c.sector == sector, calendars.c.version == version)
            self._calendars[key] = Calendar.from_payload(json.loads(connection.execute(found).scalar_one()))
        return self._calendars[key]

    def schedules(self, connection: Connection, rows: Iterable[Any]) -> dict[str, Schedule]:
        """The schedule of each of these listing rows, by listing id."""
        rows = list(rows)
        stood_still = _halts(connection, rows)
        return {row.listing_id: self._schedule(connection, row, _mine(row, stood_still)) for row in rows}

    def otherwise(self, connection: Connection, row: Any, curve: Curve) -> Schedule:
        """The schedule of a listing row under another curve, with that curve's running time."""
        table = compile_table(row.start_cents, row.floor_cents, row.tick_cents, curve)
        convert_us = row.convert_us if row.convert_us is not None and row.convert_us < curve.duration_us else None
        calendar = self.calendar(connection, row.sector, row.calendar)
        return Schedule(table, row.listed_at, row.region, calendar, _mine(row, _halts(connection, [row])), convert_us)

    def running_us(
        self, connection: Connection, sector: str, region: str, stretches: Iterable[tuple[Instant, Instant]]
    ) -> list[int]:
        """Running time of each of these stretches in a region, by the sector's calendar in force: no closed hours,
        no halts."""
        calendar, stood_still = self._in_force(connection, sector)
        return [_running_us(calendar, region, from_at, until_at, stood_still) for from_at, until_at in stretches]

    def _in_force(self, connection: Connection, sector: str) -> tuple[Calendar, tuple[Halt, ...]]:
        version = connection.execute(select(sectors.c.calendar).where(sectors.c.sector == sector)).scalar_one()
        question = select(halts).where(halts.c.sector == sector).order_by(halts.c.halted_at)
        stood_still = tuple((halt.halted_at, halt.resumed_at) for halt in connection.execute(question))
        return self.calendar(connection, sector, version), stood_still

    def _schedule(self, connection: Connection, row: Any, mine: tuple[Halt, ...]) -> Schedule:
        curve = self.curve(connection, row.sector, row.curve)
        if curve.duration_us != row.duration_us:
            curve = curve.lasting(row.duration_us)
        table = compile_table(row.start_cents, row.floor_cents, row.tick_cents, curve)
        calendar = self.calendar(connection, row.sector, row.calendar)
        return Schedule(table, row.listed_at, row.region, calendar, mine, getattr(row, "convert_us", None))


def _running_us(
    calendar: Calendar, region: str, from_at: Instant, until_at: Instant, stood_still: tuple[Halt, ...]
) -> int:
    if until_at <= from_at:
        return 0
    running_us = calendar.elapsed_us(region, from_at, until_at)
    for halted_at, resumed_at in stood_still:
        start_at, end_at = max(halted_at, from_at), until_at if resumed_at is None else min(resumed_at, until_at)
        if start_at < end_at:
            running_us -= calendar.elapsed_us(region, start_at, end_at)
    return running_us


def _mine(row: Any, stood_still: Mapping[str, tuple[Halt, ...]]) -> tuple[Halt, ...]:
    """The halts that concern a listing."""
    return tuple(halt for halt in stood_still[row.sector] if halt[1] is None or halt[1] > row.listed_at)


_HALTS = (
    select(halts)
    .where(
        halts.c.sector.in_(bindparam("within", expanding=True)),
        or_(halts.c.resumed_at.is_(None), halts.c.resumed_at > bindparam("oldest")),
    )
    .order_by(halts.c.sector, halts.c.halted_at)
)


def _halts(connection: Connection, rows: list[Any]) -> defaultdict[str, tuple[Halt, ...]]:
    found: defaultdict[str, tuple[Halt, ...]] = defaultdict(tuple)
    if not rows:
        return found
    oldest = min(row.listed_at for row in rows)
    for halt in connection.execute(_HALTS, {"within": list({row.sector for row in rows}), "oldest": oldest}):
        found[halt.sector] += ((halt.halted_at, halt.resumed_at),)
    return found


def steps_of(schedule: Schedule) -> Steps:
    """Every step whose instant is known, the start first."""
    return tuple(schedule.steps())
