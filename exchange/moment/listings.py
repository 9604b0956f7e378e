"""Open listings as columns, and back: each column one list, equal texts written once."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from exchange.lead import ConsentScope
from exchange.orderbook.book import Book
from exchange.orderbook.listing import OPEN, Listing
from exchange.orderbook.sharing import Conversion
from exchange.payload import encode, parse, read_value
from exchange.pricing.table import PriceTable, compile_table

Columns = dict[str, Any]

_PRICE = ("start_cents", "floor_cents", "tick_cents", "duration_us")
_SHARED: dict[str, type] = {"consent": ConsentScope, "conversion": Conversion}
"""What many leads have alike: written once, named by its place."""
_PLAIN = tuple(sorted({*Listing.__slots__} - {"cell", "table", "calendar", "state", *_SHARED}))
"""Numbers, texts and answers, as they are."""
_CURVE = _PLAIN.index("curve")


def write_listings(book: Book) -> Columns:
    """The open listings of a book, in the order of their entry."""
    found = sorted(book.open.values(), key=lambda listing: listing.seq)
    columns: Columns = {name: [getattr(listing, name) for listing in found] for name in _PLAIN}
    columns |= {name: [getattr(listing.table, name) for listing in found] for name in _PRICE}
    columns["calendar"] = [listing.calendar.version for listing in found]
    for name in _SHARED:
        once: dict[Any, int] = {}
        columns[name] = [once.setdefault(getattr(listing, name), len(once)) for listing in found]
        columns[f"all_{name}"] = [None if value is None else encode(value) for value in once]
    return columns


def read_listings(columns: Columns, book: Book) -> None:
    """Put them into a book that knows its calendars and curves, and wake them."""
    shared = {name: [_shared(kind, text) for text in columns[f"all_{name}"]] for name, kind in _SHARED.items()}
    table_of = _tables(book)
    names = [*_PLAIN, *_SHARED]
    plain = zip(*(columns[name] for name in _PLAIN), strict=True)
    places = zip(*(columns[name] for name in _SHARED), strict=True)
    prices = zip(*(columns[name] for name in _PRICE), strict=True)
    listings = []
    for fields, places_of, price, calendar in zip(plain, places, prices, columns["calendar"], strict=True):
        listing = Listing.__new__(Listing)
        values = [shared[name][place] for name, place in zip(_SHARED, places_of, strict=True)]
        for name, value in zip(names, (*fields, *values), strict=True):
            setattr(listing, name, value)
        listing.table = table_of(price, fields[_CURVE])
        listing.calendar = book.calendars[calendar]
        listing.state = OPEN
        listings.append(listing)
    book.add_listings(listings)
    book.restart_clock()


def _tables(book: Book) -> Callable[[tuple[int, ...], int], PriceTable]:
    """Compiled once for each price and curve of a book: many leads share them."""
    known: dict[tuple[int, ...], PriceTable] = {}

    def of(price: tuple[int, ...], curve_number: int) -> PriceTable:
        table = known.get((*price, curve_number))
        if table is None:
            start_cents, floor_cents, tick_cents, duration_us = price
            curve = book.versions[curve_number].curve
            if curve.duration_us != duration_us:
                curve = curve.lasting(duration_us)
            table = known[*price, curve_number] = compile_table(start_cents, floor_cents, tick_cents, curve)
        return table

    return of


@lru_cache(maxsize=4_096)
def _shared(kind: type[Any], text: str | None) -> Any:
    return None if text is None else read_value(kind, parse(text))


def write_held(book: Book) -> list[list[Any]]:
    """Which groups hold a seat of the people whose leads are open, in order."""
    people = sorted({listing.person_id for listing in book.open.values()})
    return [[person, sorted(book.held[person])] for person in people if book.held.get(person)]
