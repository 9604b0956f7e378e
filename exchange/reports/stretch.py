"""A stretch of a sector's past for whoever walks through it: what was open when, what was sold, what happened.

Nothing here names a person or a firm; a member is its number in the order of joining (`numbers`).
"""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select

from exchange.instant import Instant
from exchange.money import Cents
from exchange.payload import ORDERS
from exchange.pricing.schedule import Schedule
from exchange.reports.schedules import Rulebook
from exchange.schema import bids, heads, listings, organisations, sales, tape
from exchange.store.books import chunks
from exchange.store.roots import first_seq
from exchange.store.tapes import read_entries

MOST_LISTINGS = 4_000
"""Leads a heat map is made of; of more, every second, third, ... is taken and counted so many times."""
MOST_SALES = 100_000
MOST_EVENTS = 400
COLUMNS, BANDS = 60, 24

_QUIET = frozenset({order.kind for order in ORDERS} | {"released"})
"""Orders, whose outcomes say what came of them, and payouts."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one instant to another (excluded) in a sector; the numbers of its first and last entry."""

    sector: str
    from_at: Instant
    until_at: Instant
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Heat:
    """Open leads by time and price: cells (from, until, low, high, how many), ``taken`` one of so many leads."""

    cells: list[tuple[Instant, Instant, Cents, Cents, int]]
    most: int
    taken: int


@dataclass(frozen=True, slots=True)
class Event:
    """One outcome: its entry, and its payload as data."""

    seq: int
    at: Instant
    kind: str
    payload: dict[str, Any]


def stretch_of(connection: Connection, sector: str, from_at: Instant, until_at: Instant) -> Stretch:
    """A stretch with the numbers of its entries; raises LookupError for no such sector."""
    head = connection.execute(select(heads.c.head_seq).where(heads.c.sector == sector)).scalar_one_or_none()
    if head is None:
        raise LookupError(sector)
    first = first_seq(connection, sector, from_at, head)
    return Stretch(sector, from_at, until_at, first, first_seq(connection, sector, until_at, head) - 1)


def last_trade(connection: Connection) -> tuple[str, Instant] | None:
    """The sector that sold last, and when; None where nothing was sold yet."""
    row = connection.execute(select(sales.c.sector, sales.c.sold_at).order_by(sales.c.sold_at.desc()).limit(1)).first()
    return None if row is None else (row.sector, row.sold_at)


def density(connection: Connection, stretch: Stretch, columns: int) -> list[int]:
    """How many entries fall into each of so many equal parts of a stretch."""
    width_us = max((stretch.until_at - stretch.from_at) // columns, 1)
    part = ((tape.c.at - stretch.from_at) // width_us).label("part")
    mine = (tape.c.sector == stretch.sector, tape.c.seq.between(stretch.first, stretch.last))
    counted = select(part, func.count().label("many")).where(*mine).group_by(part)
    found = {row.part: row.many for row in connection.execute(counted)}
    return [found.get(number, 0) for number in range(columns)]


def sold(connection: Connection, stretch: Stretch) -> list[tuple[Instant, Cents]]:
    """Every sale of a stretch: when and at which ask, at most `MOST_SALES` of them."""
    mine = (sales.c.sector == stretch.sector, sales.c.seq.between(stretch.first, stretch.last))
    asked = select(sales.c.sold_at, sales.c.ask_cents).where(*mine).order_by(sales.c.seq).limit(MOST_SALES)
    return [(row.sold_at, row.ask_cents) for row in connection.execute(asked)]


def nearest_sale(connection: Connection, stretch: Stretch) -> Instant | None:
    """The instant of the sector's sale that lies nearest to a stretch, before or after it; None where none was sold."""
    mine = select(sales.c.sold_at).where(sales.c.sector == stretch.sector).limit(1)
    before = connection.execute(mine.where(sales.c.seq < stretch.first).order_by(sales.c.seq.desc())).scalar()
    after = connection.execute(mine.where(sales.c.seq > stretch.last).order_by(sales.c.seq)).scalar()
    found = [(stretch.from_at - at, at) for at in (before,) if at is not None]
    found += [(at - stretch.until_at, at) for at in (after,) if at is not None]
    return min(found)[1] if found else None


def heat(connection: Connection, stretch: Stretch, rulebook: Rulebook) -> Heat:
    """Open leads at the middle of each part of a stretch, by bands of price."""
    rows, taken = _offered(connection, stretch)
    width_us = max((stretch.until_at - stretch.from_at) // COLUMNS, 1)
    schedules = rulebook.schedules(connection, rows)
    most_cents = max((row.start_cents for row in rows), default=0)
    band = _band_cents(most_cents)
    counts: defaultdict[tuple[int, int], int] = defaultdict(int)
    for row in rows:
        ends_at = row.closed_at or stretch.until_at
        first = max(-(-(2 * (row.listed_at - stretch.from_at) - width_us) // (2 * width_us)), 0)
        for column in range(first, COLUMNS):
            at = stretch.from_at + column * width_us + width_us // 2
            if at >= ends_at:
                break
            ask_cents = _ask_at(schedules[row.listing_id], at)
            if ask_cents is not None:
                counts[column, ask_cents // band] += taken
    cells = [
        (stretch.from_at + x * width_us, stretch.from_at + (x + 1) * width_us, y * band, (y + 1) * band, many)
        for (x, y), many in sorted(counts.items())
    ]
    return Heat(cells, max(counts.values(), default=0), taken)


def _offered(connection: Connection, stretch: Stretch) -> tuple[list[Any], int]:
    """Listings that were open in a stretch, or every so-manieth of them."""
    mine = (
        listings.c.sector == stretch.sector,
        listings.c.listed_at < stretch.until_at,
        or_(listings.c.closed_at.is_(None), listings.c.closed_at > stretch.from_at),
    )
    many = connection.execute(select(func.count()).select_from(listings).where(*mine)).scalar_one()
    taken = max(-(-many // MOST_LISTINGS), 1)
    asked = select(listings).where(*mine)
    return list(connection.execute(asked.where(listings.c.seq % taken == 0) if taken > 1 else asked)), taken


def _ask_at(schedule: Schedule, at: Instant) -> Cents | None:
    if schedule.calendar.always_open and not schedule.halts:
        table, elapsed_us = schedule.table, at - schedule.listed_at
        if not 0 <= elapsed_us < table.duration_us:
            return None
        return table.asks_cents[bisect_right(table.elapsed_us, elapsed_us) - 1]
    return schedule.ask_at(at)


def _band_cents(most_cents: Cents) -> Cents:
    """A round height of a band, so that about `BANDS` of them lie below the dearest start."""
    return next(
        (cents for cents in (50, 100, 200, 250, 500, 1_000, 2_000, 2_500, 5_000) if most_cents <= BANDS * cents), 10_000
    )


def share_of_events(*, ahead: bool) -> tuple[int, int]:
    """How many events at most lie before an instant, and how many are given in all."""
    return (MOST_EVENTS // 8, 3 * MOST_EVENTS) if ahead else (MOST_EVENTS // 2, MOST_EVENTS)


def events_of(
    connection: Connection, stretch: Stretch, at: Instant | None = None, *, ahead: bool = False
) -> list[Event]:
    """Outcomes of a stretch in order: its first ones, or those around an instant, at most `MOST_EVENTS`.

    ``ahead``: few of those before the instant and more of those after it, for somebody who plays.
    """
    half, most = share_of_events(ahead=ahead)
    middle = stretch.first if at is None else min(first_seq(connection, stretch.sector, at, stretch.last), stretch.last)
    mine = (tape.c.sector == stretch.sector, tape.c.seq.between(stretch.first, stretch.last))
    told = select(tape.c.seq, tape.c.at, tape.c.kind, tape.c.payload).where(*mine, tape.c.kind.not_in(_QUIET))
    before = connection.execute(told.where(tape.c.seq < middle).order_by(tape.c.seq.desc()).limit(half)).all()
    after = connection.execute(told.where(tape.c.seq >= middle).order_by(tape.c.seq).limit(most - len(before)))
    return [_event(row) for row in [*reversed(before), *after]]


def events_between(connection: Connection, sector: str, from_at: Instant, until_at: Instant) -> Iterator[Event]:
    """Every outcome from one instant to another (excluded), a bounded number in memory."""
    stretch = stretch_of(connection, sector, from_at, until_at)
    for entry in read_entries(connection, sector, stretch.first, stretch.last):
        if entry.kind not in _QUIET:
            yield _event(entry)


def _event(row: Any) -> Event:
    return Event(row.seq, row.at, row.kind, json.loads(row.payload))


@dataclass(frozen=True, slots=True)
class LeadStory:
    """One lead through its life: its terms, its steps, what happened to it."""

    listing_id: str
    listed_at: Instant
    ends_at: Instant | None
    state: str
    start_cents: Cents
    floor_cents: Cents
    seats: int
    curve: int
    supplier: str
    steps: list[tuple[Instant, Cents]]
    events: list[Event]


def lead_story(connection: Connection, sector: str, listing_id: str, rulebook: Rulebook) -> LeadStory | None:
    """A lead of a sector; None where it has none of that name."""
    mine = (listings.c.listing_id == listing_id, listings.c.sector == sector)
    row = connection.execute(select(listings).where(*mine)).one_or_none()
    if row is None:
        return None
    schedule = rulebook.schedules(connection, [row])[listing_id]
    expires_at = schedule.expires_at
    ends_at = row.closed_at or expires_at
    steps = [step for step in schedule.steps() if row.closed_at is None or step[0] <= row.closed_at]
    return LeadStory(
        *(listing_id, row.listed_at, ends_at, row.state, row.start_cents, row.floor_cents, row.seats, row.curve),
        *(row.supplier, steps, _lead_events(connection, row)),
    )


def _lead_events(connection: Connection, row: Any) -> list[Event]:
    """What the tape says of a lead from its listing to its end, and a little after: orders that came too late."""
    until = tape.c.seq >= row.seq
    if row.closed_at is not None:
        head = connection.execute(select(heads.c.head_seq).where(heads.c.sector == row.sector)).scalar_one()
        until &= tape.c.seq < first_seq(connection, row.sector, row.closed_at + 60_000_000, head)
    named = tape.c.payload.contains(f'"{row.listing_id}"', autoescape=True)
    asked = select(tape.c.seq, tape.c.at, tape.c.kind, tape.c.payload).where(tape.c.sector == row.sector, until, named)
    told = asked.where(tape.c.kind.not_in(_QUIET)).order_by(tape.c.seq).limit(MOST_EVENTS)
    return [_event(one) for one in connection.execute(told)]


def bids_named(connection: Connection, events: Iterable[Event]) -> dict[str, tuple[int, Cents]]:
    """The number of the entry that made each bid these events name, and its limit as last changed.

    A bid's own id may say whose it is; its number does not.
    """
    names = sorted({event.payload["bid_id"] for event in events if event.payload.get("bid_id")})
    found: dict[str, tuple[int, Cents]] = {}
    for some in chunks(names):
        asked = select(bids.c.bid_id, bids.c.seq, bids.c.limit_cents).where(bids.c.bid_id.in_(some))
        found |= {row.bid_id: (row.seq, row.limit_cents) for row in connection.execute(asked)}
    return found


def bid_numbers(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """The number of the entry that made each of these bids: what stands for its id."""
    found: dict[str, int] = {}
    for some in chunks(sorted(names)):
        found |= {
            row.bid_id: row.seq
            for row in connection.execute(select(bids.c.bid_id, bids.c.seq).where(bids.c.bid_id.in_(some)))
        }
    return found


def leads_of(connection: Connection, stretch: Stretch, most: int) -> list[str]:
    """Leads that were sold in a stretch, the latest first, then others listed in it."""
    between = stretch.first, stretch.last
    sold_ones = select(sales.c.listing_id).where(sales.c.sector == stretch.sector, sales.c.seq.between(*between))
    found = connection.execute(sold_ones.order_by(sales.c.seq.desc()).limit(most)).scalars().all()
    listed = select(listings.c.listing_id).where(listings.c.sector == stretch.sector, listings.c.seq.between(*between))
    more = connection.execute(listed.order_by(listings.c.seq.desc()).limit(most)).scalars().all()
    return list(dict.fromkeys([*found, *more]))[:most]


def numbers(connection: Connection) -> dict[str, int]:
    """A number for every member, by the order of joining: what stands for its name."""
    asked = select(organisations.c.organisation).order_by(organisations.c.joined_at, organisations.c.organisation)
    return {name: number for number, name in enumerate(connection.execute(asked).scalars(), start=1)}
