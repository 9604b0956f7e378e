"""One list of texts for the server's formats and the browser's (`tests/browser/test_format.py` reads it too)."""

import pytest

from exchange.instant import HOUR_US, MINUTE_US, SECOND_US, from_text
from exchange.web.formats import Lang, age, clock_second, countdown, fall, midnight, money, short_money

MONEY: list[tuple[int, Lang, str]] = [
    (124850, "de", "1.248,50\N{NO-BREAK SPACE}€"),
    (124850, "en", "€1,248.50"),
    (5, "de", "0,05\N{NO-BREAK SPACE}€"),
    (-2318, "de", "\N{MINUS SIGN}23,18\N{NO-BREAK SPACE}€"),
    (-2318, "en", "\N{MINUS SIGN}€23.18"),
    (100000000, "de", "1.000.000,00\N{NO-BREAK SPACE}€"),
]
COUNTDOWNS = [(258, "4:18"), (0, "0:00"), (-3, "0:00"), (3800, "1:03:20"), (59, "0:59")]
AGES = [(13 * 60, "13 min"), (63 * 60, "1 h 03"), (59, "0 min"), (49 * 3600, "2 d")]


@pytest.mark.parametrize(("cents", "lang", "text"), MONEY)
def test_money_is_written_as_the_language_does(cents: int, lang: Lang, text: str) -> None:
    assert money(cents, lang) == text


def test_whole_euros_may_stand_without_cents() -> None:
    assert short_money(4400, "de") == "44\N{NO-BREAK SPACE}€"
    assert short_money(4450, "de") == "44,50\N{NO-BREAK SPACE}€"
    assert short_money(4400, "en") == "€44"


@pytest.mark.parametrize(("seconds", "text"), COUNTDOWNS)
def test_countdown(seconds: int, text: str) -> None:
    assert countdown(seconds * SECOND_US) == text


def test_a_countdown_shows_zero_only_at_the_instant_itself() -> None:
    assert countdown(1) == "0:01"


@pytest.mark.parametrize(("seconds", "text"), AGES)
def test_age(seconds: int, text: str) -> None:
    assert age(seconds * SECOND_US) == text


def test_a_fall_is_rounded_half_up_and_has_a_true_minus() -> None:
    assert fall(9600, 8250, "de") == "\N{MINUS SIGN}14\N{NO-BREAK SPACE}%"
    assert fall(200, 199, "en") == "\N{MINUS SIGN}1%"


def test_berlin_time_on_both_sides_of_the_change() -> None:
    assert clock_second(from_text("2026-10-25T00:59:59Z")) == "02:59:59"
    assert clock_second(from_text("2026-10-25T01:00:00Z")) == "02:00:00"


def test_midnight_is_berlins() -> None:
    assert midnight(from_text("2026-11-19T13:31:08Z")) == from_text("2026-11-18T23:00:00Z")
    long_day = from_text("2026-10-25T20:00:00Z")
    assert long_day - midnight(long_day) == 22 * HOUR_US + 0 * MINUTE_US
