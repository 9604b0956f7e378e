"""The bids of a cell by the ask that reaches them."""

from bisect import bisect_left, insort
from operator import attrgetter

from exchange.money import Cents
from exchange.orderbook.bid import Bid

service_order = attrgetter("service_order")


class BidIndex:
    """The bids of one cell (a region, a postcode digit, or everywhere) by level, that is limit or room.

    Within a level they stand in order of service.
    """

    __slots__ = ("at", "levels")

    def __init__(self) -> None:
        self.levels: list[Cents] = []
        self.at: dict[Cents, list[Bid]] = {}

    def add(self, level: Cents, bid: Bid) -> None:
        """Let the bid be found when an ask falls to this level."""
        bids = self.at.get(level)
        if bids is None:
            insort(self.levels, level)
            self.at[level] = [bid]
        else:
            insort(bids, bid, key=service_order)

    def remove(self, level: Cents, bid: Bid) -> None:
        """Forget the bid at this level."""
        bids = self.at[level]
        del bids[bisect_left(bids, bid.service_order, key=service_order)]
        if not bids:
            del self.at[level]
            del self.levels[bisect_left(self.levels, level)]

    def between(self, low: Cents, high: Cents) -> list[list[Bid]]:
        """The levels an ask falling from ``high`` to ``low`` reaches, low <= level < high, each in order of service."""
        first = bisect_left(self.levels, low)
        if first == len(self.levels) or self.levels[first] >= high:
            return []
        return [self.at[level] for level in self.levels[first : bisect_left(self.levels, high, first)]]
