"""A sector's book from its rows: what a replay of its tape would leave, without replaying it."""

import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from heapq import heapify
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, select

from exchange.claims import Parts
from exchange.orderbook.bid import Bid, Note
from exchange.orderbook.book import Book, SaleDue
from exchange.orderbook.listing import OPEN
from exchange.orderbook.order import Arm, BidTerms, ChangeBid, StandingBid
from exchange.orderbook.sale import CLAIMED, Sale
from exchange.orderbook.sharing import Sharing
from exchange.payload import parse, read_value
from exchange.pricing.curve import CurveVersion
from exchange.pricing.hours import Calendar
from exchange.schema import bids, calendars, curve_versions, listings, sales, sectors, standings
from exchange.store.listings import load_listings
from exchange.store.rates import read_rates
from exchange.store.tapes import HeadRow
from exchange.store.wire import Question

_TERMS: dict[str, type[BidTerms]] = {order.kind: order for order in (StandingBid, ChangeBid)}

MANY = 400
"""Ids asked for in one statement."""


class _Seat(NamedTuple):
    person_id: str
    group_id: str
    seq: int


_SEATS = Question(
    "SELECT person_id, group_id, seq FROM {given} JOIN sales USING (sector, person_id)",
    _Seat,
    named=("sector", "person_id"),
)


def load_book(connection: Connection, head: HeadRow) -> Book:
    """The book of a sector as its rows have it, at the head that was read with them."""
    book = Book(head.sector)
    book.seq = head.head_seq
    book.settled_until = head.settled_until_at
    if book.seq:
        with _uncollected():
            _load(connection, book)
    return book


def _load(connection: Connection, book: Book) -> None:
    _load_rules(connection, book)
    load_listings(connection, book)
    _load_bids(connection, book)
    _load_sales(connection, book)
    _load_open_seats(connection, book)


def _load_rules(connection: Connection, book: Book) -> None:
    row = connection.execute(select(sectors).where(sectors.c.sector == book.sector)).one()
    book.vat_bp = row.vat_bp
    for seq, rates in read_rates(connection, book.sector):
        book.set_rates(seq, rates)
    book.sharing = Sharing(row.buyout_bp, row.seat_bp)
    book.calendar_version = row.calendar
    book.halted_at, book.halt_reason = row.halted_at, row.halt_reason
    for known in connection.execute(select(calendars.c.payload).where(calendars.c.sector == book.sector)):
        calendar = read_calendar(known.payload)
        book.calendars[calendar.version] = calendar
    for known in connection.execute(select(curve_versions).where(curve_versions.c.sector == book.sector)):
        version = read_version(known.payload)
        book.versions[version.number] = version
    book.arms = tuple(Arm(book.versions[number], share_bp) for number, share_bp in json.loads(row.arms))
    book.plans = {
        from_at: tuple(Arm(book.versions[number], share_bp) for number, share_bp in arms)
        for from_at, arms in json.loads(row.plans)
    }
    for known in connection.execute(select(standings).where(standings.c.sector == book.sector)):
        book.groups[known.organisation] = known.group_id
        if known.suspended:
            book.suspended.add(known.organisation)


@lru_cache(maxsize=256)
def read_calendar(payload: str) -> Calendar:
    """A calendar version, which never changes: read once, with all it works out from itself."""
    return Calendar.from_payload(json.loads(payload))


@lru_cache(maxsize=1_024)
def read_version(payload: str) -> CurveVersion:
    """A curve version, which never changes."""
    return CurveVersion.from_payload(json.loads(payload))


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for garbage within: nothing of a book in the making is any, and each search looks at all of it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _load_bids(connection: Connection, book: Book) -> None:
    living = select(bids).where(bids.c.sector == book.sector, bids.c.state.in_(("active", "paused")))
    for row in connection.execute(living.order_by(bids.c.seq)).mappings():
        bid = bid_of(row)
        wake_at, bid.wake_at = bid.wake_at, None
        book.remember_bid(bid)
        if wake_at is not None:
            book.wake_bid(bid, wake_at)


def bid_of(row: RowMapping) -> Bid:
    """A standing bid as its row has it."""
    terms = read_value(_TERMS[row["kind"]], parse(row["terms"]))
    bid = Bid(row["seq"], terms, row["group_id"], row["tick_cents"])
    bid.place, bid.state, bid.suspended = row["place"], row["state"], row["suspended"]
    bid.filled, bid.spent_cents = row["filled"], row["spent_cents"]
    bid.reserved_cents = row["reserved_cents"]
    progress = parse(row["progress"])
    bid.low_level, bid.resting, bid.wake_at = progress["low_level"], progress["resting"], progress["wake_at"]
    bid.passed = set(progress["passed"])
    bid.notes = {reason: Note(until_at, room) for reason, (until_at, room) in progress["notes"].items()}
    bid.recent = [(at, ask_cents) for at, ask_cents in progress["recent"]]
    return bid


def _load_sales(connection: Connection, book: Book) -> None:
    unreleased = select(sales).where(sales.c.sector == book.sector, sales.c.released.is_(False))
    for row in connection.execute(unreleased.order_by(sales.c.seq)).mappings():
        sale = sale_of(row)
        if sale.claim != CLAIMED:
            sale.silence_at = None
        book.remember_sale(sale)
        sale.silence_at = row["silence_at"]
    # A claimed sale's window may have closed: its payout now waits for the ruling, not for that instant.
    book.sale_dues = [due for due in book.sale_dues if not _waits(due, book)]
    heapify(book.sale_dues)


def _waits(due: SaleDue, book: Book) -> bool:
    at, closes, _, sale = due
    return closes and sale.claim == CLAIMED and at <= book.settled_until


def sale_of(row: RowMapping) -> Sale:
    """A sale as its row has it."""
    sale = Sale(
        sale_id=row["sale_id"],
        seq=row["seq"],
        listing_id=row["listing_id"],
        buyer=row["buyer"],
        supplier=row["supplier"],
        parts=Parts(row["ask_cents"], row["vat_cents"], row["fee_cents"]),
        sold_at=row["sold_at"],
        closes_at=row["closes_at"],
    )
    sale.claim, sale.ground, sale.silence_at = row["claim"], row["ground"], row["silence_at"]
    sale.returned = Parts(row["returned_net_cents"], row["returned_vat_cents"], row["returned_fee_cents"])
    sale.released = row["released"]
    return sale


def _load_open_seats(connection: Connection, book: Book) -> None:
    mine = select(listings.c.person_id).where(listings.c.sector == book.sector, listings.c.state == OPEN).distinct()
    # few are open, many were sold: a plan PostgreSQL made while both tables were empty began with what was sold
    offered = mine.cte("offered").prefix_with("MATERIALIZED", dialect="postgresql")
    taken = select(sales.c.person_id, sales.c.group_id).join(offered, sales.c.person_id == offered.c.person_id)
    for row in connection.execute(taken.where(sales.c.sector == book.sector)):
        book.held.setdefault(row.person_id, set()).add(row.group_id)


def load_seats(connection: Connection, book: Book, people: Iterable[str]) -> None:
    """Which groups hold a seat of these people's leads, as of the book's last entry."""
    named = [(book.sector, person) for person in people]
    for row in _SEATS.ask(connection, named) if named else ():
        if row.seq <= book.seq:
            book.held.setdefault(row.person_id, set()).add(row.group_id)


def chunks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    """A long list of ids in stretches a statement can carry."""
    return (ids[first : first + MANY] for first in range(0, len(ids), MANY))
