from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.instant import from_datetime, to_text
from exchange.intake.dates import read_instant


@given(st.datetimes(datetime.fromisoformat("2001-01-01"), datetime.fromisoformat("2090-01-01")))
def test_berlin_time_of_every_instant_names_that_instant(moment: datetime) -> None:
    at = moment.replace(microsecond=0, tzinfo=UTC)
    local = at.astimezone(ZoneInfo("Europe/Berlin"))
    found, fault = read_instant(f"{local:%d.%m.%Y %H:%M:%S}")
    assert fault == ""
    assert found == from_datetime(at.astimezone(UTC)) or local.fold == 1


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("01.07.2026 14:05", "2026-07-01T12:05:00.000000Z"),
        ("01.12.2026 14:05", "2026-12-01T13:05:00.000000Z"),
        ("01.12.2026", "2026-11-30T23:00:00.000000Z"),
        ("2026-12-01T14:05:00+02:00", "2026-12-01T12:05:00.000000Z"),
        ("2026-12-01T14:05Z", "2026-12-01T14:05:00.000000Z"),
        ("25.10.2026 02:30", "2026-10-25T00:30:00.000000Z"),
    ],
)
def test_local_times_become_instants(typed: str, utc: str) -> None:
    at, _ = read_instant(typed)
    assert at is not None
    assert to_text(at) == utc


def test_an_hour_the_clock_skips_does_not_exist() -> None:
    assert read_instant("29.03.2026 02:30") == (None, "date")


def test_a_consent_needs_its_time_of_day() -> None:
    assert read_instant("01.03.2026", exact=True) == (None, "time")


@pytest.mark.parametrize("typed", ["gestern", "01.03.1970 10:00", "03/01/2026"])
def test_what_names_no_instant(typed: str) -> None:
    assert read_instant(typed) == (None, "date")
