"""The book of a sector that takes only the price steps that may meet a bid: the same outcomes, a fraction of the looks.

Everything that decides is the core's own (`orderbook.match`, `orderbook.decide`). What differs is the alarm clock: the
book of the house wakes every listing at every step; here a listing sleeps until its ask passes the limit of a bid that
can be found and fits it (`lookout`), or until it expires. A bid that comes, or is woken out of turn, makes those above
its limit look anew. Whoever looks at a sleeping listing sees it at the step its running time has come to.
"""

from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heappush, heapreplace
from types import MappingProxyType

from exchange.backtest.batch import FOREVER, Batch, Batches, Unsorted, instant_of
from exchange.backtest.lookout import Coming, may_meet
from exchange.backtest.lookouts import Lookouts
from exchange.backtest.rooms import Rooms
from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.bid import Bid
from exchange.orderbook.book import SEQ_BITS, SEQ_MASK, Book
from exchange.orderbook.listing import OPEN, Listing
from exchange.orderbook.order import BidTerms, Order
from exchange.orderbook.reach import service_order
from exchange.orderbook.sale import Sale


class QuickBook(Book):
    """A book for tapes. ``at`` is the instant that is being decided; the player sets it before each order.

    ``ends`` are the instants at which bids are thought to have ended (`foresight`); they change no outcome.
    ``orders`` are all that will come; of those only the terms of bids are looked at. ``keeps_sales``: whether claims
    and payouts are of interest; without them no sale is remembered.
    """

    def __init__(
        self, sector: str, orders: Iterable[tuple[Instant, Order]], ends: Mapping[str, Instant] = MappingProxyType({})
    ) -> None:
        super().__init__(sector)
        self.at: Instant = 0
        self.keeps_sales = True
        self._until: Instant = 0
        self._lookouts = Lookouts(_terms(orders), ends)
        self._unsorted = Unsorted()
        self._batches = Batches()
        self._batch_of: dict[int, Batch] = {}
        self._rooms = Rooms()
        self._wakes: dict[int, Instant] = {}
        self._awaited: dict[int, BidTerms | None] = {}
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
                self._call(bid, self.at)
            for listing in served:
                if listing.state == OPEN:
                    self._wake_at(listing, *self._next_look(listing))

    def _call(self, bid: Bid, now: Instant) -> None:
        """Wake the listings that stand above a bid's limit when they fall to it, those that would sleep on."""
        if bid.seq not in self._lookouts.standing:
            return
        filters, limit_cents, wakes = bid.terms.filters, bid.terms.limit_cents, self._wakes
        for batch in self._batches.wanted(filters):
            for listing, at in batch.above(limit_cents, now):
                if (
                    at < wakes.get(listing.seq, 0)
                    and filters.fit(listing, at)
                    and may_meet(bid, listing, at, self._regrouped)
                ):
                    self._wake_at(listing, at, bid.terms)

    def _wake_at(self, listing: Listing, at: Instant, awaited: BidTerms | None) -> None:
        self._wakes[listing.seq] = at
        self._awaited[listing.seq] = awaited
        heappush(self.clock, at << SEQ_BITS | listing.seq)

    def _next_look(self, listing: Listing) -> tuple[Instant, BidTerms | None]:
        fall = self._batch_of[listing.seq].fall
        at, awaited = self._lookouts.at(self.at).next_look(listing, fall, self.at, self._regrouped)
        if (low := self._rooms.below(listing)) is not None:
            low_at = instant_of(listing, fall.step_at(low))
            if low_at <= at:
                return low_at, None
        return at, awaited

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
        self._rests.pop(bid.seq, None)
        if not self._lookouts.show(bid):
            self._come.append(bid)
        if self._groups.setdefault(bid.seq, bid.group) != bid.group:
            self._regrouped.add(bid.seq)

    def hide_bid(self, bid: Bid) -> None:
        """Take the bid out of every cell."""
        before = bid.low_level
        self._lookouts.hide(bid)
        bid.low_level = None
        self._note_low(bid, before, None)

    def wake_bid(self, bid: Bid, at: Instant) -> None:
        """Look at a resting bid again at this instant."""
        super().wake_bid(bid, at)
        self._rests[bid.seq] = at
        self._lookouts.rest(bid)

    def set_low_level(self, bid: Bid, room_cents: Cents) -> None:
        """It rests and can pay less, or rests no longer: listings that would sleep past it wake for it."""
        before = bid.low_level
        bid.low_level = room_cents if 0 < room_cents < bid.terms.limit_cents else None
        if bid.low_level != before:
            self._note_low(bid, before, bid.low_level)
        self._lookouts.rest(bid)
        if not bid.resting and self._rests.pop(bid.seq, None) != self.at:
            self._come.append(bid)

    def _note_low(self, bid: Bid, before: Cents | None, now: Cents | None) -> None:
        self._rooms.move(bid, before, now)
        batches = self._batches.wanted(bid.terms.filters)
        above = () if now is None else (one for batch in batches for one in batch.above(now, self.at))
        for listing, at in above:
            if at < self._wakes.get(listing.seq, FOREVER):
                self._wake_at(listing, at, None)

    def levels_reached(self, listing: Listing, low: Cents, high: Cents) -> list[list[Bid]]:
        """Bids a fall to ``low`` reaches, as one level: in order of service."""
        bids = self.bids_reached(listing, low, high)
        return [bids] if bids else []

    def bids_reached(self, listing: Listing, low: Cents, high: Cents) -> list[Bid]:
        """Bids that want the listing and stand in [low, high), by limit or by room, in order of service."""
        bids = self._lookouts.at(self.at).reached(listing, low, high, self.at)
        bids += [bid for bid in self._rooms.between(listing, low, high) if bid not in bids]
        if len(bids) > 1:
            bids.sort(key=service_order)
        return [bid for bid in bids if not bid.resting or bid.has_room(low)]

    def listings_within(self, bid: Bid) -> Iterator[Listing]:
        """Open listings the bid's limit reaches now, cheapest first, then earlier ones; those elsewhere left out."""
        for _, seq, step in self._batches.reached(bid.terms.limit_cents, bid.terms.filters, self.at):
            listing = self.open.get(seq)
            if listing is not None:
                listing.step = step
                yield listing

    # --- sales and what is due -----------------------------------------------------------------------------

    def remember_sale(self, sale: Sale) -> None:
        """Know a sale, where anybody asks for it later."""
        if self.keeps_sales:
            super().remember_sale(sale)

    def next_due(self) -> Instant | None:
        """The earliest instant at which anything falls due; None where nothing ever will."""
        earliest = self._next_tick() if self.halted_at is None else None
        for queue in (self.bid_dues, self.sale_dues):
            if queue and (earliest is None or queue[0][0] < earliest):
                earliest = queue[0][0]
        return earliest

    def _next_tick(self) -> Instant | None:
        if self._served or self._come:
            self._let_sleep()
        while (at := self._next_wake()) is not None:
            outlived = self._lookouts.outlived(min(at, self._until), self.bids)
            if outlived is None:
                break
            since, bid = outlived
            self._call(bid, max(since - 1, self.at))
        return at

    def pass_quietly(self, until: Instant) -> None:
        """Know up to when everything is decided next."""
        self._until = until

    def _next_wake(self) -> Instant | None:
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

    def _stands(self, terms: BidTerms, listing: Listing, at: Instant) -> bool:
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

    def only_due(self, at: Instant) -> Listing | None:
        """The listing that wakes at this instant, at the step before, if nothing else is due then; else None.

        It is taken off the clock, and brought to its last step where it ends. Those that convert are not meant.
        """
        clock = self.clock
        if not clock or clock[0] >> SEQ_BITS != at or self.halted_at is not None:
            return None
        if (self.bid_dues and self.bid_dues[0][0] == at) or (self.sale_dues and self.sale_dues[0][0] == at):
            return None
        listing = self.open[clock[0] & SEQ_MASK]
        if listing.conversion is not None or any(other >> SEQ_BITS == at for other in clock[1:3]):
            return None
        heappop(clock)
        del self._wakes[listing.seq], self._awaited[listing.seq]
        self.at = at
        listing.step = listing.table.step_index(min(listing.elapsed_us(at), listing.ends_us) - 1)
        return listing

    def listings_due(self, at: Instant) -> list[Listing]:
        """Listings that wake at this instant, at the step before the one that begins."""
        self.at = at
        due: list[Listing] = []
        while self.halted_at is None and self._next_wake() == at:
            seq = heappop(self.clock) & SEQ_MASK
            del self._wakes[seq], self._awaited[seq]
            listing = self.open[seq]
            listing.step = listing.table.step_index(min(listing.elapsed_us(at), listing.ends_us) - 1)
            due.append(listing)
        return due


def _terms(orders: Iterable[tuple[Instant, Order]]) -> list[Coming]:
    return [(at, order) for at, order in orders if isinstance(order, BidTerms)]
