"""What a standing bid wants of a lead: regions, postcodes, answers, age, seats, suppliers (rules.md §3)."""

from dataclasses import dataclass
from decimal import Decimal
from re import ASCII
from re import compile as pattern
from typing import Literal

from exchange.instant import Instant
from exchange.orderbook.listing import Listing

Operator = Literal["=", "!=", "<", "<=", ">", ">="]

_NUMBER = pattern(r"-?\d{1,18}(\.\d{1,6})?\Z", ASCII)


def number_of(text: str) -> Decimal | None:
    """The number an answer states, or None where it is not one."""
    return Decimal(text) if _NUMBER.match(text) else None


@dataclass(frozen=True, slots=True)
class Condition:
    """One demand on an answer: ``kwh >= 3000``, ``roof = flat|pitched``. A missing answer fits no condition."""

    key: str
    operator: Operator
    values: tuple[str, ...]

    def holds(self, answer: str | None) -> bool:
        """Whether this answer satisfies the condition; numbers compare as numbers, everything else as text."""
        if answer is None:
            return False
        if self.operator == "=":
            return any(_same(answer, value) for value in self.values)
        if self.operator == "!=":
            return not any(_same(answer, value) for value in self.values)
        return any(_ordered(answer, self.operator, value) for value in self.values)


def _same(answer: str, value: str) -> bool:
    if answer == value:
        return True
    left, right = number_of(answer), number_of(value)
    return left is not None and left == right


def _ordered(answer: str, operator: Operator, value: str) -> bool:
    left, right = number_of(answer), number_of(value)
    if left is None or right is None:
        return False
    if operator == "<":
        return left < right
    if operator == "<=":
        return left <= right
    return left > right if operator == ">" else left >= right


@dataclass(frozen=True, slots=True)
class Filters:
    """All demands hold together; None asks for nothing. An empty tuple is refused at the door, never "all"."""

    regions: tuple[str, ...] | None = None
    postcodes: tuple[str, ...] | None = None
    """Postcode prefixes, one to five digits."""
    conditions: tuple[Condition, ...] = ()
    age_below_us: int | None = None
    seats_at_most: int | None = None
    """1 takes only exclusive leads."""
    only_from: tuple[str, ...] | None = None
    not_from: tuple[str, ...] = ()

    def fit(self, listing: Listing, at: Instant) -> bool:
        """Whether the bid wants this listing at this instant (a lead only grows older)."""
        return (
            (self.regions is None or listing.region in self.regions)
            and (self.postcodes is None or listing.postcode.startswith(self.postcodes))
            and (self.seats_at_most is None or listing.seats <= self.seats_at_most)
            and (self.age_below_us is None or at - listing.asked_at < self.age_below_us)
            and (self.only_from is None or listing.supplier in self.only_from)
            and listing.supplier not in self.not_from
            and all(c.holds(listing.answers.get(c.key)) for c in self.conditions)
        )

    def cells(self) -> tuple[str, ...]:
        """Where the book looks for this bid: its regions, else first postcode digits, else everywhere."""
        if self.regions is not None:
            return self.regions
        if self.postcodes is not None:
            return tuple(sorted({prefix[0] for prefix in self.postcodes}))
        return ("*",)

    def wider_than(self, other: "Filters") -> bool:
        """Whether these filters may let in a lead the other ones kept out: such a change loses its place."""
        return not self._within(other)

    def _within(self, other: "Filters") -> bool:
        return (
            _subset(self.regions, other.regions)
            and _prefixes_within(self.postcodes, other.postcodes)
            and _at_most(self.age_below_us, other.age_below_us)
            and _at_most(self.seats_at_most, other.seats_at_most)
            and _subset(self.only_from, other.only_from)
            and set(other.not_from) <= set(self.not_from)
            and set(other.conditions) <= set(self.conditions)
        )


def _subset(mine: tuple[str, ...] | None, theirs: tuple[str, ...] | None) -> bool:
    return theirs is None or (mine is not None and set(mine) <= set(theirs))


def _prefixes_within(mine: tuple[str, ...] | None, theirs: tuple[str, ...] | None) -> bool:
    return theirs is None or (mine is not None and all(prefix.startswith(theirs) for prefix in mine))


def _at_most(mine: int | None, theirs: int | None) -> bool:
    return theirs is None or (mine is not None and mine <= theirs)
