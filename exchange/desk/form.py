"""The form of an order, which is checked before anything else is said of it (rules.md §10)."""

from exchange.claims import GROUNDS
from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.orderbook.book import Book
from exchange.orderbook.order import BidTerms, FileClaim, InstantBid, ListLead, Order
from exchange.orderbook.terms import check_bid, check_offer


def check_form(book: Book, order: Order, at: Instant) -> None:
    """Raise Invalid naming the first field that has no proper form; the book gives grid and seats.

    `decide` checks again what it decides. Here the check comes before a key that was used for something else,
    a member nobody knows and a role that does not allow it.
    """
    if isinstance(order, InstantBid):
        if order.most_cents <= 0:
            raise Invalid("most_cents", "give a positive amount in cents")
    elif isinstance(order, BidTerms):
        bid = book.bids.get(order.bid_id)
        tick_cents, until_before = (book.tick_cents, None) if bid is None else (bid.tick_cents, bid.terms.until_at)
        check_bid(order, tick_cents=tick_cents, at=at, until_before=until_before)
    elif isinstance(order, ListLead):
        check_offer(order, most_seats=book.most_seats, seat_bp=book.sharing.seat_bp)
    elif isinstance(order, FileClaim) and order.ground not in GROUNDS:
        raise Invalid("ground", f"{order.ground!r} is no ground; one of: {', '.join(GROUNDS)}")
