"""Shapes of a fall in exact integers: linear, stairs, steps, points (rules.md §2.1).

Every shape answers two questions. ``value``: start, floor, running time after the grace (``tau_us``) and the
shape's own length (``span_us``) to the exact value in cents. ``falls``: the same curve read the other way,
each ask in ticks with the first whole microsecond after the grace at which it holds, in order of time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Self

from exchange.errors import Invalid
from exchange.instant import DAY_US
from exchange.pricing.precision import (
    GUARDED,
    INVERSE,
    LN_ONE,
    ONE,
    TIE,
    first_whole,
    ln_level,
    ln_start,
    whole_ticks,
)

Shares = tuple[tuple[int, Decimal], ...]
"""Microseconds after the grace, and the share of the way from floor to start."""
Fall = tuple[int, int]
"""Microseconds after the grace, and the ask in ticks from then on."""

LONGEST_US = 3_660 * DAY_US
"""Ten years: no running time, half-life or width is longer."""
MOST_POINTS = 16
MOST_STEPS = 1_000
_FINEST = Decimal(1).scaleb(-12)


def check(holds: bool, field: str, reason: str) -> None:
    """Refuse a parameter with a sentence; raises Invalid."""
    if not holds:
        raise Invalid(field, reason)


def check_time(field: str, us: int) -> None:
    """A length of time: whole microseconds, more than none, at most ten years; raises Invalid."""
    check(isinstance(us, int), field, f"must be whole microseconds, not {us!r}")
    check(us > 0, field, "must be longer than zero")
    check(us <= LONGEST_US, field, "must not be longer than ten years")


def check_number(field: str, number: Decimal, least: Decimal, most: Decimal) -> None:
    """A finite decimal strictly between two bounds, at most 12 decimals; raises Invalid."""
    check(isinstance(number, Decimal) and number.is_finite(), field, f"must be a decimal number, not {number!r}")
    check(least < number < most, field, f"must lie between {least} and {most}, both excluded, not {number}")
    check(number == number.quantize(_FINEST, context=GUARDED), field, f"has more than 12 decimals: {number}")


@dataclass(frozen=True, slots=True)
class Linear:
    """``P - (P-F) * tau/T``: the same amount every second."""

    def value(self, start_cents: int, floor_cents: int, tau_us: int, span_us: int) -> Fraction:
        """Exact value in cents."""
        return start_cents - Fraction((start_cents - floor_cents) * tau_us, span_us)

    def falls(self, start_cents: int, floor_cents: int, tick_cents: int, span_us: int) -> Iterator[Fall]:
        """Each ask below the start with its first microsecond."""
        start, floor = start_cents // tick_cents, floor_cents // tick_cents
        width = TIE * (start - floor)
        for ticks in range(start - 1, floor - 1, -1):
            yield -((1 - TIE * (start - ticks)) * span_us // width), ticks

    def cut(self, running_us: int) -> Self:
        """The same shape for another running time."""
        return self


@dataclass(frozen=True, slots=True)
class Stairs:
    """``max(F, P * (1-drop)^floor(tau/every))``: a share off the price, again and again."""

    every_us: int
    drop: Decimal

    def __post_init__(self) -> None:
        check_time("every_us", self.every_us)
        check_number("drop", self.drop, Decimal("0.00005"), Decimal(1))

    def value(self, start_cents: int, floor_cents: int, tau_us: int, span_us: int) -> Fraction:
        """Exact value in cents."""
        stairs = tau_us // self.every_us
        if floor_cents and stairs * self._per_stair() > (ln_start(start_cents) - ln_start(floor_cents)) + LN_ONE:
            return Fraction(floor_cents)  # far below it: spare us the power
        return max(Fraction(floor_cents), start_cents * (1 - Fraction(self.drop)) ** stairs)

    def _per_stair(self) -> int:
        """What a stair takes off the logarithm of the price, in units of 1/LN_ONE."""
        return -int(INVERSE.multiply(INVERSE.ln(INVERSE.subtract(1, self.drop)), LN_ONE))

    def falls(self, start_cents: int, floor_cents: int, tick_cents: int, span_us: int) -> Iterator[Fall]:
        """Each ask below the start with its first microsecond; several asks may share a stair."""
        start, floor = start_cents // tick_cents, floor_cents // tick_cents
        per_stair = self._per_stair()
        for ticks in range(start - 1, floor - 1, -1):
            stairs = (ln_start(start) - ln_level(ticks)) * ONE // per_stair
            if stairs * self.every_us > span_us * ONE:
                return

            def holds(stair: int, ticks: int = ticks) -> bool:
                exact = self.value(start_cents, floor_cents, stair * self.every_us, span_us)
                return whole_ticks(exact, tick_cents) <= ticks

            yield self.every_us * first_whole(stairs, holds), ticks

    def cut(self, running_us: int) -> Self:
        """The same shape for another running time."""
        return self


@dataclass(frozen=True, slots=True)
class Points:
    """Shares of the way from floor to start at given times, linear between; the last share stays."""

    points: Shares

    def __post_init__(self) -> None:
        _check_points(self.points, MOST_POINTS)

    def value(self, start_cents: int, floor_cents: int, tau_us: int, span_us: int) -> Fraction:
        """Exact value in cents."""
        return floor_cents + (start_cents - floor_cents) * self._share(tau_us)

    def _share(self, tau_us: int) -> Fraction:
        for (since_us, high), (until_us, low) in pairwise(self.points):
            if tau_us < until_us:
                fallen = Fraction(high) - Fraction(low)
                return Fraction(high) - fallen * Fraction(tau_us - since_us, until_us - since_us)
        return Fraction(self.points[-1][1])

    def falls(self, start_cents: int, floor_cents: int, tick_cents: int, span_us: int) -> Iterator[Fall]:
        """Each ask below the start with its first microsecond, as far as the points reach."""
        start, floor = start_cents // tick_cents, floor_cents // tick_cents
        legs = pairwise([(at_us, int(Fraction(share) * 10**12)) for at_us, share in self.points])
        leg = next(legs, None)
        below = TIE * (start - floor)
        for ticks in range(start - 1, floor - 1, -1):
            wanted = 10**12 * (TIE * (ticks - floor) + 1)
            while leg and leg[1][1] * below > wanted:
                leg = next(legs, None)
            if leg is None:
                return
            (since_us, high), (until_us, low) = leg
            yield since_us - (wanted - high * below) * (until_us - since_us) // (below * (high - low)), ticks

    def cut(self, running_us: int) -> Self:
        """Without the points beyond another running time (scripts.md, ``for 2h``)."""
        return replace(self, points=_cut(self.points, running_us))


@dataclass(frozen=True, slots=True)
class Steps:
    """Shares of the way from floor to start that hold from given times on; the last share stays."""

    points: Shares

    def __post_init__(self) -> None:
        _check_points(self.points, MOST_STEPS)

    def value(self, start_cents: int, floor_cents: int, tau_us: int, span_us: int) -> Fraction:
        """Exact value in cents."""
        share = next(share for since_us, share in reversed(self.points) if since_us <= tau_us)
        return floor_cents + (start_cents - floor_cents) * Fraction(share)

    def falls(self, start_cents: int, floor_cents: int, tick_cents: int, span_us: int) -> Iterator[Fall]:
        """The ask at each of the times."""
        for since_us, _ in self.points[1:]:
            yield since_us, whole_ticks(self.value(start_cents, floor_cents, since_us, span_us), tick_cents)

    def cut(self, running_us: int) -> Self:
        """Without the steps beyond another running time (scripts.md, ``for 2h``)."""
        return replace(self, points=_cut(self.points, running_us))


def _cut(points: Shares, running_us: int) -> Shares:
    return tuple(point for point in points if point[0] <= running_us)


def _check_points(points: Shares, most: int) -> None:
    check(bool(points) and points[0] == (0, Decimal(1)), "points", "must begin at zero with 100%")
    check(len(points) <= most, "points", f"must be at most {most}, not {len(points)}")
    for at_us, share in points[1:]:
        check_time("points", at_us)
        check_number("points", share, Decimal(-1), Decimal(2))
        check(0 <= share <= 1, "points", f"shares lie between 0% and 100%, not {share}")
    for (before_us, high), (after_us, low) in pairwise(points):
        check(before_us < after_us, "points", f"times must rise: {after_us} us comes after {before_us} us")
        check(low <= high, "points", f"a price never rises: {low} comes after {high}")
