"""The book of one sector: open listings, standing bids, sales that may still be claimed, and what is due when.

A mutable value without clock or database. `match` and `decide` move it; the store builds it from rows.
"""

from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush, merge
from itertools import count

from exchange.claims import ClaimRules
from exchange.instant import Instant
from exchange.money import BasisPoints, Cents
from exchange.orderbook.asks import AskIndex
from exchange.orderbook.bid import Bid
from exchange.orderbook.listing import Listing
from exchange.orderbook.order import Arm
from exchange.orderbook.rates import Rates, rates_at
from exchange.orderbook.reach import BidIndex
from exchange.orderbook.sale import Sale
from exchange.orderbook.sharing import Sharing
from exchange.pricing.curve import CurveVersion
from exchange.pricing.hours import Calendar

SEQ_BITS = 40
SEQ_MASK = (1 << SEQ_BITS) - 1

BidDue = tuple[Instant, int, bool, int, Bid]
"""Instant, entering sequence number, True for the end of its validity or False for waking it, tie-break, the bid."""
SaleDue = tuple[Instant, bool, int, Sale]
"""Instant, False for silence or True for becoming payable, sequence number, the sale."""


class Book:
    """State of a sector. Rates in basis points; ``seq`` is the number of the last entry; ``revoked`` are listings
    whose consent was withdrawn, as far as they are known.

    ``stepped`` (sequence numbers of listings whose ask fell), ``touched_bids`` and ``touched_listings`` (ids) tell
    the store which rows to write; it empties them.
    """

    def __init__(self, sector: str) -> None:
        self.sector = sector
        self.seq = 0
        self.settled_until: Instant = 0
        self.tick_cents: Cents = 50
        self.most_seats = 1
        self.fee_bp: BasisPoints = 0
        self.vat_bp: BasisPoints = 0
        self.claims = ClaimRules()
        self.rates: list[tuple[int, Rates]] = []
        self.sharing = Sharing()
        self.calendars: dict[int, Calendar] = {}
        self.calendar_version = 0
        self.versions: dict[int, CurveVersion] = {}
        self.arms: tuple[Arm, ...] = ()
        self.plans: dict[Instant, tuple[Arm, ...]] = {}
        self.halted_at: Instant | None = None
        self.halt_reason = ""
        self.groups: dict[str, str] = {}
        self.suspended: set[str] = set()
        self.listings: dict[str, Listing] = {}
        self.revoked: set[str] = set()
        self.bids: dict[str, Bid] = {}
        self.bids_of: dict[str, list[Bid]] = {}
        self.sales: dict[str, Sale] = {}
        self.held: dict[str, set[str]] = {}
        self.open: dict[int, Listing] = {}
        self.bid_cells: dict[str, BidIndex] = {}
        self.ask_cells: dict[str, dict[str, AskIndex]] = {}
        self.clock: list[int] = []
        self.bid_dues: list[BidDue] = []
        self.sale_dues: list[SaleDue] = []
        self._pushed = count()
        self.stepped: set[int] = set()
        self.touched_bids: set[str] = set()
        self.touched_listings: set[str] = set()

    @property
    def calendar(self) -> Calendar:
        """The calendar version in force for leads listed now, and for caps and hours."""
        return self.calendars[self.calendar_version]

    def set_rates(self, seq: int, rates: Rates) -> None:
        """Put rates in force from an entry on."""
        self.tick_cents, self.most_seats = rates.tick_cents, rates.most_seats
        self.fee_bp, self.claims = rates.fee_bp, rates.claims
        self.rates.append((seq, rates))

    def rates_of(self, sale: Sale) -> Rates:
        """Those a sale was made under."""
        return rates_at(self.rates, sale.seq)

    def arms_at(self, at: Instant) -> tuple[Arm, ...]:
        """The arms in force for a lead listed at an instant: a look-up, whoever was awake when a plan began."""
        begun = [from_at for from_at in self.plans if from_at <= at]
        return self.plans[max(begun)] if begun else self.arms

    def next_seq(self) -> int:
        """The number of the next entry; numbers have no gaps."""
        self.seq += 1
        return self.seq

    # --- listings ------------------------------------------------------------------------------------------

    def named(self, name: str) -> Listing | None:
        """The listing an order names, as it is at the order's instant; None where there is none."""
        return self.listings.get(name)

    def add_listing(self, listing: Listing) -> None:
        """Put an open listing where its ask belongs and wake it at its next event."""
        self._show_listing(listing)
        if self.halted_at is None:
            self.wake_listing(listing)

    def add_listings(self, listings: Iterable[Listing]) -> None:
        """Put many open listings where their asks belong; `restart_clock` then wakes them all."""
        for listing in listings:
            self._show_listing(listing)

    def _show_listing(self, listing: Listing) -> None:
        self.listings[listing.listing_id] = listing
        self.open[listing.seq] = listing
        listing.cell = self._cell_for(listing)
        listing.cell.add(listing.ask_cents, listing.seq)

    def wake_listing(self, listing: Listing) -> None:
        """Note the listing's next event; instant and number share one integer to keep the heap small."""
        heappush(self.clock, listing.next_event() << SEQ_BITS | listing.seq)

    def step_listing(self, listing: Listing) -> Cents:
        """Take the next step: returns the ask it leaves."""
        asks, step = listing.table.asks_cents, listing.step
        before = asks[step]
        listing.step = step + 1
        listing.cell.remove(before, listing.seq)
        listing.cell.add(asks[step + 1], listing.seq)
        self.stepped.add(listing.seq)
        self.wake_listing(listing)
        return before

    def close_listing(self, listing: Listing, state: str) -> None:
        """No seat of it can be bought any more."""
        listing.state = state
        self.touched_listings.add(listing.listing_id)
        listing.cell.remove(listing.ask_cents, listing.seq)
        del self.open[listing.seq]

    def restart_clock(self) -> None:
        """Note every open listing's next event anew: after a halt, or when all were just added. None during a halt."""
        running = self.open.values() if self.halted_at is None else ()
        self.clock = [listing.next_event() << SEQ_BITS | listing.seq for listing in running]
        heapify(self.clock)

    def _cell_for(self, listing: Listing) -> AskIndex:
        cells = self.ask_cells.get(listing.region)
        if cells is None:
            cells = self.ask_cells[listing.region] = {}
        index = cells.get(listing.postcode[:2])
        if index is None:
            index = cells[listing.postcode[:2]] = AskIndex()
        return index

    # --- bids ----------------------------------------------------------------------------------------------

    def remember_bid(self, bid: Bid) -> None:
        """Know a bid by its name, its buyer and its end."""
        self.bids[bid.bid_id] = bid
        self.bids_of.setdefault(bid.buyer, []).append(bid)
        if bid.walks:
            self.show_bid(bid)
        self.end_bid_on_time(bid)

    def end_bid_on_time(self, bid: Bid) -> None:
        """Note the end of the bid's validity, if it has one."""
        if not bid.ended and bid.terms.until_at is not None:
            heappush(self.bid_dues, (bid.terms.until_at, bid.seq, True, next(self._pushed), bid))

    def show_bid(self, bid: Bid) -> None:
        """Let falling asks and new listings find the bid."""
        for cell in bid.terms.filters.cells():
            index = self.bid_cells.setdefault(cell, BidIndex())
            for level in bid.levels():
                index.add(level, bid)

    def hide_bid(self, bid: Bid) -> None:
        """Take the bid out of every cell."""
        for cell in bid.terms.filters.cells():
            for level in bid.levels():
                self.bid_cells[cell].remove(level, bid)
        bid.low_level = None

    def set_low_level(self, bid: Bid, room_cents: Cents) -> None:
        """While it rests, a bid whose room lies below its limit must be found at that lower ask too."""
        level = room_cents if 0 < room_cents < bid.terms.limit_cents else None
        if level == bid.low_level:
            return
        for cell in bid.terms.filters.cells():
            index = self.bid_cells[cell]
            if bid.low_level is not None:
                index.remove(bid.low_level, bid)
            if level is not None:
                index.add(level, bid)
        bid.low_level = level

    def walking_bids(self) -> list[Bid]:
        """Every bid that is looked at when listings are served."""
        return [bid for bids in self.bids_of.values() for bid in bids if bid.walks]

    def wake_bid(self, bid: Bid, at: Instant) -> None:
        """Look at a resting bid again at this instant."""
        if bid.wake_at != at:
            bid.wake_at = at
            heappush(self.bid_dues, (at, bid.seq, False, next(self._pushed), bid))

    def bids_due(self, at: Instant) -> list[BidDue]:
        """What is due of bids at this instant, in order of their entry; taken off the queue."""
        due: list[BidDue] = []
        while self.bid_dues and self.bid_dues[0][0] == at:
            due.append(heappop(self.bid_dues))
        return due

    def levels_reached(self, listing: Listing, low: Cents, high: Cents) -> list[list[Bid]]:
        """The levels in [low, high) of every cell that holds the listing, each in order of service."""
        found: list[list[Bid]] = []
        for cell in (listing.region, listing.postcode[:1], "*"):
            index = self.bid_cells.get(cell)
            if index is not None:
                found += index.between(low, high)
        return found

    def listings_within(self, bid: Bid) -> Iterator[Listing]:
        """Open listings the bid's limit reaches, lower ask first, then earlier listing; those elsewhere left out."""
        limit = bid.terms.limit_cents
        reached = [index for index in self._cells_of(bid) if index.asks and index.asks[0] <= limit]
        for _, seq in merge(*(asks_by_listing(index, limit) for index in reached)):
            listing = self.open.get(seq)
            if listing is not None:
                yield listing

    def _cells_of(self, bid: Bid) -> Iterator[AskIndex]:
        regions, prefixes = bid.terms.filters.regions, bid.terms.filters.postcodes
        starts = None if prefixes is None else tuple(prefix[:2] for prefix in prefixes)
        for region in self.ask_cells if regions is None else regions:
            for digits, index in self.ask_cells.get(region, {}).items():
                if starts is None or digits.startswith(starts):
                    yield index

    # --- sales and what is due -----------------------------------------------------------------------------

    def remember_sale(self, sale: Sale) -> None:
        """Know a sale and when its claim or its payout falls due."""
        self.sales[sale.sale_id] = sale
        if sale.silence_at is not None:
            heappush(self.sale_dues, (sale.silence_at, False, sale.seq, sale))
        if not sale.released:
            heappush(self.sale_dues, (sale.closes_at, True, sale.seq, sale))

    def next_due(self) -> Instant | None:
        """The earliest instant at which anything falls due; None where nothing ever will."""
        dues = [queue[0][0] for queue in (self.bid_dues, self.sale_dues) if queue]
        if self.halted_at is None and (at := self._next_tick()) is not None:
            dues.append(at)
        return min(dues, default=None)

    def wake_all(self) -> None:
        """Where listings may sleep: bring every open one to the step it has come to."""

    def pass_quietly(self, until: Instant) -> None:
        """Where steps need not be told of one by one: take those that meet nobody, up to the next other thing due."""

    def _next_tick(self) -> Instant | None:
        while self.clock and (self.clock[0] & SEQ_MASK) not in self.open:
            heappop(self.clock)
        return self.clock[0] >> SEQ_BITS if self.clock else None

    def listings_due(self, at: Instant) -> list[Listing]:
        """Open listings with an event at this instant, in order of sequence; taken off the clock."""
        due: list[Listing] = []
        while self.halted_at is None and self._next_tick() == at:
            due.append(self.open[heappop(self.clock) & SEQ_MASK])
        return due


def asks_by_listing(index: AskIndex, limit: Cents) -> Iterator[tuple[Cents, int]]:
    """The listings of a cell by ask up to a limit, then by number."""
    for ask, seqs in index.up_to(limit):
        for seq in seqs:
            yield ask, seq
