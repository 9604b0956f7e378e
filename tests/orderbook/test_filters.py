"""What a standing bid wants of a lead."""

import pytest

from exchange.instant import DAY_US
from exchange.orderbook.book import Book
from exchange.orderbook.filters import Condition, Filters
from exchange.orderbook.listing import Listing
from tests.orderbook.market import MONDAY, lead, open_book, trade


def listed(**more: object) -> Listing:
    book: Book = open_book()
    trade(book, lead("L1", 9000, 3000, **more), MONDAY)
    return book.listings["L1"]


@pytest.mark.parametrize(
    ("operator", "values", "answer", "holds"),
    [
        ("=", ("yes",), "yes", True),
        ("=", ("yes",), "no", False),
        ("=", ("flat", "pitched"), "pitched", True),
        ("=", ("3000",), "3000.0", True),
        ("!=", ("flat",), "pitched", True),
        ("!=", ("flat", "pitched"), "flat", False),
        (">=", ("3000",), "3000", True),
        (">", ("3000",), "3000", False),
        ("<", ("100",), "99", True),
        ("<=", ("100",), "1000", False),
        ("<", ("100",), "few", False),
        ("=", ("yes",), None, False),
        ("!=", ("yes",), None, False),
    ],
)
def test_a_condition_on_an_answer(operator, values, answer, holds) -> None:
    assert Condition("key", operator, values).holds(answer) is holds


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        (Filters(), True),
        (Filters(regions=("DE-BY",)), True),
        (Filters(regions=("DE-BE", "DE-HH")), False),
        (Filters(postcodes=("86",)), True),
        (Filters(postcodes=("9", "861")), False),
        (Filters(regions=("DE-BY",), postcodes=("70",)), False),
        (Filters(seats_at_most=1), False),
        (Filters(seats_at_most=2), True),
        (Filters(only_from=("nord",)), True),
        (Filters(not_from=("nord",)), False),
        (Filters(age_below_us=DAY_US), True),
        (Filters(conditions=(Condition("roof", "=", ("flat",)),)), True),
        (Filters(conditions=(Condition("roof", "=", ("flat",)), Condition("kwh", ">", ("1",)))), False),
    ],
)
def test_all_demands_hold_together(filters: Filters, fits: bool) -> None:
    shared = listed(seats=2, postcode="86250", answers=(("roof", "flat"),))
    assert filters.fit(shared, MONDAY) is fits


def test_a_lead_grows_too_old_by_the_wall_clock() -> None:
    fresh = Filters(age_below_us=DAY_US)
    assert fresh.fit(listed(), MONDAY + DAY_US - 1)
    assert not fresh.fit(listed(), MONDAY + DAY_US)


@pytest.mark.parametrize(
    ("before", "after", "wider"),
    [
        (Filters(regions=("DE-BY",)), Filters(regions=("DE-BY", "DE-BE")), True),
        (Filters(regions=("DE-BY", "DE-BE")), Filters(regions=("DE-BY",)), False),
        (Filters(regions=("DE-BY",)), Filters(), True),
        (Filters(), Filters(regions=("DE-BY",)), False),
        (Filters(postcodes=("86",)), Filters(postcodes=("8",)), True),
        (Filters(postcodes=("8",)), Filters(postcodes=("86", "87")), False),
        (Filters(seats_at_most=1), Filters(seats_at_most=2), True),
        (Filters(age_below_us=5), Filters(age_below_us=4), False),
        (Filters(not_from=("nord",)), Filters(), True),
        (Filters(), Filters(only_from=("nord",)), False),
        (Filters(conditions=(Condition("roof", "=", ("flat",)),)), Filters(), True),
        (Filters(), Filters(), False),
    ],
)
def test_wider_filters_lose_the_place(before: Filters, after: Filters, wider: bool) -> None:
    assert after.wider_than(before) is wider
