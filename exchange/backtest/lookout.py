"""Which standing bid a falling listing meets next: bids as bits of integers, the highest limit first.

Who looks for a region, a postcode and so many seats is a mask, and so is who can be found at all; a falling ask
uncovers the bits of both one after the other. What is said may be too much, never too little: looking at a step that
meets nobody changes nothing. Bids to come have their bits beforehand, since the past knows them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import TypeVar

from exchange.backtest.batch import FOREVER, Fall, instant_of
from exchange.instant import Instant
from exchange.orderbook.bid import Bid
from exchange.orderbook.filters import Filters
from exchange.orderbook.listing import Listing
from exchange.orderbook.order import ChangeBid, StandingBid

T = TypeVar("T")
Terms = StandingBid | ChangeBid
Coming = tuple[Instant, Terms]
"""When terms of a bid are ordered, and they."""
EDGES = 32
"""Into how many stretches the time ahead is cut, each with as many bids to come."""
FEWEST_AHEAD = 512
"""At least so many bids to come have their bits."""


class Lookout:
    """Bids that stand and all that come before ``horizon``, by their terms as they were ordered.

    Of later instants nothing is known: whoever asks sleeps until then, and asks a later lookout.
    """

    def __init__(self, standing: Iterable[Bid], coming: Sequence[Coming], now: Instant, horizon: Instant) -> None:
        bids = {id(bid.terms): bid for bid in standing}
        begins = {id(terms): at for at, terms in coming if id(terms) not in bids}
        terms = [bid.terms for bid in bids.values()] + [terms for _, terms in coming if id(terms) in begins]
        terms.sort(key=_limit_first)
        self._horizon = horizon
        self._terms = terms
        self._ranks = {id(one): rank for rank, one in enumerate(terms)}
        self._bids = [bids.get(id(one)) for one in terms]
        self._limits = [-one.limit_cents for one in terms]
        self._begins = [begins.get(id(one), now) for one in terms]
        self._ends = [FOREVER if one.until_at is None else one.until_at for one in terms]
        self._wanted = (1 << len(terms)) - 1
        ahead = [at for at, _ in coming]
        many = max(1, len(ahead) // EDGES)
        self._edges = [edge for edge in dict.fromkeys(ahead[many - 1 :: many]) if now < edge < horizon - 1]
        self._edges.append(horizon - 1)
        self._begun = [
            _mask((n for n, at in enumerate(self._begins) if at <= edge), len(terms)) for edge in self._edges
        ]
        self._fits = [None if _is_plain(one.filters) else one.filters.fit for one in terms]
        self._regions = _masks([one.filters.regions for one in terms])
        self._postcodes = _masks([one.filters.postcodes for one in terms])
        self._seats = _masks([_seats_wanted(one.filters) for one in terms])
        self._cells: dict[tuple[str, str, int], int] = {}

    def show(self, bid: Bid) -> bool:
        """From here on it can be found; returns whether that was known beforehand."""
        rank = self._ranks.get(id(bid.terms))
        if rank is None:
            return False
        self._bids[rank] = bid
        self._wanted |= 1 << rank
        return True

    def hide(self, terms: Terms) -> None:
        """Nobody can be found by these terms."""
        rank = self._ranks.get(id(terms))
        if rank is not None:
            self._wanted &= ~(1 << rank)

    def next_look(
        self, listing: Listing, fall: Fall, now: Instant, regrouped: set[int]
    ) -> tuple[Instant, Terms | None]:
        """The first step to come at which the listing may meet a bid, and the terms of that.

        None for the terms: the instant is the listing's end, or a step at which a later lookout is needed.
        ``regrouped`` are bids (by sequence number) whose firm has changed its group.
        """
        ends_at, edges, limits = instant_of(listing, len(fall.falls)), self._edges, self._limits
        base = listing.anchor_at - listing.anchor_us if listing.calendar.always_open else None
        wanted = self._cell(listing) & self._wanted
        first = bisect_right(limits, fall.falls[listing.step])
        place, stride = bisect_right(edges, now), 1
        while wanted and place < len(edges):
            until = min(edges[place], ends_at - 1)
            last = bisect_right(limits, fall.after(listing.elapsed_us(until) if base is None else until - base))
            found = (wanted & self._begun[place]) >> first
            while found:
                bit = found & -found
                rank = first + bit.bit_length() - 1
                if rank >= last:
                    break
                step = fall.step_at(-limits[rank])
                at = instant_of(listing, step) if base is None else base + fall.elapsed_us[step]
                if self._begins[rank] <= at < self._ends[rank] and self._may_meet(rank, listing, at, regrouped):
                    return at, self._terms[rank]
                found ^= bit
            if until < edges[place]:
                return ends_at, None
            first, place, stride = last, _further(place, stride, len(edges)), 2 * stride
        if ends_at < self._horizon:
            return ends_at, None
        return instant_of(listing, fall.table.step_index(listing.elapsed_us(self._horizon - 1)) + 1), None

    def _may_meet(self, rank: int, listing: Listing, at: Instant, regrouped: set[int]) -> bool:
        fit, bid = self._fits[rank], self._bids[rank]
        return (fit is None or fit(listing, at)) and (bid is None or may_meet(bid, listing, at, regrouped))

    def _cell(self, listing: Listing) -> int:
        """All bids that look for such a lead, by what never changes of it."""
        key = listing.region, listing.postcode[:2], listing.seats
        mask = self._cells.get(key)
        if mask is None:
            regions = self._regions.get(None, 0) | self._regions.get(listing.region, 0)
            areas = _sum(found for prefix, found in self._postcodes.items() if _meet(prefix, listing.postcode[:2]))
            seats = _sum(found for most, found in self._seats.items() if most is None or listing.seats <= most)
            mask = self._cells[key] = regions & areas & seats
        return mask


class Lookouts:
    """The lookout of each instant, made anew when enough bids have come since. Made for one playing."""

    def __init__(self, coming: Sequence[Coming]) -> None:
        self._coming = coming
        self._renewed_at: Instant = -1
        self._lookout = Lookout((), (), -1, 0)
        self._shown: set[int] = set()
        """Terms that were shown before, by identity."""
        self.standing: dict[int, Bid] = {}
        """Bids that can be found, by their number."""

    def at(self, now: Instant) -> Lookout:
        """The one to ask at an instant; instants never go back."""
        if now >= self._renewed_at:
            self._renew(now)
        return self._lookout

    def show(self, bid: Bid) -> bool:
        """A bid can be found from here on; returns whether all who sleep know of it."""
        self.standing[bid.seq] = bid
        known = id(bid.terms) not in self._shown
        self._shown.add(id(bid.terms))
        if not self._lookout.show(bid):
            self._renewed_at = -1
            return False
        return known

    def hide(self, bid: Bid) -> None:
        """A bid can be found no more."""
        if self.standing.pop(bid.seq, None) is not None:
            self._lookout.hide(bid.terms)

    def drop(self, terms: Terms) -> None:
        """Terms by which nobody was or will be found."""
        self._shown.add(id(terms))
        self._lookout.hide(terms)

    def _renew(self, now: Instant) -> None:
        first = bisect_left(self._coming, now, key=_begin)
        last = first + max(FEWEST_AHEAD, len(self.standing) // 2)
        ahead = [one for one in self._coming[first:last] if id(one[1]) not in self._shown]
        horizon = self._coming[last][0] if last < len(self._coming) else FOREVER
        self._renewed_at = max(ahead[len(ahead) // 4][0], now + 1) if ahead else FOREVER
        self._lookout = Lookout(self.standing.values(), ahead, now, max(horizon, now + 1))


def may_meet(bid: Bid, listing: Listing, at: Instant, regrouped: set[int]) -> bool:
    """Whether a bid that can be found may buy a listing that fits it, at an instant to come, if nothing else happens.

    Not while it rests with no room at any ask; nor where something stands between them for good, and was noted.
    """
    if bid.resting and bid.low_level is None and (bid.wake_at is None or bid.wake_at > at):
        return False
    return listing.seq not in bid.passed or bid.seq in regrouped


def _masks(wants: Sequence[tuple[T, ...] | None]) -> dict[T | None, int]:
    """By what is wanted, the bids that want it; None: they want anything."""
    ranks: dict[T | None, list[int]] = {}
    for rank, wanted in enumerate(wants):
        if wanted is None:
            ranks.setdefault(None, []).append(rank)
        for one in wanted or ():
            ranks.setdefault(one, []).append(rank)
    return {one: _mask(found, len(wants)) for one, found in ranks.items()}


def _mask(ranks: Iterable[int], many: int) -> int:
    """The integer with these bits, of so many."""
    digits = bytearray(b"0" * (many + 1))
    for rank in ranks:
        digits[many - rank] = ord("1")
    return int(digits, 2)


def _sum(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _further(place: int, stride: int, many: int) -> int:
    """The next edge to look at, further and further away; the last one is not left out."""
    return place + 1 if place + 1 >= many else min(place + stride, many - 1)


def _begin(coming: Coming) -> Instant:
    return coming[0]


def _limit_first(terms: Terms) -> int:
    return -terms.limit_cents


def _seats_wanted(filters: Filters) -> tuple[int, ...] | None:
    return None if filters.seats_at_most is None else (filters.seats_at_most,)


def _meet(prefix: str | None, area: str) -> bool:
    """Whether a lead of two postcode digits may begin with a prefix."""
    return prefix is None or area.startswith(prefix) or prefix.startswith(area)


def _is_plain(filters: Filters) -> bool:
    """Whether the masks say all there is to say."""
    return (
        all(len(prefix) <= 2 for prefix in filters.postcodes or ())
        and filters.age_below_us is None
        and filters.only_from is None
        and not filters.not_from
        and not filters.conditions
    )
