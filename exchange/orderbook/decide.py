"""Deciding orders: checked in the order of rules.md §10, done, and followed by the service they make possible.

`decide` is the one door; the past must have been settled up to the order's instant. Refusals are outcomes; only a
wrong form (`Invalid`) is an exception, and then nothing has changed.
"""

from collections.abc import Callable
from typing import Any

from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.money import gross_cents
from exchange.orderbook import changing, claim_orders, consent_orders, listing_orders, sector_orders
from exchange.orderbook.bid import CANCELLED, Bid
from exchange.orderbook.book import Book
from exchange.orderbook.entry import note, refuse
from exchange.orderbook.fill import buyout_cents, end_bid, fill
from exchange.orderbook.listing import OPEN, Listing
from exchange.orderbook.match import walk_all
from exchange.orderbook.order import (
    CancelAll,
    CancelBid,
    ChangeBid,
    ChangeMember,
    FileClaim,
    HaltSector,
    InstantBid,
    ListLead,
    OpenSector,
    Order,
    PauseBid,
    ResumeSector,
    RuleClaim,
    SetRates,
    SetSharing,
    StandingBid,
    TuneSector,
    UnpauseBid,
    WithdrawConsent,
    WithdrawListing,
)
from exchange.orderbook.outcome import Cancelled, Decided, Placed
from exchange.orderbook.terms import check_bid


def decide(book: Book, order: Order, at: Instant) -> list[Decided]:
    """Decide one order at its instant; returns its own entry, then its outcomes.

    Raises `Invalid` where its form is wrong. The caller settles the book up to ``at`` first.
    """
    if book.settled_until > at:
        raise ValueError("an order cannot be decided before the instant the sector is settled to")
    book.settled_until = at
    out: list[Decided] = []
    _DECIDERS[type(order)](book, order, at, out)
    return out


def place(book: Book, order: StandingBid, at: Instant, out: list[Decided]) -> None:
    """Enter a standing bid: reserve, rest, and take what it is able to take now."""
    check_bid(order, tick_cents=book.tick_cents, at=at)
    if order.bid_id in book.bids:
        raise Invalid("bid_id", f"{order.bid_id} is taken")
    seq = note(book, at, order, out)
    if order.buyer in book.suspended:
        return refuse(book, at, out, order.buyer, order.bid_id, "forbidden")
    bid = Bid(seq, order, book.groups.get(order.buyer, order.group), book.tick_cents)
    held = bid.reservation_cents(book.vat_bp)
    if held > order.facts.available_cents:
        return refuse(book, at, out, order.buyer, order.bid_id, "insufficient_funds")
    bid.reserved_cents = held
    book.remember_bid(bid)
    book.touched_bids.add(bid.bid_id)
    note(book, at, Placed(bid.bid_id, bid.buyer, held), out)
    return walk_all(book, (bid,), at, out)


def cancel(book: Book, order: CancelBid, at: Instant, out: list[Decided]) -> None:
    """End one bid and release its reservation."""
    note(book, at, order, out)
    bid = changing.own_bid(book, order.bid_id, order.buyer, at, out)
    if bid is not None:
        _cancel(book, bid, at, out)


def cancel_all(book: Book, order: CancelAll, at: Instant, out: list[Decided]) -> None:
    """End every bid of one buyer; having none is no refusal."""
    note(book, at, order, out)
    for bid in book.bids_of.get(order.buyer, ()):
        if not bid.ended:
            _cancel(book, bid, at, out)


def _cancel(book: Book, bid: Bid, at: Instant, out: list[Decided]) -> None:
    end_bid(book, bid, CANCELLED)
    note(book, at, Cancelled(bid.bid_id, bid.buyer), out)


def buy(book: Book, order: InstantBid, at: Instant, out: list[Decided]) -> None:
    """Buy a seat, or the whole lead, at the price of this instant, or refuse with the first reason (rules.md §10)."""
    if order.most_cents <= 0:
        raise Invalid("most_cents", "give a positive amount in cents")
    note(book, at, order, out)
    code, reason = _obstacle(book, order)
    if code is not None:
        return refuse(book, at, out, order.buyer, order.listing_id, code, reason)
    group = book.groups.get(order.buyer, order.group)
    listing, buyout = book.listings[order.listing_id], bool(order.buyout)
    return fill(book, listing, at, out, buyer=order.buyer, group=group, bid=None, buyout=buyout)


def _obstacle(book: Book, order: InstantBid) -> tuple[str | None, str | None]:
    """The first refusal that holds, with the reason where the listing is not open."""
    listing = book.named(order.listing_id)
    if listing is None or not listing.consent.covers(order.buyer):
        return "unknown", None
    if order.buyer in book.suspended:
        return "forbidden", None
    if book.halted_at is not None:
        return "halted", None
    if listing.state != OPEN:
        return "not_open", listing.state
    if order.buyout and (reason := _no_buyout(book, listing)) is not None:
        return "not_open", reason
    group = book.groups.get(order.buyer, order.group)
    left = order.facts.limit_left_cents
    price_cents = buyout_cents(book, listing) if order.buyout else listing.ask_cents
    checks = (
        ("own_lead", listing.supplier_group == group),
        ("already_bought", group in book.held.get(listing.person_id, ())),
        ("price_above_limit", price_cents > order.most_cents),
        ("cap_reached", left is not None and price_cents > left),
        ("insufficient_funds", gross_cents(price_cents, book.vat_bp) > order.facts.available_cents),
    )
    return next((code for code, holds in checks if holds), None), None


def _no_buyout(book: Book, listing: Listing) -> str | None:
    """Why an open listing cannot be bought as a whole; None where it can."""
    if listing.seats == 1:
        return "exclusive"
    if not book.sharing.buyout_bp:
        return "no_buyout"
    return "seat_sold" if listing.sold else None


_DECIDERS: dict[type, Callable[[Book, Any, Instant, list[Decided]], None]] = {
    OpenSector: sector_orders.open_sector,
    TuneSector: sector_orders.tune,
    HaltSector: sector_orders.halt,
    ResumeSector: sector_orders.resume,
    ChangeMember: sector_orders.change_member,
    SetRates: sector_orders.set_rates,
    SetSharing: sector_orders.set_sharing,
    ListLead: listing_orders.list_lead,
    WithdrawListing: listing_orders.withdraw,
    WithdrawConsent: consent_orders.withdraw_consent,
    StandingBid: place,
    ChangeBid: changing.change,
    PauseBid: changing.pause,
    UnpauseBid: changing.unpause,
    CancelBid: cancel,
    CancelAll: cancel_all,
    InstantBid: buy,
    FileClaim: claim_orders.claim,
    RuleClaim: claim_orders.rule,
}
