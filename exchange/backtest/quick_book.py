"""The book of a sector that takes only the price steps that may meet a bid: the same outcomes, a fraction of the looks.

Everything that decides is the core's own (`orderbook.match`, `orderbook.decide`). What differs is the alarm clock: the
book of the house wakes every listing at every step, since nobody knows which bid comes next; a tape knows, so that
here a listing sleeps until its ask passes a limit at which a bid may stand (`levels.LevelPlan`), or until it expires.
Whoever looks at a sleeping listing sees it at the step its running time has come to.
"""

from bisect import bisect_left
from collections.abc import Iterator
from heapq import heapify, heappop, heappush, merge
from itertools import chain

from exchange.backtest.batch import Batch, Fall, Unsorted, instant_of
from exchange.backtest.levels import FOREVER, Cell, LevelPlan
from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.bid import Bid
from exchange.orderbook.book import Book
from exchange.orderbook.index import BidIndex
from exchange.orderbook.listing import OPEN, Listing
from exchange.orderbook.sale import Sale

_SEQ_BITS = 40
_SEQ_MASK = (1 << _SEQ_BITS) - 1


class QuickBook(Book):
    """A book for tapes. ``at`` is the instant that is being decided; the player sets it before each order.

    ``keeps_sales``: whether claims and payouts are of interest; without them no sale is remembered.
    """

    def __init__(self, sector: str, plan: LevelPlan) -> None:
        super().__init__(sector)
        self.at: Instant = 0
        self.keeps_sales = True
        self.serving_first = False
        """Whoever lists a lead wakes it when the bids that reach its start have been served: most are sold by then."""
        self._plan = plan
        self._unsorted = Unsorted()
        self._batches: dict[tuple[str, int, int], Batch] = {}
        self._falls: dict[int, Fall] = {}
        self._of_region: dict[str, dict[int, Batch]] = {}
        """Batches with open listings, by their own identity."""
        self._low_cells: dict[str, BidIndex] = {}
        """Resting bids by the room they have below their limit: levels no order told of."""
        self._batch_of: dict[int, Batch] = {}
        self._wakes: dict[int, Instant] = {}

    # --- listings ------------------------------------------------------------------------------------------

    def add_listing(self, listing: Listing) -> None:
        """Know an open listing; one that was just ordered sleeps once it has been served, by `serving_first`."""
        self._show_listing(listing)
        if not self.serving_first:
            self.wake_listing(listing)

    def _show_listing(self, listing: Listing) -> None:
        self.listings[listing.listing_id] = listing
        self.open[listing.seq] = listing
        listing.cell = self._unsorted
        key = listing.region, id(listing.table), listing.calendar.version
        batch = self._batches.get(key)
        if batch is None:
            fall = self._falls.setdefault(id(listing.table), Fall(listing.table))
            batch = self._batches[key] = Batch(listing.region, fall)
        if not batch.listings:
            batch.oldest_at = listing.listed_at
            self._of_region.setdefault(listing.region, {})[id(batch)] = batch
        batch.listings[listing.seq] = listing
        self._batch_of[listing.seq] = batch

    def close_listing(self, listing: Listing, state: str) -> None:
        """No seat of it can be bought any more."""
        super().close_listing(listing, state)
        batch = self._batch_of.pop(listing.seq)
        del batch.listings[listing.seq]
        if not batch.listings:
            del self._of_region[batch.region][id(batch)]
        self._wakes.pop(listing.seq, None)

    def wake_listing(self, listing: Listing) -> None:
        """Note the next step that may meet a bid, or the end."""
        if listing.state == OPEN and self.halted_at is None:
            self._wake_at(listing, self._next_look(listing))

    def _wake_at(self, listing: Listing, at: Instant) -> None:
        self._wakes[listing.seq] = at
        heappush(self.clock, at << _SEQ_BITS | listing.seq)

    def _next_look(self, listing: Listing) -> Instant:
        fall = self._batch_of[listing.seq].fall
        first = len(fall.falls)
        if self._low_cells and (low := self._low_below(listing)) is not None:
            first = fall.step_at(low)
        ends_at = instant_of(listing, len(fall.falls))
        for cell in self._plan.cells_of(listing):
            first = self._first_look(cell, listing, fall, first, ends_at)
        return instant_of(listing, first)

    def _first_look(self, cell: Cell, listing: Listing, fall: Fall, first: int, ends_at: Instant) -> int:
        """The first step, before another one, at which the listing may meet a bid of a cell; else that one."""
        places = cell.places
        for index in range(cell.below(listing.ask_cents), -1, -1):
            if not places[index] or places[index][0][0] > ends_at:
                continue
            step = fall.step_at(cell.levels[index])
            if step >= first:
                return first
            if cell.may_meet(index, listing, instant_of(listing, step), self.at):
                return step
        return first

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
        self.clock, self._wakes = [], {}
        if self.halted_at is None:
            for listing in self.open.values():
                self._catch_up(listing)
                at = self._wakes[listing.seq] = self._next_look(listing)
                self.clock.append(at << _SEQ_BITS | listing.seq)
            heapify(self.clock)

    def _catch_up(self, listing: Listing) -> None:
        listing.step = listing.table.step_index(listing.elapsed_us(self.at))

    def look_at(self, name: str) -> None:
        """Let an order that names a listing see it as it is now."""
        listing = self.listings.get(name)
        if listing is not None and listing.state == OPEN and self.halted_at is None:
            self._catch_up(listing)

    # --- bids ----------------------------------------------------------------------------------------------

    def remember_bid(self, bid: Bid) -> None:
        """Know a bid, and let the plan see how it fares."""
        self._plan.lives[bid.bid_id].bid = bid
        super().remember_bid(bid)

    def hide_bid(self, bid: Bid) -> None:
        """Take the bid out of every cell."""
        before = bid.low_level
        super().hide_bid(bid)
        self._note_low(bid, before, None)

    def set_low_level(self, bid: Bid, room_cents: Cents) -> None:
        """A level no order told of: listings that would sleep past it wake at it."""
        before = bid.low_level
        super().set_low_level(bid, room_cents)
        if bid.low_level != before:
            self._note_low(bid, before, bid.low_level)

    def _note_low(self, bid: Bid, before: Cents | None, now: Cents | None) -> None:
        for cell in bid.terms.filters.cells():
            if before is not None:
                self._low_cells[cell].remove(before, bid)
            if now is not None:
                self._low_cells.setdefault(cell, BidIndex()).add(now, bid)
        if now is None:
            return
        for batch in self._batches_in(bid.terms.filters.regions):
            step = batch.fall.step_at(now)
            if step < len(batch.fall.falls):
                for listing in batch.listings.values():
                    self._wake_sooner(listing, step)

    def _wake_sooner(self, listing: Listing, step: int) -> None:
        if listing.table.elapsed_us[step] <= listing.anchor_us:  # passed before a halt
            return
        at = instant_of(listing, step)
        if self.at < at < self._wakes.get(listing.seq, FOREVER):
            self._wake_at(listing, at)

    def _batches_in(self, regions: tuple[str, ...] | None) -> Iterator[Batch]:
        if regions is None:
            yield from chain.from_iterable(batches.values() for batches in self._of_region.values())
        else:
            for region in regions:
                yield from self._of_region.get(region, {}).values()

    def listings_within(self, bid: Bid) -> Iterator[Listing]:
        """Open listings the bid's limit reaches now, lower ask first, then earlier listing."""
        limit, reached = bid.terms.limit_cents, []
        for batch in self._batches_in(bid.terms.filters.regions):
            reached_us = batch.fall.reached_us(limit)
            if self.at - batch.oldest_at >= reached_us and batch.first().elapsed_us(self.at) >= reached_us:
                reached.append(self._reached(batch, reached_us))
        for _, seq in merge(*reached):
            if seq in self.open:
                yield self.open[seq]

    def _reached(self, batch: Batch, reached_us: int) -> Iterator[tuple[Cents, int]]:
        """The listings of a batch that have run so long: the earlier one never asks for more."""
        for listing in list(batch.listings.values()):
            if listing.state == OPEN:
                elapsed_us = listing.elapsed_us(self.at)
                if elapsed_us < reached_us:
                    return
                listing.step = listing.table.step_index(elapsed_us)
                yield listing.ask_cents, listing.seq

    # --- sales and what is due -----------------------------------------------------------------------------

    def remember_sale(self, sale: Sale) -> None:
        """Know a sale, where anybody asks for it later."""
        if self.keeps_sales:
            super().remember_sale(sale)

    def _next_tick(self) -> Instant | None:
        clock, wakes = self.clock, self._wakes
        while clock and wakes.get(clock[0] & _SEQ_MASK) != clock[0] >> _SEQ_BITS:
            heappop(clock)
        return clock[0] >> _SEQ_BITS if clock else None

    def listings_due(self, at: Instant) -> list[Listing]:
        """Listings that wake at this instant, at the step before the one that begins."""
        self.at = at
        due: list[Listing] = []
        while self.halted_at is None and self._next_tick() == at:
            seq = heappop(self.clock) & _SEQ_MASK
            del self._wakes[seq]
            listing = self.open[seq]
            listing.step = listing.table.step_index(min(listing.elapsed_us(at), listing.ends_us) - 1)
            due.append(listing)
        return due
