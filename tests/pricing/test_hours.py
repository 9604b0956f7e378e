import json
import pickle
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.calendars import make_calendar
from exchange.errors import Invalid
from exchange.instant import DAY_US, HOUR_US, MINUTE_US, from_text
from exchange.pricing.hours import Calendar, Window, minute_of, weekday_of

YEARS = range(2026, 2028)
OFFICE: list[Window] = [(day, 8 * 60, 20 * 60) for day in range(5)]
NIGHTS: list[Window] = [(day, 0, 6 * 60) for day in range(7)]
WEEK: list[Window] = [(day, 0, 1440) for day in range(7)]

office = make_calendar(1, OFFICE, years=YEARS)
nights = make_calendar(2, NIGHTS, years=YEARS, with_holidays=False)
always = make_calendar(3, [], years=YEARS)
instants = st.integers(office.from_us, office.until_us - 1)


def at(text: str) -> int:
    return from_text(f"2026-{text}Z")


def local(day: str, hour: int, minute: int = 0) -> int:
    days = date.fromisoformat(f"2026-{day}").toordinal() - date(1970, 1, 1).toordinal()
    return days * DAY_US + hour * HOUR_US + minute * MINUTE_US


def test_night_of_the_missing_hour_has_five_hours() -> None:
    assert nights.elapsed_us("DE-BY", at("03-28T23:00:00"), at("03-29T12:00:00")) == 5 * HOUR_US


def test_night_of_the_double_hour_has_seven() -> None:
    assert nights.elapsed_us("DE-BY", at("10-24T22:00:00"), at("10-25T12:00:00")) == 7 * HOUR_US


def test_local_time_over_both_changes() -> None:
    assert always.to_local(at("03-29T00:59:59")) == local("03-29", 1, 59) + 59_000_000
    assert always.to_local(at("03-29T01:00:00")) == local("03-29", 3)
    assert always.to_local(at("10-25T00:30:00")) == local("10-25", 2, 30)
    assert always.to_local(at("10-25T01:30:00")) == local("10-25", 2, 30)


def test_a_missing_time_is_the_first_instant_after_the_gap() -> None:
    assert always.to_utc(local("03-29", 1, 59)) == at("03-29T00:59:00")
    assert always.to_utc(local("03-29", 2, 30)) == at("03-29T01:00:00")
    assert always.to_utc(local("03-29", 3)) == at("03-29T01:00:00")


def test_a_double_time_is_the_earlier_instant() -> None:
    assert always.to_utc(local("10-25", 2, 30)) == at("10-25T00:30:00")
    assert always.to_utc(local("10-25", 3)) == at("10-25T02:00:00")


@given(instants)
def test_local_and_back(at_us: int) -> None:
    back = always.to_utc(always.to_local(at_us))
    assert back == at_us or back == at_us - HOUR_US, "only the second of a double hour comes back an hour earlier"
    assert always.to_local(back) == always.to_local(at_us)


def test_weekday_and_minute() -> None:
    assert weekday_of(local("03-02", 9)) == 0
    assert weekday_of(local("03-08", 23, 59)) == 6
    assert minute_of(local("03-02", 9, 5)) == 545


def test_hours_are_half_open_and_local() -> None:
    assert not office.is_open("DE-BY", at("03-02T06:59:59.999999"))
    assert office.is_open("DE-BY", at("03-02T07:00:00"))
    assert office.is_open("DE-BY", at("03-02T18:59:59.999999"))
    assert not office.is_open("DE-BY", at("03-02T19:00:00"))
    assert office.is_open("DE-BY", at("07-06T06:00:00")), "an hour earlier in UTC in summer"


def test_what_is_complete_at_the_close_falls_on_the_close() -> None:
    """Friday 19:00 to 20:00 is one hour; the next microsecond waits for Monday."""
    friday = at("03-06T18:00:00")
    assert office.advance("DE-BY", friday, HOUR_US) == at("03-06T19:00:00")
    assert office.advance("DE-BY", friday, HOUR_US + 1) == at("03-09T07:00:00") + 1
    assert office.advance("DE-BY", at("03-07T12:00:00"), 0) == at("03-07T12:00:00")


def test_holidays_are_the_region_s_own() -> None:
    """Epiphany closes Bavaria, not Berlin; New Year's Day closes both."""
    epiphany, new_year = at("01-06T10:00:00"), at("01-01T10:00:00")
    assert [office.is_open(region, epiphany) for region in ("DE-BY", "DE-BE")] == [False, True]
    assert [office.is_open(region, new_year) for region in ("DE-BY", "DE-BE")] == [False, False]
    assert office.elapsed_us("DE-BY", epiphany, epiphany + DAY_US) == 3 * HOUR_US


def test_without_holidays_new_year_is_a_working_day() -> None:
    plain = make_calendar(1, OFFICE, years=YEARS, with_holidays=False)
    assert plain.is_open("DE-BY", at("01-01T10:00:00"))


def test_windows_that_meet_at_midnight_have_no_closing_instant() -> None:
    late = make_calendar(1, [(4, 1320, 1440), (5, 0, 120)], years=YEARS, with_holidays=False)
    friday = at("03-06T21:00:00")
    assert late.advance("DE-BY", friday, 4 * HOUR_US) == friday + 4 * HOUR_US
    assert late.is_open("DE-BY", friday + 2 * HOUR_US)


def test_always_open_needs_no_table_and_no_years() -> None:
    week = make_calendar(1, WEEK, years=YEARS, with_holidays=False)
    assert always.always_open
    assert week.always_open
    assert not make_calendar(1, WEEK, years=YEARS).always_open
    assert always.elapsed_us("DE-BY", 5, 12) == 7
    assert week.advance("DE-BY", 5, 7) == 12
    assert week.is_open("DE-BY", 5)


def test_beyond_its_years_a_calendar_says_so() -> None:
    with pytest.raises(Invalid, match="covers 2025-12-31T23:00:00"):
        office.is_open("DE-BY", office.until_us)
    with pytest.raises(Invalid, match="ends at 2027-12-31T23:00:00"):
        office.advance("DE-BY", at("03-02T09:00:00"), 9_000 * HOUR_US)
    with pytest.raises(ValueError, match="backwards"):
        office.advance("DE-BY", at("03-02T09:00:00"), -1)


def test_a_window_within_the_missing_hour_is_no_time_at_all() -> None:
    gap = make_calendar(1, [(6, 130, 170)], years=YEARS, with_holidays=False)
    assert gap.elapsed_us("DE-BY", at("03-28T00:00:00"), at("04-04T00:00:00")) == 0


@given(st.tuples(instants, instants, instants), st.sampled_from(["DE-BY", "DE-BE", "DE-SN"]))
def test_running_time_adds_up(three: tuple[int, int, int], region: str) -> None:
    first, second, third = sorted(three)
    for calendar in (office, nights, always):
        parts = calendar.elapsed_us(region, first, second), calendar.elapsed_us(region, second, third)
        assert min(parts) >= 0
        assert sum(parts) == calendar.elapsed_us(region, first, third)
        assert calendar.elapsed_us(region, third, first) == -sum(parts)


@given(instants, st.integers(1, 200 * HOUR_US), st.sampled_from(["DE-BY", "DE-BE"]))
def test_advance_is_the_earliest_instant_with_so_much_running_time(at_us: int, running_us: int, region: str) -> None:
    for calendar in (office, nights, always):
        try:
            reached = calendar.advance(region, at_us, running_us)
        except Invalid:
            assert calendar.elapsed_us(region, at_us, calendar.until_us - 1) < running_us
            continue
        assert calendar.elapsed_us(region, at_us, reached) == running_us
        assert calendar.elapsed_us(region, at_us, reached - 1) == running_us - 1


@given(instants, st.sampled_from(["DE-BY", "DE-BE"]))
def test_the_clock_runs_exactly_while_open(at_us: int, region: str) -> None:
    for calendar in (office, nights):
        runs = calendar.elapsed_us(region, at_us, min(at_us + 1, calendar.until_us - 1))
        assert runs == (calendar.is_open(region, at_us) if at_us + 1 < calendar.until_us else 0)


@pytest.mark.parametrize("calendar", [office, nights, always])
def test_a_calendar_is_a_plain_value(calendar: Calendar) -> None:
    calendar.is_open("DE-BY", at("03-02T09:00:00"))
    copies = [
        Calendar.from_payload(json.loads(json.dumps(calendar.to_payload()))),
        pickle.loads(pickle.dumps(calendar)),  # noqa: S301
        replace(calendar),
    ]
    for copy in copies:
        assert copy == calendar
        assert hash(copy) == hash(calendar)
        assert copy.elapsed_us("DE-BY", at("03-02T00:00:00"), at("04-02T00:00:00")) == calendar.elapsed_us(
            "DE-BY", at("03-02T00:00:00"), at("04-02T00:00:00")
        )
    assert replace(calendar, version=9) != calendar


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"windows": ((0, 60, 60),)}, "windows"),
        ({"windows": ((7, 0, 60),)}, "windows"),
        ({"windows": ((0, 0, 1441),)}, "windows"),
        ({"windows": ((1, 0, 60), (0, 0, 60))}, "windows"),
        ({"windows": ((0, 0, 60), (0, 30, 90))}, "windows"),
        ({"offsets": ()}, "offsets"),
        ({"offsets": ((office.from_us + 1, HOUR_US),)}, "offsets"),
        ({"offsets": tuple(reversed(office.offsets))}, "offsets"),
        ({"until_us": office.from_us}, "offsets"),
    ],
)
def test_windows_and_offsets_out_of_order_are_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        replace(office, **changes)
    assert refused.value.field == field


def test_stretches_are_apart_and_in_order() -> None:
    for region in ("DE-BY", "DE-BE"):
        openings = office._of(region)
        edges = [edge for pair in zip(openings.starts, openings.ends, strict=True) for edge in pair]
        assert all(before < after for before, after in pairwise(edges))
