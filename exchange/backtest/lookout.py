"""Which standing bid a falling listing meets next: bids as bits of integers, the highest limit first.

Who looks for a region, a postcode and so many seats is a mask, and so is who can be found at all; a falling ask
uncovers the bits of both one after the other. What is said may be too much, never too little: looking at a step that
meets nobody changes nothing. Bids to come have their bits beforehand, since the past knows them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from exchange.backtest.batch import Fall, Way, instant_of
from exchange.backtest.foresight import Foreseen
from exchange.backtest.wish import Cells, mask_of
from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.bid import Bid
from exchange.orderbook.listing import Listing
from exchange.orderbook.order import BidTerms

Coming = tuple[Instant, BidTerms]
"""When terms of a bid are ordered, and they."""
Met = tuple[Instant, int | None]
"""When a listing meets a bid, and its rank; None: it meets none before its end."""
EDGES = 32
"""Into how many stretches the time ahead is cut, each with as many bids to come."""
FEW = 8
"""So many bids to come are looked at one after the other, whenever they come."""


class Lookout:
    """Bids that stand and all that come before ``horizon``, by their terms as they were ordered.

    Of later instants nothing is known: whoever asks sleeps until then, and asks a later lookout.
    """

    def __init__(
        self, standing: Iterable[Bid], coming: Sequence[Coming], now: Instant, horizon: Instant, known: Foreseen
    ) -> None:
        bids = {id(bid.terms): bid for bid in standing}
        begins = {id(terms): at for at, terms in coming if id(terms) not in bids}
        terms = [bid.terms for bid in bids.values()] + [terms for _, terms in coming if id(terms) in begins]
        terms.sort(key=_limit_first)
        many = len(terms)
        self._horizon = horizon
        self._terms = terms
        self._ranks = {id(one): rank for rank, one in enumerate(terms)}
        self._bids = [bids.get(id(one)) for one in terms]
        self._limits = [-one.limit_cents for one in terms]
        self._begins = [begins.get(id(one), now) for one in terms]
        self._ends = [known.end_of(one) for one in terms]
        self._standing = mask_of((rank for rank, bid in enumerate(self._bids) if bid is not None), many)
        self._ahead = mask_of((rank for rank, bid in enumerate(self._bids) if bid is None), many)
        ahead = [at for at, _ in coming]
        stretch = max(1, len(ahead) // EDGES)
        self._edges = [edge for edge in dict.fromkeys(ahead[stretch - 1 :: stretch]) if now < edge < horizon - 1]
        self._edges.append(horizon - 1)
        self._begun = [mask_of((n for n, at in enumerate(self._begins) if at <= edge), many) for edge in self._edges]
        self._resting: dict[Instant, int] = {}
        """Bids that rest with no room at any ask, by when they wake; they are not among those that stand."""
        self._wakes: dict[int, Instant | None] = {}
        for bid in bids.values():
            if is_idle(bid):
                self.rest(bid)
        self._wishes = [known.wishes.of(one.filters) for one in terms]
        self._cells = Cells([one.filters for one in terms])

    def show(self, bid: Bid) -> bool:
        """From here on it can be found; returns whether that was known beforehand."""
        rank = self._ranks.get(id(bid.terms))
        if rank is None:
            return False
        self._bids[rank] = bid
        self._standing |= 1 << rank
        self._ahead &= ~(1 << rank)
        if is_idle(bid):
            self.rest(bid)
        return True

    def live_on(self, terms: BidTerms, until: Instant) -> None:
        """A bid does not end when it was thought to."""
        rank = self._ranks.get(id(terms))
        if rank is not None:
            self._ends[rank] = until

    def rest(self, bid: Bid) -> None:
        """It rests with no room: only from when it wakes may it be met."""
        rank = self._ranks.get(id(bid.terms))
        if rank is None:
            return
        self.stir(bid)
        self._standing &= ~(1 << rank)
        self._wakes[rank] = bid.wake_at
        if bid.wake_at is not None:
            self._resting[bid.wake_at] = self._resting.get(bid.wake_at, 0) | 1 << rank

    def stir(self, bid: Bid) -> None:
        """It rests no longer, or has room."""
        rank = self._ranks.get(id(bid.terms))
        if rank is not None and self._forget(rank):
            self._standing |= 1 << rank

    def _forget(self, rank: int) -> bool:
        """It is not among those that rest; returns whether it was."""
        if rank not in self._wakes:
            return False
        wake_at = self._wakes.pop(rank)
        if wake_at is not None:
            self._resting[wake_at] &= ~(1 << rank)
            if not self._resting[wake_at]:
                del self._resting[wake_at]
        return True

    def hide(self, terms: BidTerms) -> None:
        """Nobody can be found by these terms."""
        rank = self._ranks.get(id(terms))
        if rank is not None:
            self._forget(rank)
            self._standing &= ~(1 << rank)
            self._ahead &= ~(1 << rank)

    def reached(self, listing: Listing, low: Cents, high: Cents, at: Instant) -> list[Bid]:
        """Bids that can be found and want the listing at this instant, with limits in [low, high); in no order."""
        first, last = bisect_right(self._limits, -high), bisect_right(self._limits, -low)
        found = ((self._cells.of(listing) & self._standing) >> first) & ((1 << last - first) - 1)
        bids: list[Bid] = []
        while found:
            bit = found & -found
            found ^= bit
            rank = first + bit.bit_length() - 1
            wish, bid = self._wishes[rank], self._bids[rank]
            if bid is not None and (wish is None or wish.holds(listing, at)):
                bids.append(bid)
        return bids

    def next_look(
        self, listing: Listing, fall: Fall, now: Instant, regrouped: set[int]
    ) -> tuple[Instant, BidTerms | None]:
        """The first step to come at which the listing may meet a bid, and the terms of that.

        None for the terms: the instant is the listing's end, or a step at which a later lookout is needed.
        ``regrouped`` are bids (by sequence number) whose firm has changed its group.
        """
        way, first = Way(listing, fall), bisect_right(self._limits, fall.falls[listing.step])
        cell = self._cells.of(listing)
        found = (cell & self._standing) >> first
        for wake_at, resting in self._resting.items():
            if cell & resting and wake_at < way.ends_at:
                begin = first
                if wake_at - 1 > now:
                    begin = max(first, bisect_right(self._limits, way.falls_after(wake_at - 1)))
                found |= (cell & resting) >> begin << begin - first
        at, rank = self._standing_first(found, first, way, regrouped)
        ahead = cell & self._ahead
        if ahead >> first:
            at, rank = self._coming_sooner(ahead, first, way, now, (at, rank))
        if at < self._horizon:
            return at, None if rank is None else self._terms[rank]
        return instant_of(listing, fall.table.step_index(listing.elapsed_us(self._horizon - 1)) + 1), None

    def _standing_first(self, found: int, first: int, way: Way, regrouped: set[int]) -> Met:
        """Whom of those that can be found the listing meets first, and when; else its end."""
        listing, limits, wishes, bids = way.listing, self._limits, self._wishes, self._bids
        reached_us, base, ends_us, ends = way.fall.reached_us, way.base, way.ends_us, self._ends
        while found:
            bit = found & -found
            rank = first + bit.bit_length() - 1
            elapsed_us = reached_us(-limits[rank])
            if elapsed_us >= ends_us:
                break
            at = way.instant_after(elapsed_us) if base is None else base + elapsed_us
            wish, bid = wishes[rank], bids[rank]
            if (
                at < ends[rank]
                and (wish is None or wish.holds(listing, at))
                and (bid is None or may_meet(bid, listing, at, regrouped))
            ):
                return at, rank
            found ^= bit
        return way.ends_at, None

    def _coming_sooner(self, ahead: int, first: int, way: Way, now: Instant, known: Met) -> Met:
        """Whom of those to come the listing meets before that; looked for as the ask falls, further and further."""
        edges, limits, stride = self._edges, self._limits, 1
        most = len(limits) if known[1] is None else known[1]
        last_place = min(bisect_left(edges, known[0]), len(edges) - 1)
        found = ((ahead & self._begun[last_place]) >> first) & ((1 << most - first) - 1)
        if not found:
            return known
        place = last_place if found.bit_count() <= FEW else bisect_right(edges, now)
        reached_us, base, ends_us, begins, ends = way.fall.reached_us, way.base, way.ends_us, self._begins, self._ends
        while place <= last_place:
            last = most
            if place < last_place:
                last = min(most, bisect_right(limits, way.falls_after(edges[place])))
                found = (ahead & self._begun[place]) >> first
            while found:
                bit = found & -found
                rank = first + bit.bit_length() - 1
                elapsed_us = reached_us(-limits[rank])
                if rank >= last or elapsed_us >= ends_us:
                    break
                at = way.instant_after(elapsed_us) if base is None else base + elapsed_us
                if begins[rank] <= at < ends[rank] and self._wants(rank, way.listing, at):
                    return at, rank
                found ^= bit
            if place == last_place:
                break
            first, place, stride = last, min(place + stride, last_place), 2 * stride
            found = ((ahead & self._begun[last_place]) >> first) & ((1 << most - first) - 1)
        return known

    def _wants(self, rank: int, listing: Listing, at: Instant) -> bool:
        wish = self._wishes[rank]
        return wish is None or wish.holds(listing, at)


def is_idle(bid: Bid) -> bool:
    """Whether a bid rests with no room at any ask."""
    return bid.resting and bid.low_level is None


def may_meet(bid: Bid, listing: Listing, at: Instant, regrouped: set[int]) -> bool:
    """Whether a bid that can be found may buy a listing that fits it, at an instant to come, if nothing else happens.

    Not while it rests with no room at any ask; nor where something stands between them for good, and was noted.
    """
    if is_idle(bid) and (bid.wake_at is None or bid.wake_at > at):
        return False
    return listing.seq not in bid.passed or bid.seq in regrouped


def _limit_first(terms: BidTerms) -> int:
    return -terms.limit_cents
