"""One bid past the listings its limit reaches: fill, or note why not (rules.md §3, "Skips").

What stands between one bid and one listing is noted once for the pair. What concerns the bid as a whole is noted
once per stretch of inability; the bid then rests, out of the walk, until something can make it able.
"""

from collections.abc import Iterable

from exchange.instant import Instant
from exchange.orderbook.bid import Bid, Note
from exchange.orderbook.book import Book
from exchange.orderbook.entry import note
from exchange.orderbook.fill import fill
from exchange.orderbook.listing import OPEN, Listing
from exchange.orderbook.outcome import Decided, Skipped, SkipReason


def walk(book: Book, bid: Bid, listings: Iterable[Listing], at: Instant, out: list[Decided]) -> None:
    """One bid past its listings, cheapest first: fill, or note why not, until the bid or the listings end."""
    for listing in listings:
        if not bid.walks:
            return
        if listing.state != OPEN or not bid.terms.filters.fit(listing, at):
            continue
        whole = whole_obstacle(book, bid, listing, at)
        if whole is not None and bid.resting:
            return
        pair = pair_obstacle(book, bid, listing)
        if pair is not None:
            _note_pair(book, bid, listing, pair, at, out)
        elif whole is None:
            rested = bid.resting
            fill(book, listing, at, out, buyer=bid.buyer, group=bid.group, bid=bid)
            if rested:  # it is in the walk again: what it was not looked at for meanwhile counts from here
                walk(book, bid, book.listings_within(bid), at, out)
                return
        else:
            _rest(book, bid, listing, whole, at, out)
            return


def pair_obstacle(book: Book, bid: Bid, listing: Listing) -> SkipReason | None:
    """What stands between this bid and this listing for good, in the order of rules.md §3."""
    if listing.supplier_group == bid.group:
        return "own_lead"
    if not listing.consent.covers(bid.buyer):
        return "not_covered_by_consent"
    if bid.group in book.held.get(listing.person_id, ()):
        return "already_bought"
    return None


def whole_obstacle(book: Book, bid: Bid, listing: Listing, at: Instant) -> SkipReason | None:
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
