"""Open listings that fall alike: one table, one region, one calendar, so the earlier one never asks for more."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping

from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.asks import AskIndex
from exchange.orderbook.filters import Filters
from exchange.orderbook.listing import Listing
from exchange.pricing.table import PriceTable

FOREVER: Instant = 1 << 62
Reached = tuple[Cents, int, int]
"""The ask of a listing now, its number, and the step it has come to."""


class Unsorted(AskIndex):
    """Stands where the core keeps listings by ask: here nobody asks for them that way."""

    __slots__ = ()

    def add(self, ask: Cents, seq: int) -> None:
        """Nothing to note."""

    def remove(self, ask: Cents, seq: int) -> None:
        """Nothing to forget."""


class Fall:
    """A price table, ready to be asked the same again and again."""

    __slots__ = ("_reached", "elapsed_us", "falls", "table")

    def __init__(self, table: PriceTable) -> None:
        self.table = table
        self.falls = tuple(-ask for ask in table.asks_cents)
        """The asks, negated: so they rise, and a look-up needs no key."""
        self.elapsed_us = table.elapsed_us
        self._reached: dict[Cents, int] = {}

    def step_at(self, level: Cents) -> int:
        """The first step at which the ask is at or below a limit; the number of steps where it never is."""
        return bisect_left(self.falls, -level)

    def after(self, elapsed_us: int) -> Cents:
        """The ask, negated, after so much running time."""
        return self.falls[bisect_right(self.elapsed_us, elapsed_us) - 1]

    def reached_us(self, level: Cents) -> int:
        """The running time after which a limit is reached; for ever where it never is."""
        found = self._reached.get(level)
        if found is None:
            step = self.step_at(level)
            found = self._reached[level] = self.elapsed_us[step] if step < len(self.falls) else FOREVER
        return found


class Batch:
    """Open listings of one region, table and calendar, the earliest first: they pass every ask in this order."""

    __slots__ = ("always", "fall", "key", "listings", "oldest_at")

    def __init__(self, key: tuple[str, int, int], fall: Fall, *, always: bool) -> None:
        self.key = key
        self.always = always
        self.fall = fall
        self.listings: dict[int, Listing] = {}
        self.oldest_at: Instant = 0
        """When the first of them was listed, or before: none has run for longer."""

    def reached(self, limit_cents: Cents, now: Instant) -> list[Reached]:
        """Those here whose ask a limit reaches now."""
        reached_us, elapsed, asks = self.fall.reached_us(limit_cents), self.fall.elapsed_us, self.fall.table.asks_cents
        if now - self.oldest_at < reached_us:
            return []
        self.oldest_at = next(iter(self.listings.values())).listed_at
        found: list[Reached] = []
        for seq, listing in self.listings.items():
            elapsed_us = now - listing.anchor_at + listing.anchor_us if self.always else listing.elapsed_us(now)
            if elapsed_us < reached_us:
                break
            step = bisect_right(elapsed, elapsed_us) - 1
            found.append((asks[step], seq, step))
        return found

    def above(self, level: Cents, now: Instant) -> Iterator[tuple[Listing, Instant]]:
        """Those that will fall to a level after now, the latest first, and when they do."""
        reached_us = self.fall.reached_us(level)
        if reached_us == FOREVER:
            return
        step = self.fall.step_at(level)
        for listing in reversed(self.listings.values()):
            if listing.elapsed_us(now) >= reached_us:
                return
            if reached_us < listing.ends_us:
                yield listing, instant_of(listing, step)


class Batches:
    """All open listings of a book."""

    def __init__(self) -> None:
        self._batches: dict[tuple[str, int, int], Batch] = {}
        self._falls: dict[int, Fall] = {}
        self._of_region: dict[str, dict[int, Batch]] = {}
        """Batches with open listings, by their own identity."""
        self._of_area: dict[str, dict[int, tuple[Listing, Fall]]] = {}
        """Open listings by two postcode digits and number."""

    def add(self, listing: Listing) -> Batch:
        """Put one behind the others of its batch; returns that."""
        key = listing.region, id(listing.table), listing.calendar.version
        batch = self._batches.get(key)
        if batch is None:
            fall = self._falls.get(id(listing.table))
            if fall is None:
                fall = self._falls[id(listing.table)] = Fall(listing.table)
            batch = self._batches[key] = Batch(key, fall, always=listing.calendar.always_open)
        if not batch.listings:
            batch.oldest_at = listing.listed_at
            self._of_region.setdefault(listing.region, {})[id(batch)] = batch
        batch.listings[listing.seq] = listing
        self._of_area.setdefault(listing.postcode[:2], {})[listing.seq] = listing, batch.fall
        return batch

    def remove(self, batch: Batch, listing: Listing) -> None:
        """Take one out of its batch."""
        del batch.listings[listing.seq], self._of_area[listing.postcode[:2]][listing.seq]
        if not batch.listings:
            del self._of_region[batch.key[0]][id(batch)], self._batches[batch.key]

    def reached(self, limit_cents: Cents, filters: Filters, now: Instant) -> list[Reached]:
        """Listings a limit reaches now, the cheapest first; most of those elsewhere left out."""
        found: list[Reached] = []
        if filters.postcodes is None:
            for batch in self.wanted(filters):
                found += batch.reached(limit_cents, now)
        else:
            for area, listings in self._of_area.items():
                if area.startswith(filters.postcodes) or any(prefix.startswith(area) for prefix in filters.postcodes):
                    found += _reached(listings, limit_cents, now)
        found.sort()
        return found

    def wanted(self, filters: Filters) -> Iterator[Batch]:
        """Those in which a bid looks for leads."""
        for region in self._of_region if filters.regions is None else filters.regions:
            yield from self._of_region.get(region, {}).values()


def _reached(listings: Mapping[int, tuple[Listing, Fall]], limit_cents: Cents, now: Instant) -> Iterator[Reached]:
    for seq, (listing, fall) in listings.items():
        elapsed_us = listing.elapsed_us(now)
        if elapsed_us >= fall.reached_us(limit_cents):
            step = bisect_right(fall.elapsed_us, elapsed_us) - 1
            yield fall.table.asks_cents[step], seq, step


def instant_of(listing: Listing, step: int) -> Instant:
    """When a step begins; behind the last, or if that comes first, when the listing ends (while not halted)."""
    table, elapsed_us = listing.table, listing.ends_us
    if step < len(table.elapsed_us) and table.elapsed_us[step] < elapsed_us:
        elapsed_us = table.elapsed_us[step]
    if listing.calendar.always_open:
        return listing.anchor_at + elapsed_us - listing.anchor_us
    return listing.calendar.advance(listing.region, listing.anchor_at, elapsed_us - listing.anchor_us)


class Way:
    """The asks of one listing to come, as instants (while not halted)."""

    __slots__ = ("base", "ends_at", "ends_us", "fall", "listing")

    def __init__(self, listing: Listing, fall: Fall) -> None:
        self.listing = listing
        self.fall = fall
        self.ends_us = listing.ends_us
        self.base = listing.anchor_at - listing.anchor_us if listing.calendar.always_open else None
        self.ends_at = self.instant_after(self.ends_us)

    def falls_after(self, at: Instant) -> Cents:
        """The ask, negated, that holds at an instant to come."""
        elapsed_us = self.listing.elapsed_us(at) if self.base is None else at - self.base
        return self.fall.after(elapsed_us)

    def instant_after(self, elapsed_us: int) -> Instant:
        """When so much running time has passed."""
        if self.base is not None:
            return self.base + elapsed_us
        listing = self.listing
        return listing.calendar.advance(listing.region, listing.anchor_at, elapsed_us - listing.anchor_us)
