from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.errors import Invalid
from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from exchange.pricing.curve import Curve, Exponential, Linear, Points, Steps
from exchange.pricing.table import compile_table
from tests.pricing.strategies import curves, judged_ask, judged_first, prices

TEN_MINUTES = Curve(Linear(), 600 * SECOND_US, hold_bp=0)
Prices = tuple[int, int, int]


def test_the_linear_day_of_the_script_page() -> None:
    table = compile_table(9000, 3000, 50, TEN_MINUTES)
    assert table.elapsed_us[:3] == (0, 5 * SECOND_US, 10 * SECOND_US)
    assert table.reached_after(7000) == 200 * SECOND_US
    assert table.ask_after(600 * SECOND_US - 1) == 3050, "the floor is due at the end, which nobody sees"
    assert compile_table(6000, 2000, 50, TEN_MINUTES).reached_after(4800) == 180 * SECOND_US


def test_the_hold_brings_the_floor_by_a_last_step() -> None:
    slow = Curve(Exponential(30 * DAY_US), DAY_US, hold_bp=500)
    table = compile_table(9000, 3000, 50, slow)
    assert table.asks_cents[-1] == 3000
    assert table.elapsed_us[-1] == DAY_US * 95 // 100
    assert table.ask_after(table.elapsed_us[-1] - 1) > 8000


def test_grace_keeps_the_start_price() -> None:
    table = compile_table(9000, 3000, 50, Curve(Linear(), HOUR_US, grace_us=10 * MINUTE_US, hold_bp=0))
    assert table.ask_after(10 * MINUTE_US) == 9000
    assert table.elapsed_us[1] == 10 * MINUTE_US + 25 * SECOND_US


def test_half_life_on_the_microsecond() -> None:
    """Exactly at the half-life the ask is exactly half; a microsecond before it is a tick dearer."""
    table = compile_table(8000, 1000, 50, Curve(Exponential(HOUR_US), DAY_US))
    assert (table.ask_after(HOUR_US - 1), table.ask_after(HOUR_US)) == (4050, 4000)
    assert (table.ask_after(2 * HOUR_US - 1), table.ask_after(2 * HOUR_US)) == (2050, 2000)


def test_half_of_the_twentieth_decimal_is_noise_on_a_nearly_flat_leg() -> None:
    """The leg comes down to the level at 10^14 us, but is within 5e-21 ticks of it 50 ms before."""
    long_us = 10**14
    nearly = ((0, Decimal(1)), (1, Decimal("0.900000000001")), (1 + long_us, Decimal("0.9")))
    table = compile_table(20, 10, 1, Curve(Points(nearly), 2 * long_us, hold_bp=0))
    assert table.elapsed_us == (0, 1 + long_us - 50_000)
    assert judged_first(20, 10, 1, Curve(Points(nearly), 2 * long_us, hold_bp=0), 19) == table.elapsed_us[1]


def test_steps_at_one_microsecond_are_one() -> None:
    table = compile_table(9000, 100, 1, Curve(Linear(), 10, hold_bp=0))
    assert table.elapsed_us == tuple(range(10))
    assert table.asks_cents[1] == 9000 - 890


def test_shares_hold_until_the_hold() -> None:
    shares = ((0, Decimal(1)), (5 * MINUTE_US, Decimal("0.8")), (HOUR_US, Decimal("0.5")))
    stepped = compile_table(9000, 3000, 50, Curve(Steps(shares), 2 * HOUR_US, hold_bp=1_000))
    assert list(zip(stepped.elapsed_us, stepped.asks_cents, strict=True)) == [
        (0, 9000),
        (5 * MINUTE_US, 7800),
        (HOUR_US, 6000),
        (2 * HOUR_US * 9 // 10, 3000),
    ]
    lined = compile_table(9000, 3000, 50, Curve(Points(shares), 2 * HOUR_US, hold_bp=1_000))
    assert lined.ask_after(5 * MINUTE_US) == 7800
    assert lined.ask_after(HOUR_US + 40 * MINUTE_US) == 6000


def test_a_flat_listing_has_one_ask() -> None:
    table = compile_table(3000, 3000, 50, TEN_MINUTES)
    assert (table.elapsed_us, table.asks_cents) == ((0,), (3000,))
    assert table.reached_after(2999) is None


@pytest.mark.parametrize(
    ("start", "floor", "tick", "field"),
    [
        (9000, 3000, 0, "tick_cents"),
        (9000, 0, 50, "floor_cents"),
        (9000, 25, 50, "floor_cents"),
        (2950, 3000, 50, "start_cents"),
        (9010, 3000, 50, "start_cents"),
        (9000, 3010, 50, "floor_cents"),
        (10**12 + 1, 1, 1, "start_cents"),
        (10**12, 1, 1, "tick_cents"),
    ],
)
def test_absurd_prices_are_refused(start: int, floor: int, tick: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        compile_table(start, floor, tick, TEN_MINUTES)
    assert refused.value.field == field


def test_no_ask_before_the_start() -> None:
    with pytest.raises(ValueError, match="before the start"):
        compile_table(9000, 3000, 50, TEN_MINUTES).ask_after(-1)


def test_equal_arguments_give_the_identical_table() -> None:
    again = Curve(Linear(), 600 * SECOND_US, hold_bp=0)
    assert compile_table(9000, 3000, 50, TEN_MINUTES) is compile_table(9000, 3000, 50, again)


@settings(max_examples=300, deadline=None)
@given(prices(), curves())
def test_asks_fall_on_the_tick_grid_between_start_and_floor(amounts: Prices, curve: Curve) -> None:
    start, floor, tick = amounts
    table = compile_table(start, floor, tick, curve)
    assert (table.elapsed_us[0], table.asks_cents[0]) == (0, start)
    assert all(before > after for before, after in pairwise(table.asks_cents))
    assert all(before < after for before, after in pairwise(table.elapsed_us))
    assert all(ask % tick == 0 and ask >= floor for ask in table.asks_cents)
    assert table.elapsed_us[-1] < curve.duration_us
    if curve.hold_us:
        assert table.asks_cents[-1] == floor


@settings(max_examples=300, deadline=None)
@given(prices(), curves(), st.data())
def test_every_step_is_where_the_judge_finds_it(amounts: Prices, curve: Curve, data: st.DataObject) -> None:
    """By the exact value at the microsecond and the one before, and by bisection from the whole running time."""
    start, floor, tick = amounts
    table = compile_table(start, floor, tick, curve)
    for elapsed_us, (above, ask) in zip(table.elapsed_us[1:], pairwise(table.asks_cents), strict=True):
        assert judged_ask(start, floor, tick, curve, elapsed_us) == ask
        assert judged_ask(start, floor, tick, curve, elapsed_us - 1) == above
    limit = data.draw(st.integers(floor - 1, start))
    assert table.reached_after(limit) == judged_first(start, floor, tick, curve, limit)


@settings(max_examples=200, deadline=None)
@given(prices(), curves(), st.data())
def test_ask_at_any_moment_is_the_judged_one(amounts: Prices, curve: Curve, data: st.DataObject) -> None:
    start, floor, tick = amounts
    elapsed_us = data.draw(st.integers(0, curve.duration_us - 1))
    assert compile_table(*amounts, curve).ask_after(elapsed_us) == judged_ask(start, floor, tick, curve, elapsed_us)


@settings(max_examples=100, deadline=None)
@given(prices(), curves())
def test_compiling_twice_gives_the_same_bytes(amounts: Prices, curve: Curve) -> None:
    first = compile_table(*amounts, curve)
    compile_table.cache_clear()
    again = compile_table(*amounts, Curve.from_payload(curve.to_payload()))
    assert again is not first
    assert repr(again).encode() == repr(first).encode()


@settings(max_examples=100, deadline=None)
@given(prices(), curves(), st.integers(2, 9))
def test_all_prices_times_a_factor_fall_at_the_same_moments(amounts: Prices, curve: Curve, factor: int) -> None:
    table = compile_table(*amounts, curve)
    scaled = compile_table(*(factor * cents for cents in amounts), curve)
    assert scaled.elapsed_us == table.elapsed_us
    assert scaled.asks_cents == tuple(factor * ask for ask in table.asks_cents)


@settings(max_examples=100, deadline=None)
@given(prices(), st.integers(10**6, 10**12), st.integers(10**6, 10**12), st.integers(2, 9))
def test_a_slower_clock_moves_steps_by_its_factor(amounts: Prices, half_life: int, span: int, factor: int) -> None:
    """To the microsecond that rounding up may cost."""
    table = compile_table(*amounts, Curve(Exponential(half_life), span, hold_bp=0))
    slow = compile_table(*amounts, Curve(Exponential(half_life * factor), span * factor, hold_bp=0))
    for elapsed_us, ask in zip(table.elapsed_us, table.asks_cents, strict=True):
        later = slow.reached_after(ask)
        assert later is not None
        assert factor * (elapsed_us - 1) < later <= factor * elapsed_us
