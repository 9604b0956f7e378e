"""What bids want of a lead, worked out beforehand: as bits where it never changes of a lead, as answers remembered."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from exchange.instant import Instant
from exchange.orderbook.filters import Condition, Filters
from exchange.orderbook.listing import Listing

T = TypeVar("T")
_Known = tuple[str, Condition, dict[str | None, bool]]
"""The question, the demand on its answer, and which answers were seen to meet it."""


class Wish:
    """Filters that say more than the bits of `Cells` do; the same as `Filters.fit` for leads of those bits."""

    __slots__ = ("_conditions", "_filters", "_only_conditions")

    def __init__(self, filters: Filters, conditions: Sequence[_Known]) -> None:
        self._filters = filters
        self._conditions = conditions
        self._only_conditions = _is_plain(filters)

    def holds(self, listing: Listing, at: Instant) -> bool:
        """Whether a bid of these filters wants the listing at an instant."""
        answers = listing.answers
        for key, condition, known in self._conditions:
            answer = answers.get(key)
            holds = known.get(answer)
            if holds is None:
                holds = known[answer] = condition.holds(answer)
            if not holds:
                return False
        return self._only_conditions or self._filters.fit(listing, at)


class Wishes:
    """The wishes of one playing. Filters that the bits say all of have none."""

    def __init__(self) -> None:
        self._known: dict[Filters, Wish | None] = {}
        self._answers: dict[Condition, dict[str | None, bool]] = {}

    def of(self, filters: Filters) -> Wish | None:
        """What is to be asked besides the bits; None for nothing."""
        if filters not in self._known:
            conditions = [(one.key, one, self._answers.setdefault(one, {})) for one in filters.conditions]
            self._known[filters] = None if _is_plain(filters) and not conditions else Wish(filters, conditions)
        return self._known[filters]


class Cells:
    """For each kind of lead (region, two postcode digits, seats) the filters that may want it, as bits."""

    def __init__(self, all_filters: Sequence[Filters]) -> None:
        self._regions = _masks([filters.regions for filters in all_filters])
        self._areas = _masks([_areas(filters) for filters in all_filters])
        self._seats = _masks([_seats_wanted(filters) for filters in all_filters])
        self._cells: dict[tuple[str, str, int], int] = {}

    def of(self, listing: Listing) -> int:
        """All that may want such a lead, the first as the lowest bit."""
        key = listing.region, listing.postcode[:2], listing.seats
        mask = self._cells.get(key)
        if mask is None:
            mask = self._cells[key] = self._made(*key)
        return mask

    def _made(self, region: str, area: str, seats: int) -> int:
        regions = self._regions.get(None, 0) | self._regions.get(region, 0)
        areas = self._areas.get(None, 0) | self._areas.get(area[:1], 0) | self._areas.get(area, 0)
        found = 0
        for most, wanting in self._seats.items():
            if most is None or seats <= most:
                found |= wanting
        return regions & areas & found


def _is_plain(filters: Filters) -> bool:
    """Whether, but for conditions, the bits say all there is to say."""
    return (
        all(len(prefix) <= 2 for prefix in filters.postcodes or ())
        and filters.age_below_us is None
        and filters.only_from is None
        and not filters.not_from
    )


def _masks(wants: Sequence[tuple[T, ...] | None]) -> dict[T | None, int]:
    """By what is wanted, those that want it; None: they want anything."""
    ranks: dict[T | None, list[int]] = {}
    for rank, wanted in enumerate(wants):
        if wanted is None:
            ranks.setdefault(None, []).append(rank)
        for one in wanted or ():
            ranks.setdefault(one, []).append(rank)
    return {one: mask_of(found, len(wants)) for one, found in ranks.items()}


def mask_of(ranks: Iterable[int], many: int) -> int:
    """The integer with these bits, of so many."""
    digits = bytearray(b"0" * (many + 1))
    for rank in ranks:
        digits[many - rank] = ord("1")
    return int(digits, 2)


def _seats_wanted(filters: Filters) -> tuple[int, ...] | None:
    return None if filters.seats_at_most is None else (filters.seats_at_most,)


def _areas(filters: Filters) -> tuple[str, ...] | None:
    """Postcode prefixes of one digit or two; longer ones are looked at by the wish."""
    return None if filters.postcodes is None else tuple({prefix[:2] for prefix in filters.postcodes})
