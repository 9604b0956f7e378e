from datetime import UTC, date
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from exchange.calendars import LAENDER, YEARS, berlin_offsets, german_holidays, make_calendar
from exchange.instant import HOUR_US, from_datetime, from_text, to_datetime
from exchange.pricing.hours import NATIONAL

HOLIDAYS = {region: {date.fromordinal(day) for day in days} for region, days in german_holidays(YEARS)}


def test_nine_national_holidays_a_year() -> None:
    expected = ["01-01", "04-03", "04-06", "05-01", "05-14", "05-25", "10-03", "12-25", "12-26"]
    assert sorted(f"{day:%m-%d}" for day in HOLIDAYS[NATIONAL] if day.year == 2026) == expected


def test_sixteen_laender_with_their_own() -> None:
    assert len(LAENDER) == 16
    assert set(HOLIDAYS) == {NATIONAL, *(f"DE-{land}" for land in LAENDER)}
    assert date(2026, 1, 6) in HOLIDAYS["DE-BY"] & HOLIDAYS["DE-BW"] & HOLIDAYS["DE-ST"]
    assert date(2026, 3, 8) in HOLIDAYS["DE-BE"]
    assert date(2026, 9, 20) in HOLIDAYS["DE-TH"]
    assert date(2026, 11, 18) in HOLIDAYS["DE-SN"]
    assert not HOLIDAYS["DE-NW"] & HOLIDAYS[NATIONAL], "a national holiday is told once"


def test_summer_time_changes_at_one_o_clock_utc() -> None:
    offsets = berlin_offsets(range(2026, 2027))
    assert [offset // HOUR_US for _, offset in offsets] == [1, 2, 1]
    changes = [from_text("2026-03-29T01:00:00Z"), from_text("2026-10-25T01:00:00Z")]
    assert [at for at, _ in offsets[1:]] == changes


def test_whole_local_years() -> None:
    calendar = make_calendar(1, [], years=range(2026, 2028))
    assert calendar.from_us == from_text("2025-12-31T23:00:00Z")
    assert calendar.until_us == from_text("2027-12-31T23:00:00Z")


def test_windows_in_any_order_become_one_value() -> None:
    one = make_calendar(1, [(0, 480, 720), (0, 700, 900), (5, 0, 60)])
    same = make_calendar(1, [(5, 0, 60), (0, 700, 900), (0, 480, 720), (0, 500, 600)])
    assert one == same
    assert one.windows == ((0, 480, 900), (5, 0, 60))


def test_without_hours_there_is_nothing_to_close() -> None:
    assert make_calendar(1, []).holidays == ()
    assert make_calendar(1, [(0, 0, 60)], with_holidays=False).holidays == ()


@given(st.integers(from_text("2020-01-02T00:00:00Z"), from_text("2035-12-30T00:00:00Z")))
def test_local_time_is_the_zone_database_s(at_us: int) -> None:
    wall = to_datetime(at_us).astimezone(ZoneInfo("Europe/Berlin"))
    assert make_calendar(1, []).to_local(at_us) == from_datetime(wall.replace(tzinfo=UTC))
