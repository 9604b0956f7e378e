"""Random curves and prices for property tests, and the simplest possible judge of a compiled table."""

from decimal import Decimal

from hypothesis import strategies as st

from exchange.instant import DAY_US, HOUR_US
from exchange.pricing.curve import (
    Curve,
    Exponential,
    Hyperbolic,
    Linear,
    Logistic,
    Points,
    Shape,
    Stairs,
    Steps,
    TwoPhase,
)
from exchange.pricing.precision import whole_ticks

times = st.one_of(st.integers(1, 5), st.integers(1, 50 * HOUR_US), st.integers(1, 400 * DAY_US))
percents = st.integers(1, 99).map(lambda percent: Decimal(percent).scaleb(-2))


@st.composite
def shares(draw: st.DrawFn, within_us: int) -> tuple[tuple[int, Decimal], ...]:
    count = draw(st.integers(0, 15))
    at = sorted(draw(st.sets(st.integers(1, within_us), max_size=count))) if within_us else []
    falling = sorted(draw(st.lists(st.integers(0, 1000), min_size=len(at), max_size=len(at))), reverse=True)
    return ((0, Decimal(1)), *((us, Decimal(share).scaleb(-3)) for us, share in zip(at, falling, strict=True)))


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    duration_us = draw(st.integers(20, 60 * DAY_US))
    grace_us = draw(st.one_of(st.just(0), st.integers(0, duration_us // 2)))
    hold_bp = draw(st.sampled_from([0, 1, 500, 2_000, 4_000]))
    shape: st.SearchStrategy[Shape] = st.one_of(
        st.just(Linear()),
        st.builds(Exponential, times),
        st.builds(Stairs, times, percents),
        st.builds(Hyperbolic, times, st.sampled_from([Decimal("0.77"), Decimal("0.5"), Decimal(1), Decimal(3)])),
        st.builds(TwoPhase, percents, times, times),
        st.builds(Logistic, times, times),
        st.builds(Points, shares(duration_us - grace_us)),
        st.builds(Steps, shares(duration_us - grace_us)),
    )
    return Curve(draw(shape), duration_us, grace_us, hold_bp)


@st.composite
def prices(draw: st.DrawFn) -> tuple[int, int, int]:
    """Start, floor and tick in cents."""
    tick = draw(st.sampled_from([1, 5, 50, 100]))
    floor = draw(st.integers(1, 60))
    return tick * (floor + draw(st.integers(0, 60))), tick * floor, tick


def judged_ask(start: int, floor: int, tick: int, curve: Curve, elapsed_us: int) -> int:
    """The ask by the letter of rules.md §2: the exact value, rounded."""
    return tick * whole_ticks(curve.value(start, floor, elapsed_us), tick)


def judged_first(start: int, floor: int, tick: int, curve: Curve, ask: int) -> int | None:
    """The first microsecond at which the judged ask is at most this, by bisection."""
    before, after = -1, curve.duration_us - 1
    if judged_ask(start, floor, tick, curve, after) > ask:
        return None
    while after - before > 1:
        middle = (before + after) // 2
        if judged_ask(start, floor, tick, curve, middle) > ask:
            before = middle
        else:
            after = middle
    return after
