"""The rows of one sector's stretch of the tape, for files: in order, a bounded number in memory, no personal data.

Each question yields rows in the order of `exchange.export.columns`; instants are microseconds.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from exchange.instant import Instant, from_text
from exchange.pricing.schedule import Schedule
from exchange.reports.schedules import Rulebook
from exchange.schema import bids, heads, listings, sales, tape
from exchange.store.roots import PATIENCE_US, first_seq
from exchange.store.tapes import READ_AHEAD

Row = tuple[Any, ...]
Rows = Callable[[Connection, str, int, int], Iterator[Row]]
"""The rows of a sector from one number of its tape to another, both included."""


def begun_at(connection: Connection) -> Instant | None:
    """The instant of the first entry of all; None on empty tapes."""
    first: Instant | None = connection.execute(
        select(tape.c.at).where(tape.c.seq == 1).order_by(tape.c.at).limit(1)
    ).scalar()
    return first


def last_seqs(connection: Connection) -> dict[str, int]:
    """Where every tape ends."""
    rows = connection.execute(select(heads.c.sector, heads.c.head_seq).order_by(heads.c.sector))
    return {row.sector: row.head_seq for row in rows}


def told_until(connection: Connection, now: Instant) -> Instant:
    """The instant up to which every tape says all there is to say: nothing before it is due or being written."""
    due = connection.execute(select(func.min(heads.c.next_due_at))).scalar()
    return min(now - PATIENCE_US, now if due is None else due)


def stretch(connection: Connection, sector: str, since: Instant, until: Instant, last: int) -> tuple[int, int]:
    """The numbers of the entries in [since, until), both included; the second below the first where there are none."""
    return first_seq(connection, sector, since, last), first_seq(connection, sector, until, last) - 1


def rows_of(dataset: str) -> Rows:
    """The question that answers with a dataset's rows."""
    return _ROWS[dataset]


def _tape(connection: Connection, sector: str, first: int, last: int) -> Iterator[Row]:
    columns = (tape.c.seq, tape.c.at, tape.c.kind, tape.c.payload, tape.c.hash)
    yield from _paged(connection, select(*columns).where(tape.c.sector == sector), tape.c.seq, first, last)


def _listings(connection: Connection, sector: str, first: int, last: int) -> Iterator[Row]:
    rulebook = Rulebook()
    asked = select(listings).where(listings.c.sector == sector)
    for page in _pages(connection, asked, listings.c.seq, first, last):
        schedules = rulebook.schedules(connection, page)
        for row in page:
            schedule = schedules[row.listing_id]
            yield (
                *(row.listing_id, row.seq, row.listed_at, row.asked_at, row.region, row.postcode[:2], row.supplier),
                *(row.answers, row.seats, row.sold, row.state, row.closed_at),
                *(row.start_cents, row.floor_cents, row.tick_cents, row.curve, row.arm_bp, row.duration_us),
                *_steps(schedule),
                *(int(row.bought_out), row.convert_us, row.converted_from),
            )


def _steps(schedule: Schedule) -> Row:
    """Elapsed times, asks and instants of a schedule's steps; instants as far as they are known, quick where nothing
    ever stands still."""
    elapsed, asks = schedule.table.elapsed_us[: schedule.count], schedule.table.asks_cents[: schedule.count]
    if schedule.calendar.always_open and not schedule.halts:
        return elapsed, asks, [schedule.listed_at + elapsed_us for elapsed_us in elapsed]
    return elapsed, asks, [at for at, _ in schedule.steps()]


def _bids(connection: Connection, sector: str, first: int, last: int) -> Iterator[Row]:
    asked = select(bids).where(bids.c.sector == sector)
    for row in _paged(connection, asked, bids.c.seq, first, last):
        terms = json.loads(row.terms)
        kept = {name: terms[name] for name in ("caps", "filters", "hours") if name in terms}
        yield (
            *(row.bid_id, row.seq, row.entered_at, row.ended_at, row.buyer, row.state, row.limit_cents),
            *(row.quantity, row.budget_cents, row.until_at, row.filled, row.spent_cents),
            json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        )


def _fills(connection: Connection, sector: str, first: int, last: int) -> Iterator[Row]:
    lead, sale = listings.c, sales.c
    asked = (
        select(
            *(sale.sale_id, sale.seq, sale.sold_at, sale.listing_id, lead.listed_at, lead.asked_at, lead.region),
            *(lead.curve, lead.start_cents, sale.ask_cents, sale.vat_cents, sale.fee_cents, sale.seat, sale.seats),
            *(sale.buyer, sale.supplier, sale.bid_id, sale.claim, sale.returned_net_cents),
            case((lead.bought_out, 1), else_=0),
        )
        .join(listings, lead.listing_id == sale.listing_id)
        .where(sale.sector == sector)
    )
    yield from _paged(connection, asked, sale.seq, first, last)


def _skips(connection: Connection, sector: str, first: int, last: int) -> Iterator[Row]:
    for row in _entries(connection, sector, "skipped", first, last):
        told = json.loads(row.payload)
        yield row.seq, row.at, told["listing_id"], told["bid_id"], told["buyer"], told["reason"]


def _claims(connection: Connection, sector: str, first: int, last: int) -> Iterator[Row]:
    for page in _pages(connection, _of_kind(sector, "claimed"), tape.c.seq, first, last):
        told = {row.seq: json.loads(row.payload) for row in page}
        known = select(sales).where(sales.c.sale_id.in_({one["sale_id"] for one in told.values()}))
        sold = {row.sale_id: row for row in connection.execute(known)}
        for row in page:
            claim, sale = told[row.seq], sold[told[row.seq]["sale_id"]]
            yield (
                *(row.seq, row.at, sale.sale_id, claim["ground"], from_text(claim["silence_at"]), sale.claim),
                *(sale.sold_at, sale.ask_cents, sale.returned_net_cents, sale.buyer, sale.supplier),
            )


def _of_kind(sector: str, kind: str) -> Select[Any]:
    return select(tape).where(tape.c.sector == sector, tape.c.kind == kind)


def _entries(connection: Connection, sector: str, kind: str, first: int, last: int) -> Iterator[Any]:
    yield from _paged(connection, _of_kind(sector, kind), tape.c.seq, first, last)


def _paged(connection: Connection, asked: Select[Any], seq: Any, first: int, last: int) -> Iterator[Any]:
    for page in _pages(connection, asked, seq, first, last):
        yield from page


def _pages(connection: Connection, asked: Select[Any], seq: Any, first: int, last: int) -> Iterable[list[Any]]:
    """The rows by their numbers, so many at a time."""
    while first <= last:
        page = connection.execute(asked.where(seq.between(first, last)).order_by(seq).limit(READ_AHEAD)).all()
        yield list(page)
        if len(page) < READ_AHEAD:
            return
        first = page[-1].seq + 1


_ROWS: dict[str, Rows] = {
    "tape": _tape,
    "listings": _listings,
    "bids": _bids,
    "fills": _fills,
    "skips": _skips,
    "claims": _claims,
}
