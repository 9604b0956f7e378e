from decimal import Decimal

import pytest

from exchange.script.measure import (
    read_amount,
    read_duration,
    read_number,
    read_rate,
    read_share,
    read_whole,
)
from exchange.script.mistake import Mismatch

SECOND = 1_000_000


@pytest.mark.parametrize(
    ("word", "seconds"),
    [("90s", 90), ("10m", 600), ("2h", 7200), ("3d", 259_200), ("1h30m", 5400), ("2.2d", 190_080), ("1d1s", 86_401)],
)
def test_durations_count_days_hours_minutes_seconds(word: str, seconds: int) -> None:
    assert read_duration(word) == seconds * SECOND


def test_a_duration_may_be_a_single_microsecond() -> None:
    assert read_duration("0.000001s") == 1


@pytest.mark.parametrize("word", ["90", "s", "1.5", "-3s", "1m1h", "1h1h", "1.5h30m", "90 s", "90S", "0.0000001s", ""])
def test_what_is_no_duration(word: str) -> None:
    with pytest.raises(Mismatch):
        read_duration(word)


def test_amounts_have_a_point_and_two_decimals() -> None:
    assert read_amount("48.00") == 4800
    assert read_amount("0.05") == 5
    assert read_amount("-5.00") == -500


@pytest.mark.parametrize("word", ["48", "48.0", "48.000", "48,00", ".50", "€48.00", "1e2", "٤٨.٠٠"])
def test_what_is_no_amount(word: str) -> None:
    with pytest.raises(Mismatch):
        read_amount(word)


def test_rates_are_whole_basis_points() -> None:
    assert [read_rate(word) for word in ("0%", "5%", "12.5%", "33.33%", "100%")] == [0, 500, 1250, 3333, 10_000]


@pytest.mark.parametrize("word", ["5", "5.001%", "-5%", "101%", "%", "5 %"])
def test_what_is_no_rate(word: str) -> None:
    with pytest.raises(Mismatch):
        read_rate(word)


def test_shares_and_numbers_are_exact_decimals() -> None:
    assert read_share("33.333%") == Decimal("0.33333")
    assert read_number("0.77", "an exponent") == Decimal("0.77")
    assert read_whole("12") == 12


@pytest.mark.parametrize("word", ["", "1.0", "x", "1_000"])
def test_what_is_no_whole_number(word: str) -> None:
    with pytest.raises(Mismatch):
        read_whole(word)
