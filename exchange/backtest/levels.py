"""At which asks a standing bid may be met, and when: known beforehand, since every order of the past is on the tape.

A listing whose ask falls past nobody's limit need not be looked at. What is said here may be too much (a bid that may
stand at a limit may not), never too little: looking at a step that meets nobody changes nothing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.bid import Bid
from exchange.orderbook.filters import Filters
from exchange.orderbook.listing import Listing
from exchange.orderbook.order import (
    CancelAll,
    CancelBid,
    ChangeBid,
    ChangeMember,
    Order,
    PauseBid,
    StandingBid,
    UnpauseBid,
)

FOREVER: Instant = 1 << 62


class Life:
    """One standing bid from its entry to its last possible instant; ``bid`` is it in the book, once it is there.

    ``orders`` are the instants of all orders that concern it: between two of them nothing from outside changes it.
    """

    __slots__ = ("bid", "buyer", "ends_at", "orders", "terms")

    def __init__(self, buyer: str) -> None:
        self.buyer = buyer
        self.terms: list[tuple[Instant, StandingBid | ChangeBid]] = []
        self.orders: list[Instant] = []
        self.ends_at = FOREVER
        self.bid: Bid | None = None

    def close(self, cancelled_at: Instant) -> None:
        """No longer than its validity, and than its cancellation."""
        last = max(FOREVER if terms.until_at is None else terms.until_at for _, terms in self.terms)
        self.ends_at = min(self.ends_at, last, cancelled_at)

    def is_over(self, now: Instant) -> bool:
        """Whether it can never buy again."""
        return self.ends_at < now or (self.bid is not None and self.bid.ended)

    def idles_past(self, at: Instant, now: Instant) -> bool:
        """Whether it rests, with no room at any ask, and will until after an instant."""
        bid = self.bid
        if bid is None or not bid.resting or bid.low_level is not None:
            return False
        if bid.wake_at is not None and bid.wake_at <= at:
            return False
        following = bisect_right(self.orders, now - 1)
        return following == len(self.orders) or self.orders[following] > at


Place = tuple[Instant, Life, Filters]
"""From when on a bid may stand at a limit, the bid, and what it wants."""


class Cell:
    """The limits of the bids that the book looks for in one cell, lowest first."""

    __slots__ = ("levels", "places")

    def __init__(self, places: dict[Cents, list[Place]]) -> None:
        self.levels = sorted(places)
        self.places = [sorted(places[level], key=_begin) for level in self.levels]

    def below(self, ask: Cents) -> int:
        """The place of the highest limit below an ask; -1 where there is none."""
        return bisect_left(self.levels, ask) - 1

    def may_meet(self, index: int, listing: Listing, at: Instant, now: Instant) -> bool:
        """Whether a listing may meet a bid at a limit at an instant to come."""
        places, over = self.places[index], False
        for place in places:
            begin, life, filters = place
            if begin > at:
                break
            if life.is_over(now):
                over = True
            elif at <= life.ends_at and filters.fit(listing, at) and not life.idles_past(at, now):
                return True
        if over:
            self.places[index] = [place for place in places if not place[1].is_over(now)]
        return False


class LevelPlan:
    """The limits of all bids of a tape, by the cells in which the book looks for them. Made for one playing."""

    def __init__(self, orders: Iterable[tuple[Instant, Order]]) -> None:
        self.lives: dict[str, Life] = {}
        self._of_buyer: dict[str, list[Life]] = {}
        for at, order in orders:
            self._read(at, order)
        cells: dict[str, dict[Cents, list[Place]]] = {}
        for life in self.lives.values():
            life.close(FOREVER)
            for at, terms in life.terms:
                for cell in terms.filters.cells():
                    cells.setdefault(cell, {}).setdefault(terms.limit_cents, []).append((at, life, terms.filters))
        self.cells = {name: Cell(places) for name, places in cells.items()}

    def _read(self, at: Instant, order: Order) -> None:
        if isinstance(order, StandingBid | ChangeBid):
            life = self.lives.get(order.bid_id)
            if life is None:
                life = self.lives[order.bid_id] = Life(order.buyer)
                self._of_buyer.setdefault(order.buyer, []).append(life)
            life.terms.append((at, order))
            life.orders.append(at)
        elif isinstance(order, CancelBid | PauseBid | UnpauseBid):
            life = self.lives.get(order.bid_id)
            if life is not None and life.buyer == order.buyer:
                life.orders.append(at)
                if isinstance(order, CancelBid):
                    life.close(at)
        elif isinstance(order, CancelAll | ChangeMember):
            buyer = order.buyer if isinstance(order, CancelAll) else order.organisation
            for life in self._of_buyer.get(buyer, ()):
                life.orders.append(at)
                if isinstance(order, CancelAll):
                    life.close(at)

    def cells_of(self, listing: Listing) -> list[Cell]:
        """Where a bid on this lead may be."""
        names = (listing.region, listing.postcode[:1], "*")
        return [cell for name in names if (cell := self.cells.get(name)) is not None]


def _begin(place: Place) -> Instant:
    return place[0]
