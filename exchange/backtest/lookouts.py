"""What is known of bids at each instant of a playing: who can be found, who will come, who is thought to have ended.

A `Lookout` is made of it now and then.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from exchange.backtest.batch import FOREVER
from exchange.backtest.foresight import Foreseen
from exchange.backtest.lookout import Coming, Lookout, is_idle
from exchange.instant import Instant
from exchange.orderbook.bid import Bid
from exchange.orderbook.order import BidTerms

FEWEST_AHEAD = 512
"""At least so many bids to come have their bits."""


class Lookouts:
    """The lookout of each instant, made anew when enough bids have come since. Made for one playing."""

    def __init__(self, coming: Sequence[Coming], ends: Mapping[str, Instant]) -> None:
        self._coming = coming
        self._renewed_at: Instant = -1
        self._known = Foreseen(ends)
        self._lookout = Lookout((), (), -1, 0, self._known)
        self._shown: set[int] = set()
        """Terms that were shown before, by identity."""
        self._missed: set[str] = set()
        """Bids that were thought to have ended before they came."""
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
        if bid.bid_id in self._missed:
            self._missed.discard(bid.bid_id)
            self._lookout.live_on(bid.terms, self._known.end_of(bid.terms))
            known = False
        self._shown.add(id(bid.terms))
        if not self._lookout.show(bid):
            self._renewed_at = -1
            return False
        return known

    def hide(self, bid: Bid) -> None:
        """A bid can be found no more."""
        if self.standing.pop(bid.seq, None) is not None:
            self._lookout.hide(bid.terms)

    def rest(self, bid: Bid) -> None:
        """Whether a bid rests, and when it wakes, is no longer what it was."""
        if bid.seq in self.standing:
            if is_idle(bid):
                self._lookout.rest(bid)
            else:
                self._lookout.stir(bid)

    def outlived(self, at: Instant, bids: Mapping[str, Bid]) -> tuple[Instant, Bid] | None:
        """A bid that can be found at an instant though it was thought to have ended, and since when."""
        while (over := self._known.over_by(at)) is not None:
            since, bid = over[0], bids.get(over[1])
            if bid is None:
                self._missed.add(over[1])
            else:
                self._lookout.live_on(bid.terms, self._known.end_of(bid.terms))
                if bid.seq in self.standing:
                    return since, bid
        return None

    def drop(self, terms: BidTerms) -> None:
        """Terms by which nobody was or will be found."""
        self._shown.add(id(terms))
        self._lookout.hide(terms)

    def _renew(self, now: Instant) -> None:
        first = bisect_left(self._coming, now, key=_begin)
        last = first + max(FEWEST_AHEAD, len(self.standing) // 2)
        ahead = [one for one in self._coming[first:last] if id(one[1]) not in self._shown]
        horizon = self._coming[last][0] if last < len(self._coming) else FOREVER
        self._renewed_at = max(ahead[len(ahead) // 4][0], now + 1) if ahead else FOREVER
        self._lookout = Lookout(self.standing.values(), ahead, now, max(horizon, now + 1), self._known)


def _begin(coming: Coming) -> Instant:
    return coming[0]
