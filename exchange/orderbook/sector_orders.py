"""Orders on the sector itself: opening, tuning, halting and resuming it, and members' changes that touch it."""

from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.orderbook.book import Book
from exchange.orderbook.entry import note, refuse
from exchange.orderbook.fill import wake
from exchange.orderbook.match import walk_all
from exchange.orderbook.order import (
    ChangeMember,
    HaltSector,
    OpenSector,
    ResumeSector,
    SetRates,
    SetSharing,
    TuneSector,
)
from exchange.orderbook.outcome import Decided, Halted, Resumed
from exchange.orderbook.rates import Rates, check_rates
from exchange.orderbook.sharing import check_sharing

_WHOLE_BP = 10_000


def open_sector(book: Book, order: OpenSector, at: Instant, out: list[Decided]) -> None:
    """Fix the sector's grid, seats, rates, calendar and claim rules; the first entry of its tape."""
    if book.seq:
        raise Invalid("sector", f"{book.sector} is open already")
    seq = note(book, at, order, out)
    book.set_rates(seq, Rates(order.tick_cents, order.most_seats, order.fee_bp, order.claims))
    book.vat_bp = order.vat_bp
    book.calendars[order.calendar.version] = order.calendar
    book.calendar_version = order.calendar.version


def tune(book: Book, order: TuneSector, at: Instant, out: list[Decided]) -> None:
    """Put curve versions in force for leads listed from now on, or from an instant that lies ahead.

    Running listings keep their terms. Plans that began are folded into what is in force, as a look-up would have it.
    """
    if order.arms and sum(arm.probability_bp for arm in order.arms) != _WHOLE_BP:
        raise Invalid("arms", "probabilities must sum to 10,000 basis points")
    for version in (*order.versions, *(arm.version for arm in order.arms)):
        if book.versions.get(version.number, version) != version:
            raise Invalid("versions", f"curve version {version.number} is known and never changes")
    ahead = order.from_at is not None and order.from_at > at
    if order.from_at is not None and not order.arms and not (ahead and order.from_at in book.plans):
        raise Invalid("from_at", "nothing is planned for that instant that could be called off")
    note(book, at, order, out)
    for version in (*order.versions, *(arm.version for arm in order.arms)):
        book.versions[version.number] = version
    book.arms = book.arms_at(at)
    book.plans = {from_at: arms for from_at, arms in book.plans.items() if from_at > at}
    if order.from_at is None or not ahead:
        book.arms = order.arms or book.arms
    elif order.arms:
        book.plans[order.from_at] = order.arms
    else:
        del book.plans[order.from_at]


def set_rates(book: Book, order: SetRates, at: Instant, out: list[Decided]) -> None:
    """Other rates from now on: listings keep their terms, bids their grid, sales their fee and claim rules."""
    check_rates(order.rates)
    book.set_rates(note(book, at, order, out), order.rates)


def set_sharing(book: Book, order: SetSharing, at: Instant, out: list[Decided]) -> None:
    """What buy-outs cost from now on, and conversions of leads listed from now on."""
    check_sharing(order.sharing)
    note(book, at, order, out)
    book.sharing = order.sharing


def halt(book: Book, order: HaltSector, at: Instant, out: list[Decided]) -> None:
    """Stop the sector after everything due at this instant; a second halt is refused (rules.md §6)."""
    note(book, at, order, out)
    if book.halted_at is not None:
        return refuse(book, at, out, "operator", book.sector, "not_open", "halted")
    book.halted_at = at
    book.halt_reason = order.reason
    note(book, at, Halted(order.reason), out)
    return None


def resume(book: Book, order: ResumeSector, at: Instant, out: list[Decided]) -> None:
    """Let clocks go on from where they stood, and serve every able pair at this instant."""
    note(book, at, order, out)
    if book.halted_at is None:
        return refuse(book, at, out, "operator", book.sector, "not_open", "open")
    for listing in book.open.values():
        listing.stand_still(book.halted_at, at)
        book.touched_listings.add(listing.listing_id)
    book.halted_at = None
    book.restart_clock()
    note(book, at, Resumed(), out)
    return walk_all(book, book.walking_bids(), at, out)


def change_member(book: Book, order: ChangeMember, at: Instant, out: list[Decided]) -> None:
    """A member's group or suspension from now on; its bids are then compared like new ones."""
    note(book, at, order, out)
    bids = [bid for bid in book.bids_of.get(order.organisation, ()) if not bid.ended]
    for bid in bids:
        if bid.walks:
            book.hide_bid(bid)
    book.groups[order.organisation] = order.group
    if order.suspended:
        book.suspended.add(order.organisation)
    else:
        book.suspended.discard(order.organisation)
    for bid in bids:
        bid.group = order.group
        bid.suspended = order.suspended
        if bid.walks:
            book.show_bid(bid)
        wake(book, bid)
    walk_all(book, bids, at, out)
