"""`make bench-pricing`: what a price costs, each against the obvious naive form in the same run.

Naive is what one would write first: evaluate the exact formula for every question, and find each step by
bisecting that formula over the running time. It is measured on a sample (every twelfth step, two thousand asks)
and scaled, since all of it would take minutes.
"""

import argparse
import random
from collections.abc import Callable
from decimal import Decimal
from statistics import median
from time import process_time

import numpy as np

from exchange.calendars import make_calendar
from exchange.instant import DAY_US, HOUR_US, MINUTE_US, from_text
from exchange.pricing import precision
from exchange.pricing.curve import (
    Curve,
    Exponential,
    Hyperbolic,
    Linear,
    Logistic,
    Points,
    Stairs,
    TwoPhase,
    family_of,
)
from exchange.pricing.schedule import Schedule, Terms
from exchange.pricing.table import PriceTable, compile_table
from tests.bench.figures import Figure, seconds, show

NOW = from_text("2026-03-04T12:00:00Z")
START, FLOOR, TICK = 9000, 3000, 50
CURVE = Curve(Exponential(10 * HOUR_US), 3 * DAY_US)
OTHERS = [
    Curve(shape, 3 * DAY_US)
    for shape in (
        Linear(),
        Stairs(HOUR_US, Decimal("0.02")),
        Points(((0, Decimal(1)), (6 * HOUR_US, Decimal("0.4")), (60 * HOUR_US, Decimal(0)))),
        Hyperbolic(DAY_US, Decimal("0.77")),
        Logistic(DAY_US, 3 * HOUR_US),
        TwoPhase(Decimal("0.5"), 4 * HOUR_US, 6 * DAY_US),
    )
]


def naive_ask(curve: Curve, elapsed_us: int) -> int:
    """The ask by the letter of rules.md §2.3."""
    return TICK * precision.whole_ticks(curve.value(START, FLOOR, elapsed_us), TICK)


def naive_steps(curve: Curve, asks: list[int]) -> list[int]:
    """The first microsecond of each ask, by bisecting the exact formula."""
    found = []
    for ask in asks:
        before, after = 0, curve.duration_us - 1
        while after - before > 1:
            middle = (before + after) // 2
            before, after = (before, middle) if naive_ask(curve, middle) <= ask else (middle, after)
        found.append(after)
    return found


def fresh(curve: Curve, *, logarithms_known: bool = True) -> Callable[[], PriceTable]:
    """Compile with an empty cache, as for a start price never seen; or as the first thing a process does."""

    def work() -> PriceTable:
        compile_table.cache_clear()
        if not logarithms_known:
            precision._ln.clear()
        return compile_table(START, FLOOR, TICK, curve)

    return work


def naive_us(curve: Curve) -> float:
    """Microseconds to find all steps the naive way, which must find the same ones."""
    table = compile_table(START, FLOOR, TICK, curve)
    inside = [index for index in range(1, len(table.asks_cents)) if table.elapsed_us[index] < curve.span_us]
    sample = inside[::12]
    asks = [table.asks_cents[index] for index in sample]
    assert naive_steps(curve, asks) == [table.elapsed_us[index] for index in sample]
    return seconds(lambda: naive_steps(curve, asks), times=3) / len(sample) * len(inside) * 1e6


def compiling() -> list[Figure]:
    naive = naive_us(CURVE)
    steps = len(compile_table(START, FLOOR, TICK, CURVE).asks_cents) - 1
    first = seconds(fresh(CURVE, logarithms_known=False), times=15) * 1e6
    figures = [
        Figure(f"compile {steps} steps, exponential, first of a process", first, "us", naive),
        Figure(f"compile {steps} steps, exponential, fresh", seconds(fresh(CURVE), times=25) * 1e6, "us", naive),
    ]
    fresh(CURVE)()
    cached = seconds(lambda: compile_table(START, FLOOR, TICK, CURVE), loops=2_000) * 1e6
    figures.append(Figure("compile, cached", cached, "us", naive))
    for curve in OTHERS:
        steps = len(compile_table(START, FLOOR, TICK, curve).asks_cents) - 1
        took = seconds(fresh(curve), times=9) * 1e6
        figures.append(Figure(f"compile {steps} steps, {family_of(curve.shape)}, fresh", took, "us", naive_us(curve)))
    return figures


def looking_up() -> list[Figure]:
    table = compile_table(START, FLOOR, TICK, CURVE)
    hours = make_calendar(1, [(day, 480, 1200) for day in range(5)])
    halts = ((NOW - 9 * HOUR_US, NOW - 8 * HOUR_US), (NOW - MINUTE_US, NOW - 1))
    plain = Schedule(table, NOW - DAY_US, "DE-BY", make_calendar(2, []))
    halted = Schedule(table, NOW - DAY_US, "DE-BY", hours, halts)
    naive = seconds(lambda: naive_ask(CURVE, DAY_US), loops=200) * 1e6
    questions: list[tuple[str, Callable[[], object]]] = [
        ("ask_at, always open", lambda: plain.ask_at(NOW)),
        ("ask_at, opening hours and two halts", lambda: halted.ask_at(NOW)),
        ("reached_at, always open", lambda: plain.reached_at(4000)),
        ("reached_at, opening hours and two halts", lambda: halted.reached_at(4000)),
        ("next_step, opening hours and two halts", lambda: halted.next_step(NOW)),
    ]
    return [Figure(name, seconds(ask, loops=2_000) * 1e6, "us", naive) for name, ask in questions]


def asks_of_groups(groups: list[tuple[PriceTable, np.ndarray]], now_us: int) -> list[np.ndarray]:
    """The asks of many running listings at one instant, listings grouped by their table."""
    found = []
    for table, listed_at in groups:
        index = np.searchsorted(np.array(table.elapsed_us), now_us - listed_at, side="right") - 1
        found.append(np.array(table.asks_cents)[index])
    return found


def a_million_asks(listings: int = 1_000_000, prices: int = 300) -> list[Figure]:
    draw = random.Random(1)
    tables = [compile_table(FLOOR + TICK * (5 + number), FLOOR, TICK, CURVE) for number in range(prices)]
    running = [(draw.choice(tables), NOW - draw.randrange(CURVE.duration_us)) for _ in range(listings)]
    by_table: dict[int, list[int]] = {}
    for table, listed_at in running:
        by_table.setdefault(table.start_cents, []).append(listed_at)
    groups = [(table, np.array(by_table[table.start_cents])) for table in tables]

    def one_by_one() -> list[int]:
        return [table.ask_after(NOW - listed_at) for table, listed_at in running]

    assert int(sum(asks.sum() for asks in asks_of_groups(groups, NOW))) == sum(one_by_one())
    sample = running[:2_000]
    naive = seconds(lambda: [naive_ask(CURVE, NOW - at) for _, at in sample], times=3) / len(sample) * listings
    vectorised = seconds(lambda: asks_of_groups(groups, NOW))
    return [
        Figure("1,000,000 asks, vectorised", vectorised * 1e3, "ms", naive * 1e3),
        Figure("1,000,000 asks, look-ups one by one", seconds(one_by_one, times=3) * 1e3, "ms", naive * 1e3),
    ]


def a_batch(listings: int = 10_000, prices: int = 500) -> Figure:
    """Terms and tables of a batch whose leads start at a few hundred prices, in a fresh process's state."""
    draw = random.Random(2)
    starts = [FLOOR + TICK * draw.randrange(prices) for _ in range(listings)]

    def once() -> float:
        compile_table.cache_clear()
        precision._ln.clear()
        begun = process_time()
        for start in starts:
            Terms(start, FLOOR, TICK, CURVE, 1, 10_000, NOW, 1, 3).compile()
        return process_time() - begun

    return Figure(f"10,000 listings of a batch, {prices} start prices, CPU", median(once() for _ in range(5)), "s", 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object per figure")
    asked = parser.parse_args()
    show([*compiling(), *looking_up(), *a_million_asks(), a_batch()], as_json=asked.json)


if __name__ == "__main__":
    main()
