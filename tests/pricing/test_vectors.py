"""Other people's falling prices: every vector of tests/data/curve_vectors.json that says something about ours."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pytest

from exchange.calendars import make_calendar
from exchange.errors import Invalid
from exchange.instant import from_text
from exchange.pricing.curve import Curve, Linear, Points, Stairs
from exchange.pricing.schedule import Schedule
from exchange.pricing.table import compile_table
from tests.pricing.vectors import FAMILIES, SECOND, VECTORS, Mapped, not_applicable

BUSINESS = "business_clock_halflife"
APPLIED = [v for v in VECTORS if v["kind"] != "error" and not_applicable(v) is None]


def chosen(*kinds: str, business: bool = False) -> list[Any]:
    picked = [v for v in APPLIED if v["kind"] in kinds and (v["curve"] == BUSINESS) == business]
    return [pytest.param(v, id=v["id"]) for v in picked]


def mapped(vector: dict[str, Any]) -> Mapped:
    return FAMILIES[vector["curve"]](vector["params"])


@pytest.mark.parametrize("vector", chosen("price"))
def test_exact_value(vector: dict[str, Any]) -> None:
    ours = mapped(vector)
    value = Fraction(ours.curve.value(ours.start, ours.floor, ours.elapsed(vector["t"])))
    expected = Fraction(vector["expected_price"]) * ours.scale
    rounding, tolerance = vector["params"]["rounding"], vector["tolerance"]
    if tolerance == {"abs": "0"} and rounding.startswith("down"):
        assert floor(value) == expected
    elif tolerance == {"abs": "0"} and "up" in rounding:
        assert ceil(round(value, 20)) == expected
    else:
        allowed = Fraction(tolerance.get("abs", "0")) * ours.scale
        allowed = max(allowed, Fraction(tolerance.get("rel", "0")) * expected)
        assert abs(value - expected) <= allowed


@pytest.mark.parametrize("vector", [v for v in chosen("price") if v.values[0]["params"]["rounding"] == "up to cent"])
def test_ask_in_cents(vector: dict[str, Any]) -> None:
    ours = mapped(vector)
    table = compile_table(ours.start, ours.floor or 1, 1, ours.curve)
    assert table.ask_after(ours.elapsed(vector["t"])) == int(vector["expected_price"])


@pytest.mark.parametrize("vector", chosen("inverse"))
def test_first_second_at_a_limit(vector: dict[str, Any]) -> None:
    """Upstream tells whole seconds, for the logistic curve the real instant: we tell the microsecond."""
    ours = mapped(vector)
    reached = compile_table(ours.start, ours.floor or 1, 1, ours.curve).reached_after(int(vector["params"]["limit"]))
    assert reached is not None
    if vector["curve"] == "logistic":
        assert reached == ceil(Fraction(vector["expected_t"]) * SECOND)
    else:
        assert ceil(Fraction(reached, SECOND)) == int(vector["expected_t"])


@pytest.mark.parametrize("vector", chosen("flag"))
def test_limit_below_the_floor_is_never_reached(vector: dict[str, Any]) -> None:
    ours = mapped(vector)
    assert compile_table(ours.start, ours.floor, 1, ours.curve).reached_after(int(vector["params"]["limit"])) is None


def business_schedule(vector: dict[str, Any]) -> Schedule:
    p, ours = vector["params"], mapped(vector)
    hours = {"Mon-Fri 08-18": [(day, 480, 1080) for day in range(5)], "daily 00-06": [(d, 0, 360) for d in range(7)]}
    calendar = make_calendar(1, hours[p["schedule"]], years=range(2026, 2028), with_holidays=False)
    closed = tuple(date.fromisoformat(day).toordinal() for day in p["holidays"])
    table = compile_table(ours.start, ours.floor, 1, replace(ours.curve, duration_us=90 * 86_400 * SECOND))
    return Schedule(table, from_text(p["listed_at"]), "DE-BY", replace(calendar, holidays=(("*", closed),)))


@pytest.mark.parametrize("vector", chosen("price", business=True))
def test_ask_over_opening_hours(vector: dict[str, Any]) -> None:
    assert business_schedule(vector).ask_at(from_text(vector["t"])) == int(vector["expected_price"])


@pytest.mark.parametrize("vector", chosen("inverse_timestamp", business=True))
def test_limit_reached_over_opening_hours(vector: dict[str, Any]) -> None:
    reached = business_schedule(vector).reached_at(int(vector["params"]["limit"]))
    assert reached is not None
    assert ceil(Fraction(reached, SECOND)) * SECOND == from_text(vector["expected_t"])


HOUR = 3_600 * SECOND
AN_HOUR = Curve(Linear(), HOUR)
REFUSED = {
    "cv-0580": lambda: Curve(Linear(), (199 - 200) * SECOND),
    "cv-0581": lambda: Curve(Linear(), (200 - 200) * SECOND),
    "cv-0586": lambda: Points(((0, Decimal(1)), (200 * SECOND, Decimal("0.5")), (100 * SECOND, Decimal(0)))),
    "cv-0594": lambda: Curve(Linear(), (10 - 10) * SECOND),
    "cv-0595": lambda: compile_table(100, 0, 1, AN_HOUR),
    "cv-0596": lambda: compile_table(100, 200, 1, AN_HOUR),
    "cv-0597": lambda: Stairs(60 * SECOND, 1 - Decimal("1.0000001")),
    "cv-0599": lambda: compile_table(0, 0, 1, AN_HOUR),
    "cv-0602": lambda: Stairs(60 * SECOND, Decimal(10_000) / 10_000),
}
NO_ERROR_HERE = {
    "start = floor is a flat listing and allowed (rules.md §2.3)": ["cv-0591"],
    "terms are frozen values: there is no verb to change them": ["cv-0593", "cv-0603"],
    "the desk lists at its own instant, never in the past": ["cv-0592"],
    "the ask exists in [listed_at, expires_at): outside it is None (test_schedule.py)": [
        *("cv-0136", "cv-0138", "cv-0139", "cv-0140", "cv-0605", "cv-0606"),
    ],
    "price depends on units sold": ["cv-0367", "cv-0604"],
    "start prices are not derived from the last sale": ["cv-0601"],
    "start and floor may lie as far apart as the supplier likes": ["cv-0608"],
}


@pytest.mark.parametrize("vector_id", REFUSED)
def test_refused_with_a_sentence(vector_id: str) -> None:
    with pytest.raises(Invalid):
        REFUSED[vector_id]()


def test_every_vector_is_applied_or_has_a_reason() -> None:
    errors = {v["id"] for v in VECTORS if v["kind"] == "error"}
    assert errors == {*REFUSED, *(i for ids in NO_ERROR_HERE.values() for i in ids)}
    skipped = Counter(not_applicable(v) for v in VECTORS if v["kind"] != "error")
    applied = skipped.pop(None)
    assert (len(VECTORS), applied, len(REFUSED)) == (365, 192, 9)
    assert skipped.total() == 365 - 192 - len(errors)
