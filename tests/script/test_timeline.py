from datetime import date

import pytest

from exchange.instant import from_text
from exchange.script.mistake import Mismatch
from exchange.script.timeline import Timeline, spell

NINE = from_text("2026-03-02T09:00:00Z")


def test_a_time_of_day_is_utc_on_the_scripts_day() -> None:
    timeline = Timeline()
    assert timeline.read("09:00:02") == NINE + 2_000_000
    assert timeline.read("09:00:02.5") == NINE + 2_500_000
    assert timeline.read("09:00:00.000001") == NINE + 1


def test_a_full_instant_ignores_the_day() -> None:
    timeline = Timeline()
    timeline.turn_day("2026-05-01")
    assert timeline.read("2026-03-02T09:00:00.250000Z") == NINE + 250_000


def test_plus_counts_from_the_statement_before() -> None:
    timeline = Timeline()
    timeline.pass_to(NINE)
    assert timeline.read("+90s") == NINE + 90_000_000
    assert timeline.read("+1h30m") == NINE + 5_400_000_000


def test_plus_needs_a_statement_before() -> None:
    with pytest.raises(Mismatch, match="no statement stands before"):
        Timeline().read("+90s")


@pytest.mark.parametrize(
    "word",
    [
        "9:00:00",
        "09:00",
        "24:00:00",
        "09:60:00",
        "09:00:60",
        "09:00:00.",
        "09:00:00.1234567",
        "2026-03-02T09:00:00",
        "2026-03-02T09:00:00+01:00",
        "2026-02-30T09:00:00Z",
        "2026-03-02 09:00:00Z",
    ],
)
def test_what_is_no_instant(word: str) -> None:
    with pytest.raises(Mismatch):
        Timeline().read(word)


def test_days_go_forward() -> None:
    timeline = Timeline()
    timeline.turn_day("2025-01-01")
    timeline.turn_day("2025-01-02")
    for word in ("2025-01-02", "2025-01-01"):
        with pytest.raises(Mismatch, match="later than 2025-01-02"):
            timeline.turn_day(word)


def test_the_default_day_counts_once_something_happened_on_it() -> None:
    timeline = Timeline()
    timeline.pass_to(NINE)
    with pytest.raises(Mismatch, match="later than 2026-03-02"):
        timeline.turn_day("2026-03-02")


def test_time_stands_or_goes_forward() -> None:
    timeline = Timeline()
    timeline.pass_to(NINE)
    timeline.pass_to(NINE)
    with pytest.raises(Mismatch, match="not before 2026-03-02T09:00:00Z"):
        timeline.pass_to(NINE - 1)


def test_spelling_is_short_on_the_day_and_full_elsewhere() -> None:
    day = date(2026, 3, 2)
    assert spell(NINE, day) == "09:00:00"
    assert spell(NINE + 500_000, day) == "09:00:00.5"
    assert spell(NINE + 500_000) == "2026-03-02T09:00:00.500000Z"
    assert spell(NINE, date(2026, 3, 3)) == "2026-03-02T09:00:00Z"


@pytest.mark.parametrize("at", [NINE, NINE + 1, NINE + 250_000, NINE + 999_999])
def test_what_is_spelled_reads_back(at: int) -> None:
    assert Timeline().read(spell(at)) == at
    assert Timeline().read(spell(at, date(2026, 3, 2))) == at
