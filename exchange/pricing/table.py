"""A compiled curve: a table of (elapsed running time, ask), looked up ever after (rules.md §2.2, §2.3)."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from operator import neg

from exchange.pricing.curve import Curve
from exchange.pricing.shape import check

HIGHEST_CENTS = 10**12
MOST_LEVELS = 1_000_000
"""Asks between start and floor; finer than that is a mistake in the tick."""


@dataclass(frozen=True, slots=True)
class PriceTable:
    """The asks of one curve between one start price and one floor.

    ``elapsed_us`` rises strictly from 0 and stays below ``duration_us``; ``asks_cents`` falls strictly from
    the start price. Each ask holds from its elapsed running time to the next. Every question is O(log steps).
    """

    start_cents: int
    floor_cents: int
    tick_cents: int
    duration_us: int
    elapsed_us: tuple[int, ...]
    asks_cents: tuple[int, ...]

    def step_index(self, elapsed_us: int) -> int:
        """Which step holds at an elapsed running time; raises ValueError before the start."""
        if elapsed_us < 0:
            raise ValueError(f"{elapsed_us} us lie before the start")
        return bisect_right(self.elapsed_us, elapsed_us) - 1

    def ask_after(self, elapsed_us: int) -> int:
        """The ask in cents; from ``duration_us`` on the last one it had."""
        return self.asks_cents[self.step_index(elapsed_us)]

    def reached_after(self, limit_cents: int) -> int | None:
        """The first elapsed microsecond with ask <= limit; None where the ask never falls so far."""
        index = bisect_left(self.asks_cents, -limit_cents, key=neg)
        return self.elapsed_us[index] if index < len(self.elapsed_us) else None


@lru_cache(maxsize=8_192)
def compile_table(start_cents: int, floor_cents: int, tick_cents: int, curve: Curve) -> PriceTable:
    """The table of a curve; equal arguments give the identical object while it is kept.

    Raises Invalid unless ``0 < tick <= floor <= start``, both prices multiples of the tick.
    """
    _check_prices(start_cents, floor_cents, tick_cents)
    elapsed, asks = [0], [start_cents]
    for tau_us, ticks in curve.shape.falls(start_cents, floor_cents, tick_cents, curve.span_us):
        if tau_us >= curve.span_us:
            break
        _step(elapsed, asks, curve.grace_us + tau_us, ticks * tick_cents)
    if curve.hold_us:
        _step(elapsed, asks, curve.grace_us + curve.span_us, floor_cents)
    return PriceTable(start_cents, floor_cents, tick_cents, curve.duration_us, tuple(elapsed), tuple(asks))


def _step(elapsed: list[int], asks: list[int], at_us: int, ask_cents: int) -> None:
    """Add a fall; steps at one microsecond are one, and no fall is no step."""
    if ask_cents >= asks[-1]:
        return
    if elapsed[-1] == at_us:
        asks[-1] = ask_cents
    else:
        elapsed.append(at_us)
        asks.append(ask_cents)


def _check_prices(start_cents: int, floor_cents: int, tick_cents: int) -> None:
    check(tick_cents > 0, "tick_cents", "must be at least one cent")
    check(floor_cents >= tick_cents, "floor_cents", f"{floor_cents} is below the tick of {tick_cents}")
    check(start_cents >= floor_cents, "start_cents", f"{start_cents} is below the floor of {floor_cents}")
    check(start_cents <= HIGHEST_CENTS, "start_cents", f"must not be above {HIGHEST_CENTS}")
    for field, cents in (("start_cents", start_cents), ("floor_cents", floor_cents)):
        check(cents % tick_cents == 0, field, f"{cents} is no multiple of the tick of {tick_cents}")
    levels = (start_cents - floor_cents) // tick_cents
    check(levels <= MOST_LEVELS, "tick_cents", f"makes {levels} possible asks, at most {MOST_LEVELS} may be")
