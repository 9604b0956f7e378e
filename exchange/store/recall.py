"""What an order names that the book no longer holds: ended bids, closed listings, old sales, seats of a person.

Brought back before deciding, so that an order on an ended thing is answered ``not_open`` and not ``unknown``.
"""

from collections.abc import Container, Iterable, Sequence

from sqlalchemy import Column, Connection, RowMapping, select

from exchange.orderbook.bid import Bid
from exchange.orderbook.book import Book
from exchange.orderbook.listing import OPEN
from exchange.orderbook.order import (
    BidTerms,
    CancelBid,
    FileClaim,
    InstantBid,
    ListLead,
    Order,
    PauseBid,
    RuleClaim,
    UnpauseBid,
    WithdrawConsent,
    WithdrawListing,
)
from exchange.schema import bids, listings, sales
from exchange.store.books import bid_of, chunks, load_seats, sale_of
from exchange.store.listings import listing_of
from exchange.store.rows import is_over

_OF_LISTINGS = InstantBid | WithdrawListing | ListLead
_OF_BIDS = BidTerms | PauseBid | UnpauseBid | CancelBid
_OF_SALES = FileClaim | RuleClaim


def recall(connection: Connection, book: Book, orders: Sequence[Order]) -> set[str]:
    """Bring back into the book what these orders name, as of its last entry; returns ids of another sector.

    Ids of listings, bids and sales are one sector's for ever.
    """
    named = _listings_named(orders)
    elsewhere = set()
    for row in _missing(connection, book, listings.c.listing_id, named, book.listings):
        if row["sector"] == book.sector:
            book.listings[row["listing_id"]] = listing_of(row, book)
        else:
            elsewhere.add(row["listing_id"])
    named = [order.bid_id for order in orders if isinstance(order, _OF_BIDS)]
    for row in _missing(connection, book, bids.c.bid_id, named, book.bids):
        if row["sector"] == book.sector:
            book.bids[row["bid_id"]] = bid_of(row)
        else:
            elsewhere.add(row["bid_id"])
    named = [order.sale_id for order in orders if isinstance(order, _OF_SALES)]
    for row in _missing(connection, book, sales.c.sale_id, named, book.sales):
        if row["sector"] == book.sector:
            book.sales[row["sale_id"]] = sale_of(row)
    offered = {order.person_id for order in orders if isinstance(order, ListLead)}
    load_seats(connection, book, offered - book.held.keys())
    return elsewhere


def _listings_named(orders: Sequence[Order]) -> list[str]:
    consents = [order for order in orders if isinstance(order, WithdrawConsent)]
    return [
        *(order.listing_id for order in orders if isinstance(order, _OF_LISTINGS)),
        *(name for order in consents for name in (order.listing_id, *order.listing_ids)),
    ]


def _missing(
    connection: Connection, book: Book, key: Column[str], ids: list[str], known: Container[str]
) -> list[RowMapping]:
    """Rows of what the book does not know, without what came after its last entry."""
    found: list[RowMapping] = []
    for some in chunks(sorted({name for name in ids if name not in known})):
        rows = connection.execute(select(key.table).where(key.in_(some))).mappings()
        found += [row for row in rows if row["sector"] != book.sector or row["seq"] <= book.seq]
    return found


def forget(book: Book, listing_ids: Iterable[str], bid_ids: Iterable[str], sale_ids: Iterable[str]) -> None:
    """Drop what has ended from a book that is kept: rows remember it."""
    for listing_id in listing_ids:
        listing = book.listings.get(listing_id)
        if listing is not None and listing.state != OPEN:
            del book.listings[listing_id]
    for bid_id in bid_ids:
        bid = book.bids.get(bid_id)
        if bid is not None and bid.ended:
            del book.bids[bid_id]
            _drop(book.bids_of.get(bid.buyer, []), bid)
    for sale_id in sale_ids:
        sale = book.sales.get(sale_id)
        if sale is not None and is_over(sale):
            del book.sales[sale_id]


def _drop(bids: list[Bid], bid: Bid) -> None:
    if bid in bids:
        bids.remove(bid)


def forget_recalled(book: Book, orders: Sequence[Order]) -> None:
    """Drop what these orders brought back, as far as it has ended."""
    forget(
        book,
        _listings_named(orders),
        [order.bid_id for order in orders if isinstance(order, _OF_BIDS)],
        [order.sale_id for order in orders if isinstance(order, _OF_SALES)],
    )
