"""Settling and serving: who gets what, when and at which ask (rules.md §3, §8). No clock, no database.

`settle` writes what fell due; `serve` looks for able pairs of bid and listing at one instant. Both return
values; `decide` does the same for orders.
"""

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter

from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook import claiming
from exchange.orderbook.bid import EXPIRED, PLENTY, Bid
from exchange.orderbook.book import Book
from exchange.orderbook.converting import convert
from exchange.orderbook.entry import note
from exchange.orderbook.fill import end_bid, wake
from exchange.orderbook.listing import EXPIRED as LISTING_EXPIRED
from exchange.orderbook.listing import OPEN, Listing
from exchange.orderbook.outcome import Decided, Expired
from exchange.orderbook.walk import walk

Fall = tuple[Listing, Cents, Cents]
"""A listing with its new ask and the ask before (or more than any price, for a new listing)."""
Work = Iterable[tuple[Bid, Iterable[Listing]]]
"""Bids in order of service, each with the listings to look at, lower ask first, then earlier listing."""


def settle(book: Book, until: Instant) -> list[Decided]:
    """Write everything due up to and including ``until``, in order of the instants at which it became due.

    Settling twice, late, or in pieces gives the same entries (rules.md §8.1).
    """
    out: list[Decided] = []
    book.pass_quietly(until)
    while (at := book.next_due()) is not None and at <= until:
        _visit(book, at, out)
        book.settled_until = at
        book.pass_quietly(until)
    book.settled_until = max(book.settled_until, until)
    return out


def _visit(book: Book, at: Instant, out: list[Decided]) -> None:
    """One instant, in the order of rules.md §8.4: ends, then beginnings, then service, then claims and payouts."""
    due = book.listings_due(at)
    stepping = [listing for listing in due if not _ends(listing)]
    begun = _end_listings(book, due, at, out) if len(stepping) < len(due) else ()
    woken = _take_bid_dues(book, at, out) if book.bid_dues and book.bid_dues[0][0] == at else ()
    steps = [(listing, book.step_listing(listing)) for listing in stepping]
    falls = [(listing, listing.ask_cents, before) for listing, before in (*steps, *((one, PLENTY) for one in begun))]
    serve(book, _work(book, falls, woken), at, out)
    if book.sale_dues and book.sale_dues[0][0] == at:
        claiming.settle_sales(book, at, out)


def _ends(listing: Listing) -> bool:
    return listing.step + 1 == len(listing.table.elapsed_us) or listing.converts


def _end_listings(book: Book, due: list[Listing], at: Instant, out: list[Decided]) -> list[Listing]:
    """Expire or convert what is over; returns the listings that begin by it."""
    begun = []
    for listing in due:
        if listing.converts and listing.conversion is not None:
            begun.append(convert(book, listing, listing.conversion, at, out))
        elif _ends(listing):
            book.close_listing(listing, LISTING_EXPIRED)
            note(book, at, Expired("listing", listing.listing_id), out)
    return begun


def _take_bid_dues(book: Book, at: Instant, out: list[Decided]) -> list[Bid]:
    """End bids whose validity is over; return those whose period or hours begin now (none during a halt)."""
    due = book.bids_due(at)
    for _, _, ends, _, bid in due:
        if ends and not bid.ended and bid.terms.until_at == at:
            end_bid(book, bid, EXPIRED)
            note(book, at, Expired("bid", bid.bid_id, bid.buyer), out)
    woken = [bid for _, _, ends, _, bid in due if not ends and bid.wake_at == at and bid.resting and not bid.ended]
    for bid in woken:
        wake(book, bid)
    return [] if book.halted_at is not None else [bid for bid in woken if bid.walks]


def serve(book: Book, work: Work, at: Instant, out: list[Decided]) -> None:
    """Serve the able among these pairs: bids in order of service, for each the lower ask, the earlier listing.

    A fill makes nothing able that was not, so one pass in this order is the same as looking again after each
    fill (rules.md §3).
    """
    for bid, listings in work:
        walk(book, bid, listings, at, out)


def _work(book: Book, falls: list[Fall], woken: Iterable[Bid] = ()) -> Work:
    """Bids that falling asks reach, and bids woken; lazily, since the last seat may go to the first of them."""
    queues: list[Iterable[tuple[tuple[int, int], Bid, Listing | None]]] = []
    for listing, low, high in falls:
        reached = (
            [bid for bid in bids if not bid.resting or bid.has_room(low)]
            for bids in book.levels_reached(listing, low, high)
        )
        queues += [_queue(bids, listing) for bids in reached if bids]
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


def _queue(bids: list[Bid], listing: Listing) -> Iterator[tuple[tuple[int, int], Bid, Listing]]:
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
