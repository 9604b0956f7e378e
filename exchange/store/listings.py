"""Listings from their rows: terms compiled again, the step the one that holds at the instant the book is settled to."""

import json
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, select

from exchange.instant import Instant
from exchange.lead import ConsentScope
from exchange.money import BasisPoints, Cents
from exchange.orderbook.book import Book
from exchange.orderbook.listing import OPEN, Listing
from exchange.orderbook.sharing import Conversion
from exchange.payload import parse, read_value
from exchange.pricing.table import compile_table
from exchange.schema import listings

AHEAD = 2_000
"""Rows of listings in memory beside the listings made of them."""


@lru_cache(maxsize=4_096)
def read_scope(payload: str) -> ConsentScope:
    """A consent's scope: most leads of a supplier share one."""
    return read_value(ConsentScope, parse(payload))


class _ListingRow(NamedTuple):
    """What a book needs of a listing's row."""

    seq: int
    listing_id: str
    supplier: str
    supplier_group: str
    person_id: str
    region: str
    postcode: str
    answers: str
    consent: str
    asked_at: Instant
    listed_at: Instant
    seats: int
    sold: int
    state: str
    start_cents: Cents
    floor_cents: Cents
    tick_cents: Cents
    curve: int
    arm_bp: BasisPoints
    duration_us: int
    calendar: int
    anchor_at: Instant
    anchor_us: int
    ask_cents: Cents
    bought_out: bool
    convert_us: int | None
    convert_seats: int | None
    convert_bp: BasisPoints | None
    converted_from: str | None


_OPEN = select(*(listings.c[name] for name in _ListingRow._fields)).where(listings.c.state == OPEN)


def load_listings(connection: Connection, book: Book) -> None:
    """Put a sector's open listings into its book and wake them."""
    ours = connection.execute(_OPEN.where(listings.c.sector == book.sector).order_by(listings.c.seq))
    for some in ours.partitions(AHEAD):
        book.add_listings([_listing_of(_ListingRow._make(row), book) for row in some])
    book.restart_clock()


def listing_of(row: RowMapping, book: Book) -> Listing:
    """A listing as its row has it, its step the one that holds at the instant the book is settled to."""
    return _listing_of(_ListingRow._make(_of_listing(row)), book)


_of_listing = itemgetter(*_ListingRow._fields)


def _listing_of(row: _ListingRow, book: Book) -> Listing:
    curve = book.versions[row.curve].curve
    if curve.duration_us != row.duration_us:
        curve = curve.lasting(row.duration_us)
    listing = Listing(
        seq=row.seq,
        listing_id=row.listing_id,
        supplier=row.supplier,
        supplier_group=row.supplier_group,
        person_id=row.person_id,
        region=row.region,
        postcode=row.postcode,
        answers=json.loads(row.answers),
        asked_at=row.asked_at,
        listed_at=row.listed_at,
        seats=row.seats,
        consent=read_scope(row.consent),
        table=compile_table(row.start_cents, row.floor_cents, row.tick_cents, curve),
        calendar=book.calendars[row.calendar],
        curve=row.curve,
        arm_bp=row.arm_bp,
        conversion=_conversion(row),
        converted_from=row.converted_from,
    )
    listing.anchor_at, listing.anchor_us = row.anchor_at, row.anchor_us
    listing.sold, listing.state, listing.bought_out = row.sold, row.state, row.bought_out
    if listing.state == OPEN:
        listing.step = listing.table.step_index(_running_us(listing, book))
    else:
        listing.step = listing.table.asks_cents.index(row.ask_cents)
    return listing


def _conversion(row: _ListingRow) -> Conversion | None:
    if row.convert_us is None or row.convert_seats is None or row.convert_bp is None:
        return None
    return Conversion(row.convert_us, row.convert_seats, row.convert_bp)


def _running_us(listing: Listing, book: Book) -> int:
    until = book.settled_until if book.halted_at is None else book.halted_at
    return listing.anchor_us if until <= listing.anchor_at else listing.elapsed_us(until)
