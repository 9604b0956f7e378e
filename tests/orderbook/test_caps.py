"""Periods of caps and active hours, in Berlin time, across both changes of the clocks."""

import pytest

from exchange.instant import HOUR_US, from_text
from exchange.orderbook.caps import ActiveHours, period_end, period_start
from tests.orderbook.market import BERLIN_2026


@pytest.mark.parametrize(
    ("period", "at", "start", "end"),
    [
        ("hour", "2026-03-02T09:30:00Z", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"),
        ("day", "2026-03-02T09:30:00Z", "2026-03-01T23:00:00Z", "2026-03-02T23:00:00Z"),
        ("day", "2026-03-02T23:00:00Z", "2026-03-02T23:00:00Z", "2026-03-03T23:00:00Z"),
        ("day", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("day", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        ("week", "2026-03-08T22:59:59Z", "2026-03-01T23:00:00Z", "2026-03-08T23:00:00Z"),
        ("week", "2026-03-31T12:00:00Z", "2026-03-29T22:00:00Z", "2026-04-05T22:00:00Z"),
        ("month", "2026-03-31T21:59:59Z", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
        ("month", "2026-12-31T12:00:00Z", "2026-11-30T23:00:00Z", "2026-12-31T23:00:00Z"),
    ],
)
def test_a_period_is_berlins(period, at, start, end) -> None:
    assert period_start(BERLIN_2026, period, from_text(at)) == from_text(start)
    assert period_end(BERLIN_2026, period, from_text(at)) == from_text(end)


def test_the_hour_that_comes_twice_in_october_is_two_hours() -> None:
    first, second = from_text("2026-10-25T00:30:00Z"), from_text("2026-10-25T01:30:00Z")
    assert BERLIN_2026.to_local(first) == BERLIN_2026.to_local(second)
    assert period_start(BERLIN_2026, "hour", second) - period_start(BERLIN_2026, "hour", first) == HOUR_US


OFFICE = ActiveHours(tuple((day, 9 * 60, 17 * 60) for day in range(5)))


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        ("2026-03-02T07:59:59.999999Z", False),
        ("2026-03-02T08:00:00Z", True),
        ("2026-03-02T15:59:59.999999Z", True),
        ("2026-03-02T16:00:00Z", False),
        ("2026-03-07T12:00:00Z", False),
    ],
)
def test_hours_are_half_open(at: str, holds: bool) -> None:
    assert OFFICE.hold(BERLIN_2026, from_text(at)) is holds


@pytest.mark.parametrize(
    ("at", "start"),
    [
        ("2026-03-02T08:00:00Z", "2026-03-03T08:00:00Z"),
        ("2026-03-06T17:00:00Z", "2026-03-09T08:00:00Z"),
        ("2026-03-27T17:00:00Z", "2026-03-30T07:00:00Z"),
        ("2026-10-23T16:00:00Z", "2026-10-26T08:00:00Z"),
    ],
)
def test_hours_begin_again(at: str, start: str) -> None:
    assert OFFICE.next_start(BERLIN_2026, from_text(at)) == from_text(start)


def test_a_window_inside_the_missing_hour_does_not_begin_that_day() -> None:
    night = ActiveHours(((6, 2 * 60, 3 * 60),))
    sunday_before = from_text("2026-03-22T02:00:00Z")
    assert night.next_start(BERLIN_2026, sunday_before) == from_text("2026-04-05T00:00:00Z")


def test_a_window_in_the_hour_that_comes_twice_begins_twice() -> None:
    late = ActiveHours(((6, 2 * 60 + 30, 3 * 60),))
    first = from_text("2026-10-25T00:30:00Z")
    assert late.next_start(BERLIN_2026, first - 1) == first
    assert late.next_start(BERLIN_2026, first) == from_text("2026-10-25T01:30:00Z")
