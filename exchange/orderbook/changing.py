"""Changing, pausing and unpausing standing bids: what keeps a place in the queue and what loses it (rules.md §3)."""

from exchange.instant import Instant
from exchange.orderbook.bid import ACTIVE, FILLED, PAUSED, Bid
from exchange.orderbook.book import Book
from exchange.orderbook.entry import note, refuse
from exchange.orderbook.fill import wake
from exchange.orderbook.match import walk_all
from exchange.orderbook.order import BidTerms, ChangeBid, PauseBid, UnpauseBid
from exchange.orderbook.outcome import Changed, Decided
from exchange.orderbook.terms import check_bid


def own_bid(book: Book, bid_id: str, buyer: str, at: Instant, out: list[Decided]) -> Bid | None:
    """The buyer's living bid; None after refusing, since another firm's bid answers like a missing one."""
    bid = book.bids.get(bid_id)
    if bid is None or bid.buyer != buyer:
        refuse(book, at, out, buyer, bid_id, "unknown")
        return None
    if bid.ended:
        refuse(book, at, out, buyer, bid_id, "not_open", bid.state)
        return None
    return bid


def change(book: Book, order: ChangeBid, at: Instant, out: list[Decided]) -> None:
    """Give a bid its new terms, all or nothing; it stays as it was where the new reservation is not covered."""
    known = book.bids.get(order.bid_id)
    tick_cents, until_before = (book.tick_cents, None) if known is None else (known.tick_cents, known.terms.until_at)
    check_bid(order, tick_cents=tick_cents, at=at, until_before=until_before)
    seq = note(book, at, order, out)
    bid = own_bid(book, order.bid_id, order.buyer, at, out)
    if bid is None:
        return
    before, held = bid.terms, bid.reserved_cents
    bid.terms = order
    needed = bid.reservation_cents(book.vat_bp)
    bid.terms = before
    if needed - held > order.facts.available_cents:
        refuse(book, at, out, order.buyer, order.bid_id, "insufficient_funds")
        return
    if bid.walks:
        book.hide_bid(bid)
    bid.terms = order
    _apply(book, bid, before, seq, needed)
    note(book, at, _changed(bid, kept_place=bid.place != seq), out)
    walk_all(book, (bid,), at, out)


def _apply(book: Book, bid: Bid, before: BidTerms, seq: int, needed: int) -> None:
    if loses_place(before, bid.terms):
        bid.place = seq
    if bid.terms.hours != before.hours:
        bid.notes.pop("out_of_hours", None)
    bid.reserved_cents = needed
    bid.resting = False
    bid.wake_at = None
    book.touched_bids.add(bid.bid_id)
    if bid.filled >= bid.terms.quantity:
        bid.state = FILLED
        bid.reserved_cents = 0
    elif bid.walks:
        book.show_bid(bid)
    if bid.terms.until_at != before.until_at:
        book.end_bid_on_time(bid)


def loses_place(before: BidTerms, after: BidTerms) -> bool:
    """Another limit, a higher quantity and wider filters take the end of the queue (rules.md §3)."""
    return (
        after.limit_cents != before.limit_cents
        or after.quantity > before.quantity
        or after.filters.wider_than(before.filters)
    )


def pause(book: Book, order: PauseBid, at: Instant, out: list[Decided]) -> None:
    """Take a bid out of the walk; pausing what is paused changes nothing and is no refusal."""
    note(book, at, order, out)
    bid = own_bid(book, order.bid_id, order.buyer, at, out)
    if bid is None or bid.state == PAUSED:
        return
    if bid.walks:
        book.hide_bid(bid)
    bid.state = PAUSED
    book.touched_bids.add(bid.bid_id)
    note(book, at, _changed(bid, kept_place=True), out)


def unpause(book: Book, order: UnpauseBid, at: Instant, out: list[Decided]) -> None:
    """Bring a paused bid back to its place, compared with the open listings like a new one."""
    note(book, at, order, out)
    bid = own_bid(book, order.bid_id, order.buyer, at, out)
    if bid is None or bid.state == ACTIVE:
        return
    bid.state = ACTIVE
    if bid.walks:
        book.show_bid(bid)
    wake(book, bid)
    note(book, at, _changed(bid, kept_place=True), out)
    walk_all(book, (bid,), at, out)


def _changed(bid: Bid, *, kept_place: bool) -> Changed:
    return Changed(bid.bid_id, bid.buyer, bid.reserved_cents, bid.state, kept_place)
