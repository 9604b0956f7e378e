"""A book whose listings sleep past steps that meet no bid: the same outcomes, a fraction of the work.

Everything that decides is the core's own (`match`, `decide`). What differs is the alarm clock: the book of the house
wakes every listing at every step, since its ask must stand in the row. Whoever only computes a tape again may let it
sleep: far, while it is dearer than any bid of its cells; for a few steps at a time below that. A bid that comes, or
can pay again, wakes whom it may meet. Whoever asks for a sleeping listing sees it at the step it has come to.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from heapq import heapify, heappop, heappush, heapreplace
from operator import neg

from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.asks import AskIndex
from exchange.orderbook.bid import Bid
from exchange.orderbook.book import SEQ_BITS, SEQ_MASK, Book, asks_by_listing
from exchange.orderbook.listing import OPEN, Listing

NAP = 8
"""The most steps a listing sleeps through while bids stand as high as its ask."""
_SPARE = 32
"""A top lies this part of it above the limit that raised it, so that limits rising tick by tick seldom raise it."""
_LOWER_EVERY = 2_000
"""After so many bids were shown, tops come down to the limits that still stand."""
_FAR = AskIndex()
"""The cell of listings dearer than any bid of theirs: nobody looks for them by ask, so none is kept in it."""


class SleepingBook(Book):
    """A book for tapes: listings' asks do not follow step by step; `wake_all` brings them up to date.

    What holds between any two calls: a bid that walks stands at or below the top of each of its cells; an open listing
    at or below the highest top of its own cells stands in its `AskIndex` under the last ask before it wakes, which its
    true ask is never below; and before it wakes it meets no bid that may be able, but for those in ``_come``.
    """

    def __init__(self, sector: str) -> None:
        super().__init__(sector)
        self._tops: dict[str, Cents] = {}
        self._wakes: dict[int, Instant] = {}
        self._steps: dict[int, int] = {}
        """Which step, or the end, begins when a listing wakes."""
        self._keys: dict[int, Cents] = {}
        """Under which ask a listing stands in its cell."""
        self._come: list[Bid] = []
        """Bids that came, or can pay again, since listings were last planned."""
        self._visited_at: Instant = 0
        self._shown = 0

    @property
    def _now(self) -> Instant:
        """The instant that is being settled or decided; in a halt, when price clocks stopped."""
        return max(self.settled_until, self._visited_at) if self.halted_at is None else self.halted_at

    # --- listings ------------------------------------------------------------------------------------------

    def _show_listing(self, listing: Listing) -> None:
        self.listings[listing.listing_id] = listing
        self.open[listing.seq] = listing
        listing.cell = _FAR

    def wake_listing(self, listing: Listing) -> None:
        """Note when to look at it next, from the step it is at."""
        heappush(self.clock, self._plan(listing) << SEQ_BITS | listing.seq)

    def step_listing(self, listing: Listing) -> Cents:
        """Take the step that begins now: returns the ask it leaves."""
        before = listing.ask_cents
        listing.step += 1
        self.wake_listing(listing)
        return before

    def close_listing(self, listing: Listing, state: str) -> None:
        """No seat of it can be bought any more; the ask it shows is the last it had."""
        # what ends while something is settled was roused for it; a step of the same instant no longer counts
        self._catch_up(listing, self.settled_until if self.halted_at is None else self.halted_at)
        self._leave_cell(listing)
        listing.state = state
        del self.open[listing.seq]
        self._wakes.pop(listing.seq, None)
        self._steps.pop(listing.seq, None)

    def restart_clock(self) -> None:
        """Note every open listing's next look anew: after a halt."""
        self.clock, self._wakes = [], {}
        self._come.clear()
        now = self._now
        for listing in self.open.values() if self.halted_at is None else ():
            self._catch_up(listing, now)
            self.wake_listing(listing)

    def named(self, name: str) -> Listing | None:
        """The listing an order names, as it is now; None where there is none."""
        listing = self.listings.get(name)
        if listing is not None and listing.state == OPEN:
            self._catch_up(listing, self._now)
        return listing

    def wake_all(self) -> None:
        """Bring every open listing to the step it has come to at the instant the book is settled to."""
        now = self._now
        for listing in self.open.values():
            self._catch_up(listing, now)

    def _catch_up(self, listing: Listing, now: Instant) -> None:
        """Let a listing take the steps it slept through."""
        falls, step = listing.table.elapsed_us, listing.step + 1
        elapsed_us = listing.elapsed_us(max(now, listing.anchor_at))
        if step < len(falls) and falls[step] <= elapsed_us:
            listing.step = bisect_right(falls, elapsed_us, step) - 1

    def _leave_cell(self, listing: Listing) -> None:
        if listing.cell is not _FAR:
            listing.cell.remove(self._keys.pop(listing.seq), listing.seq)
            listing.cell = _FAR

    def _plan(self, listing: Listing) -> Instant:
        """Put it into its cell, under the last ask before the look that is due next; returns when that is."""
        asks, step = listing.table.asks_cents, listing.step
        if asks[step] > self._top_of(listing):
            return self._sleep_far(listing, step)
        return self._nap(listing, self._next_look(listing, asks, step))

    def _sleep_far(self, listing: Listing, step: int) -> Instant:
        """Let it sleep, in no cell, until it is no dearer than bids may be; returns when that is."""
        self._leave_cell(listing)
        following = bisect_left(listing.table.asks_cents, -self._top_of(listing), step + 1, key=neg)
        return self._wake_at(listing, following)

    def _nap(self, listing: Listing, following: int) -> Instant:
        """Let it sleep until this step, known in its cell by the ask before it; returns when that is."""
        key, cell, seq = listing.table.asks_cents[following - 1], listing.cell, listing.seq
        if cell is _FAR:
            cell = listing.cell = self._cell_for(listing)
        else:
            cell.remove(self._keys[seq], seq)
        cell.add(key, seq)
        self._keys[seq] = key
        return self._wake_at(listing, following)

    def _wake_at(self, listing: Listing, following: int) -> Instant:
        conversion, seq = listing.conversion, listing.seq
        if conversion is not None:
            following = min(following, bisect_left(listing.table.elapsed_us, conversion.after_us))
        self._steps[seq] = following
        at = self._wakes[seq] = listing.event_at(following)
        return at

    def _next_look(self, listing: Listing, asks: tuple[Cents, ...], step: int) -> int:
        """The next step that meets a bid that may be able; the last of a nap where none of it does."""
        last = min(step + NAP, len(asks))
        ask, low, met = asks[step], asks[last - 1], False
        for cell in (listing.region, listing.postcode[:1], "*"):
            index = self.bid_cells.get(cell)
            if index is None:
                continue
            levels = index.levels
            place = bisect_left(levels, ask) - 1
            while place >= 0 and (level := levels[place]) >= low:
                if _may_pay(index.at[level], level):
                    low, met = level, True
                    break
                place -= 1
        return bisect_left(asks, -low, step + 1, key=neg) if met else last

    def _top_of(self, listing: Listing) -> Cents:
        tops = self._tops
        return max(tops.get(listing.region, 0), tops.get(listing.postcode[:1], 0), tops.get("*", 0))

    # --- bids ----------------------------------------------------------------------------------------------

    def show_bid(self, bid: Bid) -> None:
        """Let falling asks and new listings find the bid, and plan for the listings it may reach."""
        super().show_bid(bid)
        self._come.append(bid)
        self._shown += 1
        if self._shown % _LOWER_EVERY == 0:
            self._tops = {cell: index.levels[-1] for cell, index in self.bid_cells.items() if index.levels}
        limit = bid.terms.limit_cents
        raised = {cell for cell in bid.terms.filters.cells() if self._tops.get(cell, 0) < limit}
        if raised:
            self._tops |= dict.fromkeys(raised, limit + limit // _SPARE)
            if self.halted_at is None:
                self._plan_far(raised)

    def set_low_level(self, bid: Bid, room_cents: Cents) -> None:
        """It rests and can pay less, or rests no longer: both may let it meet listings that sleep."""
        super().set_low_level(bid, room_cents)
        self._come.append(bid)

    def _plan_far(self, raised: set[str]) -> None:
        """Plan anew for what was dearer than the tops of these cells."""
        everywhere, now = "*" in raised, self._now
        for listing in self.open.values():
            if listing.cell is _FAR and (everywhere or listing.region in raised or listing.postcode[:1] in raised):
                self._catch_up(listing, now)
                self.wake_listing(listing)

    def _plan_for(self, bid: Bid) -> None:
        """Wake those that sleep past this bid's level when they come to it."""
        level = bid.low_level if bid.resting else bid.terms.limit_cents
        if level is None or not bid.walks:
            return
        now = self._now
        for index in self._cells_of(bid):
            for _, seq in asks_by_listing(index, level):
                listing = self.open[seq]
                self._catch_up(listing, now)
                if listing.ask_cents > level:
                    self.wake_listing(listing)

    def listings_within(self, bid: Bid) -> Iterator[Listing]:
        """Open listings the bid's limit reaches now, lower ask first, then earlier listing."""
        limit, now = bid.terms.limit_cents, self._now
        cells = [index for index in self._cells_of(bid) if index.asks and index.asks[0] <= limit]
        known = [(index.asks[0], number) for number, index in enumerate(cells)]
        heapify(known)
        while known:
            lowest, found = known[0][0], []
            while known and known[0][0] == lowest:
                index = cells[known[0][1]]
                found += self._seen_at(index, lowest, now)
                following = bisect_right(index.asks, lowest)
                if following < len(index.asks) and index.asks[following] <= limit:
                    heapreplace(known, (index.asks[following], known[0][1]))
                else:
                    heappop(known)
            for seq in sorted(found):
                if (listing := self.open.get(seq)) is not None:
                    yield listing

    def _seen_at(self, index: AskIndex, key: Cents, now: Instant) -> list[int]:
        """Who of those known by an ask asks for that; the others nap to their next step only, and so are known by
        what they ask for now."""
        found = []
        for seq in tuple(index.at.get(key, ())):
            listing = self.open[seq]
            self._catch_up(listing, now)
            if listing.ask_cents == key:
                found.append(seq)
            else:
                heappush(self.clock, self._nap(listing, listing.step + 1) << SEQ_BITS | seq)
        return found

    # --- what is due ---------------------------------------------------------------------------------------

    def pass_quietly(self, until: Instant) -> None:
        """Take the steps that meet nobody, in their order, up to the first instant at which anything else is due."""
        if self.halted_at is not None:
            return
        come, self._come = self._come, []
        for bid in come:
            self._plan_for(bid)
        last = min([until, *(queue[0][0] - 1 for queue in (self.bid_dues, self.sale_dues) if queue)])
        clock, wakes, end = self.clock, self._wakes, (last + 1) << SEQ_BITS
        while clock and (key := clock[0]) < end:
            seq, at = key & SEQ_MASK, key >> SEQ_BITS
            if wakes.get(seq) != at:
                heappop(clock)
                continue
            listing = self.open[seq]
            asks, step = listing.table.asks_cents, self._steps[seq]
            listing.step = step - 1
            if step == len(asks) or (listing.conversion is not None and listing.converts):
                return
            if asks[step] > self._top_of(listing):
                following_at = self._sleep_far(listing, step)
            elif (following := self._next_look(listing, asks, step - 1)) > step:
                following_at = self._nap(listing, following)
            else:
                return
            listing.step = step
            heapreplace(clock, following_at << SEQ_BITS | seq)

    def _next_tick(self) -> Instant | None:
        clock, wakes = self.clock, self._wakes
        while clock and wakes.get(clock[0] & SEQ_MASK) != clock[0] >> SEQ_BITS:
            heappop(clock)
        return clock[0] >> SEQ_BITS if clock else None

    def listings_due(self, at: Instant) -> list[Listing]:
        """Listings that wake or end at this instant, each at the step before; taken off the clock."""
        self._visited_at = at
        due: list[Listing] = []
        while self.halted_at is None and self._next_tick() == at:
            listing = self.open[heappop(self.clock) & SEQ_MASK]
            del self._wakes[listing.seq]
            listing.step = self._steps[listing.seq] - 1
            due.append(listing)
        return due


def _may_pay(bids: list[Bid], ask_cents: Cents) -> bool:
    """Whether one of these bids, that stand where an ask reaches them, does not rest, or has room for it."""
    for bid in bids:  # noqa: SIM110 - asked at every look, and a generator takes longer than the answer
        if not bid.resting or bid.has_room(ask_cents):
            return True
    return False
