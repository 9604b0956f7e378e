"""Two indexes of the book: bids by the ask that reaches them, listings by the ask they show."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
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


class AskIndex:
    """The open listings of one cell (region and two postcode digits) by ask; within an ask by sequence number."""

    __slots__ = ("asks", "at")

    def __init__(self) -> None:
        self.asks: list[Cents] = []
        self.at: dict[Cents, list[int]] = {}

    def add(self, ask: Cents, seq: int) -> None:
        """Note that the listing shows this ask."""
        seqs = self.at.get(ask)
        if seqs is None:
            insort(self.asks, ask)
            self.at[ask] = [seq]
        elif seqs[-1] < seq:
            seqs.append(seq)
        else:
            insort(seqs, seq)

    def remove(self, ask: Cents, seq: int) -> None:
        """Note that the listing no longer shows this ask."""
        seqs = self.at[ask]
        del seqs[bisect_left(seqs, seq)]
        if not seqs:
            del self.at[ask]
            del self.asks[bisect_left(self.asks, ask)]

    def up_to(self, limit: Cents) -> Iterator[tuple[Cents, list[int]]]:
        """Asks not above the limit, lowest first, each with a copy of its listings in order of sequence."""
        for ask in self.asks[: bisect_right(self.asks, limit)]:
            yield ask, list(self.at.get(ask, ()))
