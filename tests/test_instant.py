"""Instants: whole microseconds, one spelling each."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from exchange.admission.reading import moment_of
from exchange.instant import DAY_US, from_datetime, from_text, to_datetime, to_text
from exchange.web.door.shapes.fields import At

YEAR_2200_US = 7_258_118_400_000_000


@given(st.integers(0, YEAR_2200_US))
def test_an_instant_survives_every_form(at_us):
    assert from_datetime(to_datetime(at_us)) == at_us
    assert from_text(to_text(at_us)) == at_us
    assert to_datetime(at_us).tzinfo is UTC


@given(st.integers(0, YEAR_2200_US), st.integers(0, YEAR_2200_US))
def test_texts_sort_as_instants_do(one, other):
    assert (to_text(one) < to_text(other)) == (one < other)


def test_the_spelling_of_the_tape():
    assert to_text(0) == "1970-01-01T00:00:00.000000Z"
    assert to_text(DAY_US + 1) == "1970-01-02T00:00:00.000001Z"


def test_zones_are_other_spellings_of_one_instant():
    berlin = timezone(timedelta(hours=2))
    assert from_text("2026-07-01T12:00:00+02:00") == from_text("2026-07-01T10:00:00.000000Z")
    assert from_datetime(datetime(2026, 7, 1, 12, tzinfo=berlin)) == from_text("2026-07-01T10:00:00Z")


@pytest.mark.parametrize("text", ["2026-07-01T12:00:00", "2026-07-01", "noon", ""])
def test_what_has_no_zone_is_no_instant(text):
    with pytest.raises(ValueError, match=r"zone|isoformat"):
        from_text(text)


@pytest.mark.parametrize("text", ["2016-12-31T23:59:60Z", "2017-01-01T00:59:60+01:00", "31.12.2016 23:59:60"])
def test_a_leap_second_is_refused_by_every_door(text):
    """The house counts none, so 23:59:60 is no instant of it: neither the second before nor the one after."""
    with pytest.raises(ValueError, match=r"second|isoformat"):
        from_text(text)
    with pytest.raises(ValidationError):
        At().deserialize(text)
    assert moment_of(text) is None
    assert moment_of(text.replace(":60", ":59")) is not None
