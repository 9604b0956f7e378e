"""The house at a glance: each sector's market today, what waits for a ruling, and what the last days brought.

Counts and sums only: nothing that names a person or a firm.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, Table, case, func, select

from exchange.instant import Instant
from exchange.money import Cents
from exchange.reports.health import punctuality
from exchange.schema import heads, listings, sales, sectors


@dataclass(frozen=True, slots=True)
class SectorOverview:
    """One sector now. ``sold_cents`` net since midnight; ``late_us`` is how late what fell due is."""

    sector: str
    open: int
    sold: int
    sold_cents: Cents
    claims: int
    late_us: int
    halted_at: Instant | None
    halt_reason: str
    head_seq: int


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of the whole market: leads listed, seats sold, their net sum."""

    begins_at: Instant
    listed: int
    sold: int
    sold_cents: Cents


def overview(connection: Connection, now: Instant, midnight_at: Instant) -> list[SectorOverview]:
    """Every sector, by name."""
    late = {one.sector: one.late_us for one in punctuality(connection, now)}
    waiting = _by_sector(
        connection, select(listings.c.sector, func.count()).where(listings.c.state == "open"), listings
    )
    claims = _by_sector(connection, select(sales.c.sector, func.count()).where(sales.c.claim == "claimed"), sales)
    today = sales.c.sold_at >= midnight_at
    sold = _by_sector(connection, select(sales.c.sector, func.count()).where(today), sales)
    cents = _by_sector(connection, select(sales.c.sector, func.sum(sales.c.ask_cents)).where(today), sales)
    rows = connection.execute(select(sectors, heads.c.head_seq).join(heads).order_by(sectors.c.sector)).all()
    return [
        SectorOverview(
            row.sector,
            waiting.get(row.sector, 0),
            sold.get(row.sector, 0),
            cents.get(row.sector, 0),
            claims.get(row.sector, 0),
            late.get(row.sector, 0),
            row.halted_at,
            row.halt_reason,
            row.head_seq,
        )
        for row in rows
    ]


def days(connection: Connection, begins: list[Instant]) -> list[DayRow]:
    """What happened between these instants, each to the next one; the last one only ends the day before it."""
    listed = _per_day(connection, listings.c.listed_at, func.count(), begins)
    sold = _per_day(connection, sales.c.sold_at, func.count(), begins)
    cents = _per_day(connection, sales.c.sold_at, func.sum(sales.c.ask_cents), begins)
    return [DayRow(at, listed.get(n, 0), sold.get(n, 0), cents.get(n, 0)) for n, at in enumerate(begins[:-1])]


def _by_sector(connection: Connection, counted: Select[Any], table: Table) -> dict[str, int]:
    return {sector: int(many) for sector, many in connection.execute(counted.group_by(table.c.sector))}


def _per_day(connection: Connection, at: Any, figure: Any, begins: list[Instant]) -> dict[int, int]:
    """A figure by the place of its day in the list."""
    day = case(*((at < end, n) for n, end in enumerate(begins[1:])), else_=-1).label("day")
    counted = select(day, figure).where(at >= begins[0], at < begins[-1]).group_by(day)
    return {int(n): int(many) for n, many in connection.execute(counted)}
