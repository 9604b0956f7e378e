"""Cents, basis points, and roundings by name."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.money import ceil_share, euros, format_amount, gross_cents, half_up, parse_amount, vat_cents

AMOUNTS = st.integers(0, 10**13)
RATES = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("net", "vat_bp", "vat"),
    [(0, 1900, 0), (100, 1900, 19), (4850, 1900, 922), (50, 1900, 10), (150, 700, 11), (5, 1000, 1), (4, 1000, 0)],
)
def test_vat_rounds_half_a_cent_up(net, vat_bp, vat):
    assert vat_cents(net, vat_bp) == vat
    assert gross_cents(net, vat_bp) == net + vat


@given(AMOUNTS, RATES)
def test_half_up_is_the_nearest_cent_and_the_upper_of_two(amount, rate_bp):
    exact = Fraction(amount * rate_bp, 10_000)
    assert -Fraction(1, 2) < half_up(amount, rate_bp) - exact <= Fraction(1, 2)


@given(AMOUNTS, RATES)
def test_a_reservations_share_always_suffices(amount, rate_bp):
    exact = Fraction(amount * rate_bp, 10_000)
    assert 0 <= ceil_share(amount, rate_bp) - exact < 1


@given(st.integers(0, 10**15))
def test_amounts_survive_writing_and_reading(cents):
    assert parse_amount(format_amount(cents)) == cents
    assert euros(cents) * 100 == cents


@pytest.mark.parametrize(("cents", "text"), [(4800, "48.00"), (5, "0.05"), (-105, "-1.05"), (0, "0.00")])
def test_amounts_have_two_decimals_and_a_point(cents, text):
    assert format_amount(cents) == text
    assert euros(cents) == Decimal(text)


@pytest.mark.parametrize("text", ["48", "48.0", "48,00", "48.000", "-48.00", " 48.00", "48.00\n", "1e3", "", "٤٨.00"])
def test_other_spellings_are_no_amount(text):
    with pytest.raises(ValueError, match="is no amount"):
        parse_amount(text)
