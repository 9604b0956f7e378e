"""Shapes of a fall in decimals: exponential, hyperbolic, two-phase, logistic (rules.md §2.1).

They answer the two questions of `exchange.pricing.shape`. ``falls`` solves each formula for the time, in
`INVERSE`, and lets `first_whole` settle the microsecond; the literal ``value`` decides where it is close.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from typing import Self

from exchange.pricing.precision import (
    GUARDED,
    INVERSE,
    LN2,
    LN_ONE,
    ONE,
    RESULT,
    ROUGH,
    first_whole,
    fixed,
    halved,
    level,
    ln_level,
    ln_start,
    whole_ticks,
)
from exchange.pricing.shape import Fall, check_number, check_time

_CLOSE = Decimal("1e-8")


class _Decay:
    """What the four share: from the real instants of the levels to whole microseconds."""

    __slots__ = ()

    def value(self, start_cents: int, floor_cents: int, tau_us: int, span_us: int) -> Decimal:
        """Exact value in cents, 50 significant digits."""
        raise NotImplementedError

    def crossings(self, start: int, floor: int, span_us: int) -> Iterator[Fall]:
        """For each ask in ticks below the start, the time at which it is reached, in 1/ONE microseconds."""
        raise NotImplementedError

    def falls(self, start_cents: int, floor_cents: int, tick_cents: int, span_us: int) -> Iterator[Fall]:
        """Each ask below the start with its first microsecond, as far as the span reaches."""
        for real, ticks in self.crossings(start_cents // tick_cents, floor_cents // tick_cents, span_us):
            if real > span_us * ONE:
                return

            def holds(tau_us: int, ticks: int = ticks) -> bool:
                return whole_ticks(self.value(start_cents, floor_cents, tau_us, span_us), tick_cents) <= ticks

            yield first_whole(real, holds), ticks

    def cut(self, running_us: int) -> Self:
        """The same shape for another running time."""
        return self


@dataclass(frozen=True, slots=True)
class Exponential(_Decay):
    """``max(F, P * 2^(-tau/h))``: halves every half-life."""

    half_life_us: int

    def __post_init__(self) -> None:
        check_time("half_life_us", self.half_life_us)

    def value(self, start_cents: int, floor_cents: int, tau_us: int, span_us: int) -> Decimal:
        """Exact value in cents, 50 significant digits."""
        return RESULT.max(floor_cents, GUARDED.multiply(start_cents, halved(tau_us, self.half_life_us)))

    def crossings(self, start: int, floor: int, span_us: int) -> Iterator[Fall]:
        """``h * log2(P/L)``."""
        scale, top = fixed(INVERSE.divide(self.half_life_us, LN2)), ln_start(start)
        for ticks in range(start - 1, floor - 1, -1):
            yield scale * (top - ln_level(ticks)) // LN_ONE, ticks


@dataclass(frozen=True, slots=True)
class Hyperbolic(_Decay):
    """``max(F, P * (1 + tau/c)^(-e))``: fast at first, then a long tail, as leads age."""

    scale_us: int
    exponent: Decimal

    def __post_init__(self) -> None:
        check_time("scale_us", self.scale_us)
        check_number("exponent", self.exponent, Decimal("0.01"), Decimal(100))

    def value(self, start_cents: int, floor_cents: int, tau_us: int, span_us: int) -> Decimal:
        """Exact value in cents, 50 significant digits."""
        age = GUARDED.ln(GUARDED.divide(self.scale_us + tau_us, self.scale_us))
        share = GUARDED.exp(GUARDED.multiply(self.exponent.copy_negate(), age))
        return RESULT.max(floor_cents, GUARDED.multiply(start_cents, share))

    def crossings(self, start: int, floor: int, span_us: int) -> Iterator[Fall]:
        """``c * ((P/L)^(1/e) - 1)``."""
        top = INVERSE.multiply(self.scale_us, _root(ln_start(start), self.exponent))
        for ticks in range(start - 1, floor - 1, -1):
            aged = INVERSE.multiply(top, _root(-ln_level(ticks), self.exponent))
            yield fixed(INVERSE.subtract(aged, self.scale_us)), ticks


@lru_cache(maxsize=1 << 16)
def _root(ln: int, exponent: Decimal) -> Decimal:
    """``e^(ln/exponent)``; kept, since listings of one batch share the levels below their start prices."""
    return INVERSE.exp(INVERSE.divide(ln, INVERSE.multiply(exponent, LN_ONE)))


@dataclass(frozen=True, slots=True)
class TwoPhase(_Decay):
    """``max(F, P * (a*2^(-tau/h1) + (1-a)*2^(-tau/h2)))``: a fresh part and an aged part."""

    weight: Decimal
    half_life_us: int
    second_half_life_us: int

    def __post_init__(self) -> None:
        check_number("weight", self.weight, Decimal(0), Decimal(1))
        check_time("half_life_us", self.half_life_us)
        check_time("second_half_life_us", self.second_half_life_us)

    def value(self, start_cents: int, floor_cents: int, tau_us: int, span_us: int) -> Decimal:
        """Exact value in cents, 50 significant digits."""
        fresh = GUARDED.multiply(self.weight, halved(tau_us, self.half_life_us))
        aged = GUARDED.multiply(GUARDED.subtract(1, self.weight), halved(tau_us, self.second_half_life_us))
        return RESULT.max(floor_cents, GUARDED.multiply(start_cents, GUARDED.add(fresh, aged)))

    def crossings(self, start: int, floor: int, span_us: int) -> Iterator[Fall]:
        """No closed form: Newton's method from the crossing before, on the left of a falling convex curve."""
        real = Decimal(0)
        for ticks in range(start - 1, floor - 1, -1):
            share = INVERSE.divide(level(ticks), start)
            real = self._solve(INVERSE, share, self._solve(ROUGH, share, real, span_us), span_us)
            yield fixed(real), ticks

    def _solve(self, context: Context, share: Decimal, real: Decimal, span_us: int) -> Decimal:
        """The time at which the shape is at ``share``, from a time near it, as good as the context.

        After a step d of Newton's method what is left is at most ``max(k) * d^2``, with k the decay rates:
        the second derivative is at most ``max(k)`` times the first. That bounds the error before we stop.
        """
        first_k, second_k = (context.divide(LN2, h) for h in (self.half_life_us, self.second_half_life_us))
        fastest_k, rest = max(first_k, second_k), context.subtract(1, self.weight)
        while real <= span_us:
            past = real.copy_negate()
            first = context.multiply(self.weight, context.exp(context.multiply(first_k, past)))
            second = context.multiply(rest, context.exp(context.multiply(second_k, past)))
            slope = context.fma(first_k, first, context.multiply(second_k, second))
            step = context.divide(context.subtract(context.add(first, second), share), slope)
            real = context.add(real, step)
            if context.multiply(fastest_k, context.multiply(step, step)) < _CLOSE:
                break
        return real


@dataclass(frozen=True, slots=True)
class Logistic(_Decay):
    """``F + (P-F) * A / (1 + e^((tau-m)/w))``, ``A = 1 + e^(-m/w)``: slow, fast around m, slow."""

    midpoint_us: int
    width_us: int

    def __post_init__(self) -> None:
        check_time("midpoint_us", self.midpoint_us)
        check_time("width_us", self.width_us)

    def value(self, start_cents: int, floor_cents: int, tau_us: int, span_us: int) -> Decimal:
        """Exact value in cents, 50 significant digits."""
        fallen = GUARDED.add(1, GUARDED.exp(GUARDED.divide(tau_us - self.midpoint_us, self.width_us)))
        above = GUARDED.divide(GUARDED.multiply(start_cents - floor_cents, self._norm()), fallen)
        return RESULT.add(floor_cents, above)

    def _norm(self) -> Decimal:
        return GUARDED.add(1, GUARDED.exp(GUARDED.divide(-self.midpoint_us, self.width_us)))

    def crossings(self, start: int, floor: int, span_us: int) -> Iterator[Fall]:
        """``m + w * ln((P-F)*A/(L-F) - 1)``."""
        height = INVERSE.multiply(start - floor, self._norm())
        for ticks in range(start - 1, floor - 1, -1):
            odds = INVERSE.subtract(INVERSE.divide(height, level(ticks - floor)), 1)
            yield (
                fixed(INVERSE.add(self.midpoint_us, INVERSE.multiply(self.width_us, INVERSE.ln(odds)))),
                ticks,
            )
