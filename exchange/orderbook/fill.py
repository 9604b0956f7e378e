"""Selling a seat, and what it does to listing, bid and book; waking and ending bids."""

from exchange.claims import Parts, price_parts
from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.bid import FILLED, Bid
from exchange.orderbook.book import Book
from exchange.orderbook.entry import note
from exchange.orderbook.listing import SOLD, Listing
from exchange.orderbook.outcome import Decided, Filled
from exchange.orderbook.sale import Sale
from exchange.orderbook.sharing import on_the_tick


def fill(
    book: Book,
    listing: Listing,
    at: Instant,
    out: list[Decided],
    *,
    buyer: str,
    group: str,
    bid: Bid | None,
    buyout: bool = False,
) -> None:
    """Sell one seat at the ask of this instant, to a standing bid or (``bid`` None) an instant one.

    A buy-out pays the factor on the ask, and closes the other seats.
    """
    ask = buyout_cents(book, listing) if buyout else listing.ask_cents
    parts = price_parts(ask, book.vat_bp, book.fee_bp)
    listing.sold += 1
    listing.bought_out = buyout
    seat = listing.sold
    if seat == listing.seats or buyout:
        book.close_listing(listing, SOLD)
    book.touched_listings.add(listing.listing_id)
    book.held.setdefault(listing.person_id, set()).add(group)
    if bid is not None:
        _charge(book, bid, listing, at)
    seq = book.seq + 1
    sale_id = f"{book.sector}-{seq}"
    filled = Filled(
        sale_id=sale_id,
        listing_id=listing.listing_id,
        bid_id=None if bid is None else bid.bid_id,
        buyer=buyer,
        group=group,
        supplier=listing.supplier,
        person_id=listing.person_id,
        seat=seat,
        ask_cents=ask,
        vat_cents=parts.vat_cents,
        fee_cents=parts.fee_cents,
        reserved_cents=0 if bid is None else bid.reserved_cents,
        sold_out=listing.state == SOLD,
        buyout=buyout or None,
    )
    note(book, at, filled, out)
    book.remember_sale(_sale(filled, seq, parts, at, book.claims.closes_at(at)))


def buyout_cents(book: Book, listing: Listing) -> Cents:
    """What the whole of a shared lead costs now, net: the ask times the sector's factor, rounded up to the tick."""
    return on_the_tick(listing.ask_cents, book.sharing.buyout_bp, listing.table.tick_cents)


def _charge(book: Book, bid: Bid, listing: Listing, at: Instant) -> None:
    bid.take(listing.ask_cents, book.calendar, at)
    bid.passed.add(listing.seq)
    if bid.state == FILLED:
        book.hide_bid(bid)
    elif bid.resting:
        wake(book, bid)
    bid.reserved_cents = bid.reservation_cents(book.vat_bp)
    book.touched_bids.add(bid.bid_id)


def _sale(filled: Filled, seq: int, parts: Parts, at: Instant, closes_at: Instant) -> Sale:
    return Sale(
        sale_id=filled.sale_id,
        seq=seq,
        listing_id=filled.listing_id,
        buyer=filled.buyer,
        supplier=filled.supplier,
        parts=parts,
        sold_at=at,
        closes_at=closes_at,
    )


def end_bid(book: Book, bid: Bid, state: str) -> None:
    """End a bid: it walks no more and reserves nothing."""
    if bid.walks:
        book.hide_bid(bid)
    bid.state = state
    bid.reserved_cents = 0
    book.touched_bids.add(bid.bid_id)


def wake(book: Book, bid: Bid) -> None:
    """Let the bid walk again; whether its stretch of inability goes on is seen when it is passed over."""
    bid.resting = False
    bid.wake_at = None
    if bid.walks:
        book.set_low_level(bid, 0)
    book.touched_bids.add(bid.bid_id)
