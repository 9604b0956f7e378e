"""The open listings of a cell by the ask they show."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

from exchange.money import Cents


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
