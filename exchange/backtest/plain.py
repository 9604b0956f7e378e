"""The usual case of a playing, without its papers: a lead is listed, falls to a bid, is sold or ends.

Who is able to buy is asked of the core (`orderbook.walk`), and whatever is not usual is its own (`orderbook.match`,
`decide`): several things due at one instant, conversions, halts, bids that rest or whose cap, budget or hours are over.
No entry is made where nobody reads one, so numbers of entries have gaps; their order, which ranks listings and bids, is
the core's.
"""

from exchange.backtest.fates import Fates
from exchange.backtest.quick_book import QuickBook
from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.bid import FILLED, PLENTY, Bid
from exchange.orderbook.decide import decide
from exchange.orderbook.listing import EXPIRED, OPEN, SOLD, Listing
from exchange.orderbook.listing_orders import offered, version_of
from exchange.orderbook.match import settle
from exchange.orderbook.order import ListLead
from exchange.orderbook.outcome import Decided
from exchange.orderbook.terms import check_offer
from exchange.orderbook.walk import pair_obstacle, walk, whole_obstacle
from exchange.pricing.curve import CurveVersion
from exchange.pricing.table import PriceTable, compile_table

MOST_TABLES = 8_192
"""Tables kept by their numbers."""


class PlainDealing:
    """Moves a book whose entries nobody reads, and tells the fates of its leads."""

    def __init__(self, book: QuickBook, fates: Fates) -> None:
        self._book = book
        self._fates = fates
        self._tables: dict[tuple[int, int | None, Cents, Cents, Cents], tuple[CurveVersion, PriceTable]] = {}

    def settle(self, until: Instant) -> None:
        """Everything due up to and including ``until``, as `match.settle` does it."""
        book = self._book
        book.pass_quietly(until)
        while (at := book.next_due()) is not None and at <= until:
            listing = book.only_due(at)
            if listing is None:
                self._fates.note(settle(book, at))
                book.pass_quietly(until)
            elif listing.step + 1 == len(listing.table.asks_cents):
                book.close_listing(listing, EXPIRED)
                self._fates.end(listing.listing_id)
            else:
                self._serve(listing, book.step_listing(listing), at)
            book.settled_until = at
        book.settled_until = max(book.settled_until, until)

    def list(self, order: ListLead, at: Instant) -> None:
        """Open a lead and serve it, as `listing_orders.list_lead` does; raises Invalid where it does."""
        book = self._book
        book.at = at
        if not self._is_usual(order):
            decided = decide(book, order, at)
            if order.listing_id in book.listings:
                self._fates.list(order.listing_id, at, order.seats)
            self._fates.note(decided)
            return
        check_offer(order, most_seats=book.most_seats, seat_bp=book.sharing.seat_bp)
        drawn = version_of(book, order, at)
        table = self._table(drawn[0], order, book.tick_cents)
        listing = offered(book, order, seq=book.next_seq(), at=at, table=table, drawn=drawn)
        book.add_listing(listing)
        self._fates.list(order.listing_id, at, order.seats)
        self._serve(listing, PLENTY, at)

    def _is_usual(self, order: ListLead) -> bool:
        book = self._book
        return (
            order.conversion is None
            and book.halted_at is None
            and order.supplier not in book.suspended
            and order.listing_id not in book.listings
        )

    def _table(self, version: CurveVersion, order: ListLead, tick_cents: Cents) -> PriceTable:
        """As `compile_table` gives it, found by numbers alone."""
        key = id(version), order.duration_us, order.start_cents, order.floor_cents, tick_cents
        known = self._tables.get(key)
        if known is None:
            curve = version.curve if order.duration_us is None else version.curve.lasting(order.duration_us)
            known = version, compile_table(order.start_cents, order.floor_cents, tick_cents, curve)
            if len(self._tables) == MOST_TABLES:
                self._tables.clear()
            self._tables[key] = known
        return known[1]

    def _serve(self, listing: Listing, high: Cents, at: Instant) -> None:
        book = self._book
        for bid in book.bids_reached(listing, listing.ask_cents, high):
            if listing.state != OPEN:
                return
            if bid.resting or whole_obstacle(book, bid, listing, at) is not None:
                out: list[Decided] = []
                walk(book, bid, (listing,), at, out)
                self._fates.note(out)
            elif pair_obstacle(book, bid, listing) is not None:
                bid.passed.add(listing.seq)
            else:
                self._sell(listing, bid, at)

    def _sell(self, listing: Listing, bid: Bid, at: Instant) -> None:
        """What `fill.fill` and `Bid.take` do to a book, for a bid that does not rest."""
        book, ask = self._book, listing.ask_cents
        book.seq += 1
        listing.sold += 1
        sold_out = listing.sold == listing.seats
        if sold_out:
            book.close_listing(listing, SOLD)
        book.held.setdefault(listing.person_id, set()).add(bid.group)
        bid.passed.add(listing.seq)
        bid.filled += 1
        bid.spent_cents += ask
        bid.recent.append((at, ask))
        bid.notes.clear()
        if bid.filled >= bid.terms.quantity:
            bid.state = FILLED
            book.hide_bid(bid)
        bid.reserved_cents = bid.reservation_cents(book.vat_bp)
        self._fates.sell(listing.listing_id, at, ask, sold_out=sold_out)
