"""The book of a sector that takes only the price steps that may meet a bid: the same outcomes, a fraction of the looks.

Everything that decides is the core's own (`orderbook.match`, `orderbook.decide`). What differs is the alarm clock: the
book of the house wakes every listing at every step; here a listing sleeps until its ask passes the limit of a bid that
can be found and fits it (`lookout`), or until it expires. A bid that comes, or is woken out of turn, makes those above
its limit look anew. Whoever looks at a sleeping listing sees it at the step its running time has come to.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush, heapreplace, merge

from exchange.backtest.batch import FOREVER, Batch, Batches, Unsorted, instant_of
from exchange.backtest.lookout import Coming, Lookouts, Terms, may_meet
from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.bid import Bid
from exchange.orderbook.book import SEQ_BITS, SEQ_MASK, Book
from exchange.orderbook.index import BidIndex
from exchange.orderbook.listing import OPEN, Listing
from exchange.orderbook.order import ChangeBid, Order, StandingBid
from exchange.orderbook.sale import Sale


class QuickBook(Book):
    """A book for tapes. ``at`` is the instant that is being decided; the player sets it before each order.

    ``orders`` are all that will come; of those only the terms of bids are looked at. ``keeps_sales``: whether claims
    and payouts are of interest; without them no sale is remembered.
    """

    def __init__(self, sector: str, orders: Iterable[tuple[Instant, Order]]) -> None:
        super().__init__(sector)
        self.at: Instant = 0
        self.keeps_sales = True
        self._lookouts = Lookouts(_terms(orders))
        self._unsorted = Unsorted()
        self._batches = Batches()
        self._batch_of: dict[int, Batch] = {}
        self._low_cells: dict[str, BidIndex] = {}
        """Resting bids by the room they have below their limit."""
        self._wakes: dict[int, Instant] = {}
        self._awaited: dict[int, Terms | None] = {}
        """Whom a listing wakes for: if that bid is over by then, it sleeps on."""
        self._served: list[Listing] = []
        """Listings just looked at; most are sold by the time somebody asks when they wake again."""
        self._come: list[Bid] = []
        """Bids nobody could know of, that came or were woken since listings were last put to sleep."""
        self._rests: dict[int, Instant] = {}
        """When a resting bid is to be woken."""
        self._groups: dict[int, str] = {}
        self._regrouped: set[int] = set()

    # --- listings ------------------------------------------------------------------------------------------

    def add_listing(self, listing: Listing) -> None:
        """Know an open listing; it sleeps once it has been served."""
        self._show_listing(listing)
        self._served.append(listing)

    def _show_listing(self, listing: Listing) -> None:
        self.listings[listing.listing_id] = listing
        self.open[listing.seq] = listing
        listing.cell = self._unsorted
        self._batch_of[listing.seq] = self._batches.add(listing)

    def close_listing(self, listing: Listing, state: str) -> None:
        """No seat of it can be bought any more."""
        super().close_listing(listing, state)
        self._batches.remove(self._batch_of.pop(listing.seq), listing)
        self._wakes.pop(listing.seq, None)
        self._awaited.pop(listing.seq, None)

    def wake_listing(self, listing: Listing) -> None:
        """Let it sleep to the next step that may meet a bid, or to its end, once it has been served."""
        self._served.append(listing)

    def _let_sleep(self) -> None:
        come, served = self._come, self._served
        self._come, self._served = [], []
        if self.halted_at is None:
            for bid in come:
                self._call(bid)
            for listing in served:
                if listing.state == OPEN:
                    self._wake_at(listing, *self._next_look(listing))

    def _call(self, bid: Bid) -> None:
        """Wake the listings above a bid's limit when they fall to it, those that would sleep on."""
        if bid.seq not in self._lookouts.standing:
            return
        filters, limit_cents, wakes = bid.terms.filters, bid.terms.limit_cents, self._wakes
        for batch in self._batches.wanted(filters):
            for listing, at in batch.above(limit_cents, self.at):
                if (
                    at < wakes.get(listing.seq, 0)
                    and filters.fit(listing, at)
                    and may_meet(bid, listing, at, self._regrouped)
                ):
                    self._wake_at(listing, at, bid.terms)

    def _wake_at(self, listing: Listing, at: Instant, awaited: Terms | None) -> None:
        self._wakes[listing.seq] = at
        self._awaited[listing.seq] = awaited
        heappush(self.clock, at << SEQ_BITS | listing.seq)

    def _next_look(self, listing: Listing) -> tuple[Instant, Terms | None]:
        fall = self._batch_of[listing.seq].fall
        at, awaited = self._lookouts.at(self.at).next_look(listing, fall, self.at, self._regrouped)
        if self._low_cells and (low := self._low_below(listing)) is not None:
            low_at = instant_of(listing, fall.step_at(low))
            if low_at <= at:
                return low_at, None
        return at, awaited

    def _low_below(self, listing: Listing) -> Cents | None:
        """The highest room of a resting bid below the ask, in the cells of the listing."""
        found = []
        for cell in (listing.region, listing.postcode[:1], "*"):
            index = self._low_cells.get(cell)
            if index is not None and (place := bisect_left(index.levels, listing.ask_cents)):
                found.append(index.levels[place - 1])
        return max(found, default=None)

    def step_listing(self, listing: Listing) -> Cents:
        """Take the step that begins now: returns the ask it leaves."""
        before = listing.ask_cents
        listing.step += 1
        self.wake_listing(listing)
        return before

    def restart_clock(self) -> None:
        """Note every open listing's next look anew: after a halt."""
        self.clock, self._wakes, self._awaited = [], {}, {}
        self._served.clear()
        self._come.clear()
        if self.halted_at is None:
            for listing in self.open.values():
                self._catch_up(listing)
                self._wake_at(listing, *self._next_look(listing))

    def _catch_up(self, listing: Listing) -> None:
        listing.step = listing.table.step_index(listing.elapsed_us(self.at))

    def look_at(self, name: str) -> None:
        """Let an order that names a listing see it as it is now."""
        listing = self.listings.get(name)
        if listing is not None and listing.state == OPEN and self.halted_at is None:
            self._catch_up(listing)

    # --- bids ----------------------------------------------------------------------------------------------

    def show_bid(self, bid: Bid) -> None:
        """Let falling asks and new listings find the bid."""
        super().show_bid(bid)
        self._rests.pop(bid.seq, None)
        if not self._lookouts.show(bid):
            self._come.append(bid)
        if self._groups.setdefault(bid.seq, bid.group) != bid.group:
            self._regrouped.add(bid.seq)

    def hide_bid(self, bid: Bid) -> None:
        """Take the bid out of every cell."""
        before = bid.low_level
        self._lookouts.hide(bid)
        super().hide_bid(bid)
        self._note_low(bid, before, None)

    def wake_bid(self, bid: Bid, at: Instant) -> None:
        """Look at a resting bid again at this instant."""
        super().wake_bid(bid, at)
        self._rests[bid.seq] = at

    def set_low_level(self, bid: Bid, room_cents: Cents) -> None:
        """It rests and can pay less, or rests no longer: listings that would sleep past it wake for it."""
        before = bid.low_level
        super().set_low_level(bid, room_cents)
        if bid.low_level != before:
            self._note_low(bid, before, bid.low_level)
        if not bid.resting and self._rests.pop(bid.seq, None) != self.at:
            self._come.append(bid)

    def _note_low(self, bid: Bid, before: Cents | None, now: Cents | None) -> None:
        for cell in bid.terms.filters.cells():
            if before is not None:
                self._low_cells[cell].remove(before, bid)
            if now is not None:
                self._low_cells.setdefault(cell, BidIndex()).add(now, bid)
        if now is None:
            return
        for batch in self._batches.wanted(bid.terms.filters):
            for listing, at in batch.above(now, self.at):
                if at < self._wakes.get(listing.seq, FOREVER):
                    self._wake_at(listing, at, None)

    def listings_within(self, bid: Bid) -> Iterator[Listing]:
        """Open listings the bid's limit reaches now, cheapest first, then earlier ones; those elsewhere left out."""
        limit, filters, now = bid.terms.limit_cents, bid.terms.filters, self.at
        reached = [batch for batch in self._batches.wanted(filters) if batch.is_reached(limit, now)]
        for _, seq in merge(*(batch.reached(limit, filters.postcodes, now) for batch in reached)):
            if seq in self.open:
                yield self.open[seq]

    # --- sales and what is due -----------------------------------------------------------------------------

    def remember_sale(self, sale: Sale) -> None:
        """Know a sale, where anybody asks for it later."""
        if self.keeps_sales:
            super().remember_sale(sale)

    def _next_tick(self) -> Instant | None:
        if self._served or self._come:
            self._let_sleep()
        clock, wakes = self.clock, self._wakes
        while clock:
            at, seq = clock[0] >> SEQ_BITS, clock[0] & SEQ_MASK
            if wakes.get(seq) != at:
                heappop(clock)
            elif (awaited := self._awaited[seq]) is None or self._stands(awaited, self.open[seq], at):
                return at
            else:
                heapreplace(clock, self._sleep_on(self.open[seq], at) << SEQ_BITS | seq)
        return None

    def _stands(self, terms: Terms, listing: Listing, at: Instant) -> bool:
        bid = self.bids.get(terms.bid_id)
        if bid is None or (bid.terms is not terms and not bid.ended):
            return True
        if bid.seq in self._lookouts.standing:
            return may_meet(bid, listing, at, self._regrouped)
        self._lookouts.drop(terms)
        return False

    def _sleep_on(self, listing: Listing, at: Instant) -> Instant:
        """It would have woken for a bid that is no more: at that step another one may be met, or later."""
        listing.step = listing.table.step_index(listing.elapsed_us(at) - 1)
        at, self._awaited[listing.seq] = self._next_look(listing)
        self._wakes[listing.seq] = at
        return at

    def listings_due(self, at: Instant) -> list[Listing]:
        """Listings that wake at this instant, at the step before the one that begins."""
        self.at = at
        due: list[Listing] = []
        while self.halted_at is None and self._next_tick() == at:
            seq = heappop(self.clock) & SEQ_MASK
            del self._wakes[seq], self._awaited[seq]
            listing = self.open[seq]
            listing.step = listing.table.step_index(min(listing.elapsed_us(at), listing.ends_us) - 1)
            due.append(listing)
        return due


def _terms(orders: Iterable[tuple[Instant, Order]]) -> list[Coming]:
    return [(at, order) for at, order in orders if isinstance(order, StandingBid | ChangeBid)]
