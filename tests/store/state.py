"""The state of a book as plain data, and its future, to compare books that came to it in different ways."""

from typing import Any

from exchange.instant import DAY_US
from exchange.orderbook import match
from exchange.orderbook.bid import Bid
from exchange.orderbook.book import Book
from exchange.orderbook.listing import Listing
from exchange.orderbook.outcome import Decided
from exchange.orderbook.sale import Sale
from exchange.store.rows import bid_progress, is_over


def state(book: Book) -> dict[str, Any]:
    """Everything that can still matter: open listings, living bids, sales with money pending."""
    return {
        "seq": book.seq,
        "settled_until": book.settled_until,
        "rules": (book.tick_cents, book.most_seats, book.fee_bp, book.vat_bp, book.claims, book.arms),
        "versions": book.versions,
        "calendar": book.calendar,
        "halted_at": book.halted_at,
        "members": (book.groups, book.suspended),
        "listings": {listing.seq: _listing(listing) for listing in book.open.values()},
        "bids": {bid.seq: _bid(bid, book) for bid in book.bids.values() if not bid.ended},
        "sales": {sale.seq: _sale(sale) for sale in book.sales.values() if not is_over(sale)},
        "held": {one.person_id: book.held.get(one.person_id, set()) for one in book.open.values()},
    }


def future(book: Book, span_us: int = 60 * DAY_US) -> list[Decided]:
    """What falls due from here on if nobody does anything, which shows whatever the book has up its sleeve."""
    return match.settle(book, book.settled_until + span_us)


def _listing(listing: Listing) -> tuple[Any, ...]:
    return (
        *(listing.listing_id, listing.supplier, listing.supplier_group, listing.person_id, listing.region),
        *(listing.postcode, listing.answers, listing.asked_at, listing.listed_at, listing.seats, listing.consent),
        *(listing.table, listing.calendar.version, listing.curve, listing.arm_bp),
        *(listing.anchor_at, listing.anchor_us, listing.step, listing.sold, listing.state),
    )


def _bid(bid: Bid, book: Book) -> tuple[Any, ...]:
    return (
        *(bid.terms, bid.group, bid.place, bid.tick_cents, bid.state, bid.suspended),
        *(bid.filled, bid.spent_cents, bid.reserved_cents, bid_progress(bid, book)),
    )


def _sale(sale: Sale) -> tuple[Any, ...]:
    return (
        *(sale.sale_id, sale.listing_id, sale.buyer, sale.supplier, sale.parts, sale.sold_at, sale.closes_at),
        *(sale.claim, sale.ground, sale.silence_at, sale.returned, sale.released),
    )
