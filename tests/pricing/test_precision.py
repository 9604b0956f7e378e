from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from exchange.pricing import precision
from exchange.pricing.precision import GUARDED, LN_ONE, ONE, first_whole, halved, ln_level, ln_start, whole_ticks


def test_asks_round_up() -> None:
    assert whole_ticks(Fraction(4001), 50) == 81
    assert whole_ticks(Decimal(4000), 50) == 80
    assert whole_ticks(Decimal("4000.00000000001"), 50) == 81


def test_what_is_less_than_half_of_the_twentieth_decimal_is_noise() -> None:
    """Half-even to 20 decimals first: a tie goes down to the whole tick, a hair more goes up."""
    tie = Fraction(1, 2 * 10**20)
    assert whole_ticks(80 * 50 + 50 * tie, 50) == 80
    assert whole_ticks(80 * 50 + 51 * tie, 50) == 81
    assert whole_ticks(Decimal("80.000000000000000000005"), 1) == 80
    assert whole_ticks(Decimal("80.0000000000000000000051"), 1) == 81


@given(st.integers(1, 10**15), st.integers(1, 10**9), st.integers(1, 500))
def test_fractions_and_decimals_round_alike(numerator: int, denominator: int, tick: int) -> None:
    decimal = precision.RESULT.divide(numerator, denominator)
    assert whole_ticks(Fraction(numerator, denominator), tick) == whole_ticks(decimal, tick)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_halved_twice_over_two_halves_is_one_half(elapsed: int, half_life: int) -> None:
    product = GUARDED.multiply(halved(elapsed, 2 * half_life), halved(elapsed, 2 * half_life))
    assert abs(product - halved(elapsed, half_life)) < Decimal("1e-60")


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=40))
def test_logarithms_are_good_to_thirty_digits_in_any_order(levels: list[int]) -> None:
    precision._ln.clear()
    for ticks in (*levels, *(ticks - 1 for ticks in levels if ticks > 1)):
        assert abs(Fraction(ln_start(ticks), LN_ONE) - Fraction(GUARDED.ln(ticks))) < Fraction(1, 10**30)
        level = GUARDED.add(ticks, GUARDED.divide(1, precision.TIE))
        assert abs(Fraction(ln_level(ticks), LN_ONE) - Fraction(GUARDED.ln(level))) < Fraction(1, 10**30)


def test_kept_logarithms_are_bounded() -> None:
    precision._ln.clear()
    for ticks in range(precision._LN_MOST + 5, 0, -1):
        ln_start(ticks)
    assert len(precision._ln) <= precision._LN_MOST
    assert abs(ln_start(1)) < LN_ONE // 10**30


def test_a_crossing_close_to_a_microsecond_is_decided_by_the_rule() -> None:
    assert first_whole(7 * ONE + ONE // 2, lambda us: False) == 8, "far from one it needs no rule"
    for real in (7 * ONE - 1, 7 * ONE, 7 * ONE + 1):
        assert first_whole(real, lambda us: us >= 7) == 7
        assert first_whole(real, lambda us: us >= 8) == 8
