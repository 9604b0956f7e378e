"""Open listings that fall alike: one table, one region, one calendar, so the earlier one never asks for more."""

from bisect import bisect_left

from exchange.backtest.levels import FOREVER
from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.index import AskIndex
from exchange.orderbook.listing import Listing
from exchange.pricing.table import PriceTable


class Unsorted(AskIndex):
    """Stands where the core keeps listings by ask: here nobody asks for them that way."""

    __slots__ = ()

    def add(self, ask: Cents, seq: int) -> None:
        """Nothing to note."""

    def remove(self, ask: Cents, seq: int) -> None:
        """Nothing to forget."""


class Fall:
    """A price table, ready to be asked the same again and again."""

    __slots__ = ("_reached", "falls", "table")

    def __init__(self, table: PriceTable) -> None:
        self.table = table
        self.falls = tuple(-ask for ask in table.asks_cents)
        """The asks, negated: so they rise, and a look-up needs no key."""
        self._reached: dict[Cents, int] = {}

    def step_at(self, level: Cents) -> int:
        """The first step at which the ask is at or below a limit; the number of steps where it never is."""
        return bisect_left(self.falls, -level)

    def reached_us(self, level: Cents) -> int:
        """The running time after which a limit is reached; for ever where it never is."""
        found = self._reached.get(level)
        if found is None:
            step = self.step_at(level)
            found = self._reached[level] = self.table.elapsed_us[step] if step < len(self.falls) else FOREVER
        return found


class Batch:
    """Open listings of one region, table and calendar, the earliest first: they pass every ask in this order."""

    __slots__ = ("fall", "listings", "oldest_at", "region")

    def __init__(self, region: str, fall: Fall) -> None:
        self.region = region
        self.fall = fall
        self.listings: dict[int, Listing] = {}
        self.oldest_at: Instant = 0
        """When the first of them was listed, or before: none has run for longer."""

    def first(self) -> Listing:
        """The earliest one that is open."""
        found = next(iter(self.listings.values()))
        self.oldest_at = found.listed_at
        return found


def instant_of(listing: Listing, step: int) -> Instant:
    """When a step begins; behind the last, or if that comes first, when the listing ends (while not halted)."""
    table, elapsed_us = listing.table, listing.ends_us
    if step < len(table.elapsed_us) and table.elapsed_us[step] < elapsed_us:
        elapsed_us = table.elapsed_us[step]
    if listing.calendar.always_open:
        return listing.anchor_at + elapsed_us - listing.anchor_us
    return listing.calendar.advance(listing.region, listing.anchor_at, elapsed_us - listing.anchor_us)
