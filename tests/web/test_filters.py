import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri

from exchange.instant import MINUTE_US
from exchange.web.filters import Filters, cents_of, euros_text, prefixes_of


def read(query: str) -> Filters:
    from urllib.parse import parse_qsl

    return Filters.read(MultiDict(parse_qsl(query, keep_blank_values=True)))


def test_filters_survive_the_way_through_the_url() -> None:
    asked = read("sector=bu&region=DE-BY&region=DE-BW&plz=803,70&most=48,50&seats=exclusive&age=90&sort=price")
    assert read(asked.query()) == asked
    assert iri_to_uri(asked.query()) == asked.query()


@pytest.mark.parametrize(
    "query", ["sector=nope", "region=XX", "plz=80a", "most=viel", "seats=7", "age=-1", "age=0", "sort=name", "x=y"]
)
def test_what_is_wrong_is_left_out(query: str) -> None:
    assert read(query) == Filters()


def test_postcodes_are_asked_no_finer_than_they_are_shown() -> None:
    assert read("plz=80331").plz == ("803",)


def test_amounts_as_people_type_them() -> None:
    typed = ("48", "48,5", "48.50", " 48,50 € ", "4850000")
    assert [cents_of(text) for text in typed] == [4800, 4850, 4850, 4850, 485_000_000]
    assert [cents_of(text) for text in ("", "-3", "4,555", "1e3", "٣", "NaN")] == [None] * 6
    assert [euros_text(cents) for cents in (4800, 4850, 5)] == ["48", "48,50", "0,05"]


def test_postcode_prefixes() -> None:
    assert prefixes_of("80, 81;82 83", 5) == ("80", "81", "82", "83")
    assert prefixes_of("", 5) == ()
    assert prefixes_of("123456", 5) is None


def test_the_age_is_asked_in_minutes() -> None:
    assert read("age=90").question().age_below_us == 90 * MINUTE_US


def test_a_page_key_must_be_one() -> None:
    assert read("").question("17~7A1PV").after == (17, "7A1PV")
    assert read("").question("17~' or 1=1").after is None
