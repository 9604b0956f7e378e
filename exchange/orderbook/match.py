"""Settling and serving: who gets what, when and at which ask (rules.md §3, §8). No clock, no database.

`settle` writes what fell due; `serve` looks for able pairs of bid and listing at one instant. Both return
values; `decide` does the same for orders.
"""

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter

from exchange.claims import Parts, price_parts
from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook import claiming
from exchange.orderbook.bid import EXPIRED, FILLED, PLENTY, Bid, Note
from exchange.orderbook.book import Book
from exchange.orderbook.listing import EXPIRED as LISTING_EXPIRED
from exchange.orderbook.listing import OPEN, SOLD, Listing
from exchange.orderbook.order import Order
from exchange.orderbook.outcome import (
    Decided,
    Expired,
    Filled,
    Outcome,
    Refused,
    Skipped,
    SkipReason,
)
from exchange.orderbook.sale import Sale

Fall = tuple[Listing, Cents, Cents]
"""A listing with its new ask and the ask before (or more than any price, for a new listing)."""
Work = Iterable[tuple[Bid, Iterable[Listing]]]
"""Bids in order of service, each with the listings to look at, lower ask first, then earlier listing."""


def settle(book: Book, until: Instant) -> list[Decided]:
    """Write everything due up to and including ``until``, in order of the instants at which it became due.

    Settling twice, late, or in pieces gives the same entries (rules.md §8.1).
    """
    out: list[Decided] = []
    while (at := book.next_due()) is not None and at <= until:
        _visit(book, at, out)
        book.settled_until = at
    book.settled_until = max(book.settled_until, until)
    return out


def _visit(book: Book, at: Instant, out: list[Decided]) -> None:
    """One instant, in the order of rules.md §8.4: ends, then beginnings, then service, then claims and payouts."""
    due = book.listings_due(at)
    stepping = [listing for listing in due if not _expires(listing)]
    if len(stepping) < len(due):
        for listing in due:
            if _expires(listing):
                book.close_listing(listing, LISTING_EXPIRED)
                note(book, at, Expired("listing", listing.listing_id), out)
    woken = _take_bid_dues(book, at, out) if book.bid_dues and book.bid_dues[0][0] == at else ()
    falls = [(listing, book.step_listing(listing)) for listing in stepping]
    serve(book, _work(book, [(listing, listing.ask_cents, before) for listing, before in falls], woken), at, out)
    if book.sale_dues and book.sale_dues[0][0] == at:
        claiming.settle_sales(book, at, out)


def _expires(listing: Listing) -> bool:
    return listing.step + 1 == len(listing.table.elapsed_us)


def _take_bid_dues(book: Book, at: Instant, out: list[Decided]) -> list[Bid]:
    """End bids whose validity is over; return those whose period or hours begin now (none during a halt)."""
    due = book.bids_due(at)
    for _, _, ends, _, bid in due:
        if ends and not bid.ended and bid.terms.until_at == at:
            end_bid(book, bid, EXPIRED)
            note(book, at, Expired("bid", bid.bid_id, bid.buyer), out)
    woken = [bid for _, _, ends, _, bid in due if not ends and bid.wake_at == at and bid.resting]
    for bid in woken:
        wake(book, bid)
    return [] if book.halted_at is not None else [bid for bid in woken if bid.walks]


def wake(book: Book, bid: Bid) -> None:
    """Let the bid walk again; whether its stretch of inability goes on is seen when it is passed over."""
    bid.resting = False
    bid.wake_at = None
    if bid.walks:
        book.set_low_level(bid, 0)
    book.touched_bids.add(bid.bid_id)


def note(book: Book, at: Instant, value: Order | Outcome, out: list[Decided]) -> int:
    """Number an order or outcome and put it behind the others."""
    seq = book.next_seq()
    out.append(Decided(at, seq, value))
    return seq


def refuse(
    book: Book, at: Instant, out: list[Decided], who: str, name: str, code: str, reason: str | None = None
) -> None:
    """Write that an order did nothing, and why (rules.md §10)."""
    note(book, at, Refused(who, name, code, reason), out)


def serve(book: Book, work: Work, at: Instant, out: list[Decided]) -> None:
    """Serve the able among these pairs: bids in order of service, for each the lower ask, the earlier listing.

    A fill makes nothing able that was not, so one pass in this order is the same as looking again after each
    fill (rules.md §3).
    """
    for bid, listings in work:
        _walk(book, bid, listings, at, out)


def _work(book: Book, falls: list[Fall], woken: Iterable[Bid] = ()) -> Work:
    """Bids that falling asks reach, and bids woken; lazily, since the last seat may go to the first of them."""
    queues: list[Iterable[tuple[tuple[int, int], Bid, Listing | None]]] = []
    for listing, low, high in falls:
        queues += [_queue(tuple(bids), listing) for bids in book.levels_reached(listing, low, high)]
    if woken:
        queues.append(sorted(((bid.service_order, bid, None) for bid in woken), key=itemgetter(0)))
    if not queues:
        return
    merged = queues[0] if len(queues) == 1 else merge(*queues, key=itemgetter(0))
    for _, found in groupby(merged, key=itemgetter(0)):
        pairs = list(found)
        bid = pairs[0][1]
        if any(listing is None for _, _, listing in pairs):
            yield bid, book.listings_within(bid)
        else:
            yield bid, _in_order([listing for _, _, listing in pairs if listing is not None])


def _queue(bids: tuple[Bid, ...], listing: Listing) -> Iterator[tuple[tuple[int, int], Bid, Listing]]:
    for bid in bids:
        if listing.state != OPEN:
            return
        yield bid.service_order, bid, listing


def _in_order(listings: list[Listing]) -> list[Listing]:
    if len(listings) > 1:
        listings.sort(key=lambda listing: (listing.ask_cents, listing.seq))
    return listings


def walk_all(book: Book, bids: Iterable[Bid], at: Instant, out: list[Decided]) -> None:
    """Serve these bids over every listing their limits reach: after an order of theirs, or a resumption."""
    if book.halted_at is None:
        serve(book, _work(book, [], [bid for bid in bids if bid.walks]), at, out)


def serve_new(book: Book, listing: Listing, at: Instant, out: list[Decided]) -> None:
    """Serve a listing just opened to every bid whose limit reaches its first ask."""
    if book.halted_at is None:
        serve(book, _work(book, [(listing, listing.ask_cents, PLENTY)]), at, out)


def _walk(book: Book, bid: Bid, listings: Iterable[Listing], at: Instant, out: list[Decided]) -> None:
    """One bid past its listings, cheapest first: fill, or note why not, until the bid or the listings end."""
    for listing in listings:
        if not bid.walks:
            return
        if listing.state != OPEN or not bid.terms.filters.fit(listing, at):
            continue
        whole = _whole_obstacle(book, bid, listing, at)
        if whole is not None and bid.resting:
            return
        pair = _pair_obstacle(book, bid, listing)
        if pair is not None:
            _note_pair(book, bid, listing, pair, at, out)
        elif whole is None:
            rested = bid.resting
            fill(book, listing, at, out, buyer=bid.buyer, group=bid.group, bid=bid)
            if rested:  # it is in the walk again: what it was not looked at for meanwhile counts from here
                _walk(book, bid, book.listings_within(bid), at, out)
                return
        else:
            _rest(book, bid, listing, whole, at, out)
            return


def _pair_obstacle(book: Book, bid: Bid, listing: Listing) -> SkipReason | None:
    """What stands between this bid and this listing for good, in the order of rules.md §3."""
    if listing.supplier_group == bid.group:
        return "own_lead"
    if not listing.consent.covers(bid.buyer):
        return "not_covered_by_consent"
    if bid.group in book.held.get(listing.person_id, ()):
        return "already_bought"
    return None


def _whole_obstacle(book: Book, bid: Bid, listing: Listing, at: Instant) -> SkipReason | None:
    """What keeps the bid as a whole from paying this ask now, in the order of rules.md §3."""
    terms = bid.terms
    if terms.hours is not None and not bid.within_hours(book.calendar, at):
        return "out_of_hours"
    if terms.caps and listing.ask_cents > bid.caps_left_cents(book.calendar, at):
        return "cap_reached"
    if listing.ask_cents > bid.budget_left_cents:
        return "budget_used"
    return None


def _note_pair(book: Book, bid: Bid, listing: Listing, reason: SkipReason, at: Instant, out: list[Decided]) -> None:
    """Once per bid and listing; never for a seat the bid itself took, for then it was served."""
    if listing.seq not in bid.passed:
        bid.passed.add(listing.seq)
        book.touched_bids.add(bid.bid_id)
        note(book, at, Skipped(listing.listing_id, bid.bid_id, bid.buyer, reason), out)


def _rest(book: Book, bid: Bid, listing: Listing, reason: SkipReason, at: Instant, out: list[Decided]) -> None:
    """Take the bid out of the walk until something can make it able; note it if a new stretch begins."""
    until_at, room = _stretch(book, bid, reason, at)
    before = bid.notes.get(reason)
    bid.notes[reason] = Note(until_at, room)
    bid.resting = True
    book.touched_bids.add(bid.bid_id)
    book.set_low_level(bid, min(bid.caps_left_cents(book.calendar, at), bid.budget_left_cents))
    wake_at = bid.wakes_at(book.calendar, at)
    if wake_at is not None:
        book.wake_bid(bid, wake_at)
    if before is None or _over(before, reason, room, at):
        note(book, at, Skipped(listing.listing_id, bid.bid_id, bid.buyer, reason), out)


def _stretch(book: Book, bid: Bid, reason: SkipReason, at: Instant) -> tuple[Instant | None, int]:
    """When hours begin again, and the room there is meanwhile (the dearest ask still possible)."""
    if reason == "out_of_hours" and bid.terms.hours is not None:
        return bid.terms.hours.next_start(book.calendar, at), 0
    if reason == "cap_reached":
        return None, bid.caps_left_cents(book.calendar, at)
    return None, bid.budget_left_cents


def _over(before: Note, reason: SkipReason, room: int, at: Instant) -> bool:
    """Whether the stretch noted before has ended since: its hours began, or there was more room again."""
    if reason == "out_of_hours":
        return before.until_at is not None and at >= before.until_at
    return room > before.room_cents


def fill(
    book: Book,
    listing: Listing,
    at: Instant,
    out: list[Decided],
    *,
    buyer: str,
    group: str,
    bid: Bid | None,
) -> None:
    """Sell one seat at the ask of this instant, to a standing bid or (``bid`` None) an instant one."""
    ask = listing.ask_cents
    parts = price_parts(ask, book.vat_bp, book.fee_bp)
    listing.sold += 1
    seat = listing.sold
    if seat == listing.seats:
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
    )
    note(book, at, filled, out)
    book.remember_sale(_sale(filled, seq, parts, at, book.claims.closes_at(at)))


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
