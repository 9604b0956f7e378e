"""Resting bids that can still pay something, by how much: below their limits they must be found there too."""

from bisect import bisect_left
from collections.abc import Iterator

from exchange.money import Cents
from exchange.orderbook.bid import Bid
from exchange.orderbook.listing import Listing
from exchange.orderbook.reach import BidIndex


class Rooms:
    """By the cells of `Filters.cells`."""

    def __init__(self) -> None:
        self._cells: dict[str, BidIndex] = {}

    def move(self, bid: Bid, before: Cents | None, now: Cents | None) -> None:
        """A bid's room is another one; None: it has none, or needs none."""
        for cell in bid.terms.filters.cells():
            if before is not None:
                self._cells[cell].remove(before, bid)
            if now is not None:
                self._cells.setdefault(cell, BidIndex()).add(now, bid)

    def below(self, listing: Listing) -> Cents | None:
        """The highest room below the ask, in the cells of the listing."""
        places = ((index.levels, bisect_left(index.levels, listing.ask_cents)) for index in self._of(listing))
        return max((levels[place - 1] for levels, place in places if place), default=None)

    def between(self, listing: Listing, low: Cents, high: Cents) -> list[Bid]:
        """Bids with room in [low, high), in the cells of the listing."""
        return [bid for index in self._of(listing) for bids in index.between(low, high) for bid in bids]

    def _of(self, listing: Listing) -> Iterator[BidIndex]:
        if not self._cells:
            return
        for cell in (listing.region, listing.postcode[:1], "*"):
            if cell in self._cells:
                yield self._cells[cell]
