"""Sales and listings of a sector's month as rows, and the months released so far, kept in memory.

A day is released once Berlin's midnight has passed and nothing of it is still to be settled. What was
released of a past month never changes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Any

from sqlalchemy import Connection, func, select

from exchange.calendars import BERLIN, berlin_day
from exchange.instant import Instant, from_datetime, to_datetime
from exchange.reports.disclosure import Sold
from exchange.reports.exports import begun_at, told_until
from exchange.reports.schedules import Rulebook
from exchange.reports.stretch import Stretch, stretch_of
from exchange.reports.trading import DAILY_REGIONS, Listed, Month, release
from exchange.schema import listings, sales

MOST_KEPT = 600
"""Months kept in a process: six years of eight sectors."""


@dataclass(frozen=True, slots=True)
class Released:
    """Months that have begun, the earliest first, and the midnight up to which days are released."""

    months: tuple[str, ...]
    until_at: Instant


class Trades:
    """Months of sectors as they were released; one per process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[tuple[str, str], tuple[Instant, Month]] = {}

    def month(self, connection: Connection, rulebook: Rulebook, sector: str, name: str, until_at: Instant) -> Month:
        """A month of a sector, of its days those before ``until_at``."""
        with self._lock:
            read_until, kept = self._kept.get((sector, name), (0, None))
        if kept is not None and (read_until == until_at or kept.final):
            return kept
        read = _read(connection, rulebook, sector, name, until_at)
        with self._lock:
            self._kept.pop((sector, name), None)
            self._kept[sector, name] = until_at, read
            while len(self._kept) > MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
        return read


def released(connection: Connection, now: Instant) -> Released:
    """What there is by now."""
    until_at, first_at = berlin_day(told_until(connection, now))[0], begun_at(connection)
    if first_at is None or first_at >= until_at:
        return Released((), until_at)
    months, at = [], first_at
    while at < until_at:
        months.append(month_of(at))
        at = month_span(months[-1])[1]
    return Released(tuple(months), until_at)


def month_of(at: Instant) -> str:
    """``2026-11``: the month in Berlin."""
    return f"{to_datetime(at).astimezone(BERLIN):%Y-%m}"


def month_span(name: str) -> tuple[Instant, Instant]:
    """From its first midnight to the one after its end."""
    first = date.fromisoformat(f"{name}-01")
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    begins, ends = (from_datetime(datetime(day.year, day.month, 1, tzinfo=BERLIN)) for day in (first, after))
    return begins, ends


def _read(connection: Connection, rulebook: Rulebook, sector: str, name: str, until_at: Instant) -> Month:
    from_at, ends_at = month_span(name)
    upto_at = min(ends_at, until_at)
    over = ends_at <= until_at
    stretch = stretch_of(connection, sector, from_at, upto_at)
    sold, first = _sold(connection, stretch, until_at)
    listed = list(_listed(connection, rulebook, stretch, first)) if over else []
    before = stretch_of(connection, sector, *month_span(month_of(from_at - 1)))
    return release(
        name,
        list(_midnights(from_at, upto_at)),
        sold,
        listed,
        over=over,
        by_day=_many(connection, before) >= DAILY_REGIONS,
    )


def _midnights(from_at: Instant, until_at: Instant) -> Iterator[Instant]:
    at = from_at
    while at < until_at:
        yield at
        at = berlin_day(at)[1]
    yield at


def _many(connection: Connection, stretch: Stretch) -> int:
    mine = (sales.c.sector == stretch.sector, sales.c.seq.between(stretch.first, stretch.last))
    return int(connection.execute(select(func.count()).select_from(sales).where(*mine)).scalar_one())


_COLUMNS = (
    *(sales.c.listing_id, sales.c.seat, sales.c.sold_at, sales.c.ask_cents, sales.c.group_id, sales.c.claim),
    *(sales.c.closes_at, listings.c.region, listings.c.supplier_group, listings.c.bought_out),
)


def _sold(connection: Connection, stretch: Stretch, until_at: Instant) -> tuple[list[Sold], dict[str, Sold]]:
    """The sales of a stretch, and those of a first seat by their listing."""
    mine = (sales.c.sector == stretch.sector, sales.c.seq.between(stretch.first, stretch.last))
    asked = select(*_COLUMNS).join(listings, listings.c.listing_id == sales.c.listing_id).where(*mine)
    found, first = [], {}
    for row in connection.execute(asked.order_by(sales.c.seq)):
        sold = Sold(
            *(row.sold_at, row.region, row.ask_cents, row.group_id, row.supplier_group, row.bought_out),
            *(row.claim != "unclaimed", row.claim == "upheld", row.closes_at <= until_at and row.claim != "claimed"),
        )
        found.append(sold)
        if row.seat == 1:
            first[row.listing_id] = sold
    return found, first


def _listed(
    connection: Connection, rulebook: Rulebook, stretch: Stretch, first: Mapping[str, Sold]
) -> Iterator[Listed]:
    """The month's listings as they stood at its end: a first sale after it is none yet."""
    asked = select(*(listings.c[name] for name in ("listing_id", "region", "listed_at", "closed_at"))).where(
        listings.c.sector == stretch.sector,
        listings.c.listed_at >= stretch.from_at,
        listings.c.listed_at < stretch.until_at,
    )
    by_region: dict[str, list[Any]] = {}
    for row in connection.execute(asked):
        by_region.setdefault(row.region, []).append(row)
    for region, rows in by_region.items():
        spans = [(row.listed_at, _end_at(row, first, stretch.until_at)) for row in rows]
        lasted = rulebook.running_us(connection, stretch.sector, region, spans)
        for row, lasted_us in zip(rows, lasted, strict=True):
            yield Listed(region, lasted_us, first.get(row.listing_id))


def _end_at(row: Any, first: Mapping[str, Sold], until_at: Instant) -> Instant:
    sold = first.get(row.listing_id)
    if sold is not None:
        return sold.sold_at
    return until_at if row.closed_at is None else min(row.closed_at, until_at)
