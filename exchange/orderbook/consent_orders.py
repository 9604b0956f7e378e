"""Orders on consents: the enquirer takes one back, and whoever may know of the lead is told (rules.md §5, §9)."""

from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.member import ENQUIRER
from exchange.orderbook.book import Book
from exchange.orderbook.entry import note, refuse
from exchange.orderbook.listing import OPEN, WITHDRAWN
from exchange.orderbook.listing_orders import HOUSE_HANDS
from exchange.orderbook.order import WithdrawConsent
from exchange.orderbook.outcome import ConsentWithdrawn, Decided, Withdrawn

AGAIN = "consent_withdrawn"
"""Why a second order of the kind is refused: the first note stands."""


def withdraw_consent(book: Book, order: WithdrawConsent, at: Instant, out: list[Decided]) -> None:
    """Close the open seats of all listings of the lead, and note for each that nobody may call any more."""
    since_at = at if order.since_at is None else order.since_at
    if since_at > at:
        raise Invalid("since_at", "a consent cannot have been taken back in the future")
    note(book, at, order, out)
    named = book.listings.get(order.listing_id)
    if named is None or order.by not in (named.supplier, *HOUSE_HANDS):
        return refuse(book, at, out, order.by, order.listing_id, "unknown")
    if order.listing_id in book.revoked:
        return refuse(book, at, out, order.by, order.listing_id, "not_open", AGAIN)
    for listing_id in order.listing_ids or (order.listing_id,):
        listing = book.listings[listing_id]
        if listing.state == OPEN:
            book.close_listing(listing, WITHDRAWN)
            note(book, at, Withdrawn(listing_id, ENQUIRER), out)
        book.revoked.add(listing_id)
        note(book, at, ConsentWithdrawn(listing_id, order.by, since_at), out)
    return None
