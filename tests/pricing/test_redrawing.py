"""A curve drawn on in another family: of that family, between the same prices, near the line there was."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.errors import Invalid
from exchange.instant import MINUTE_US
from exchange.pricing.curve import FAMILIES, Curve, Points, family_of
from exchange.pricing.drawing import Drawing
from exchange.pricing.redrawing import redrawn
from tests.pricing.strategies import curves, prices


@settings(max_examples=40)
@given(curves(), prices(), st.sampled_from(tuple(FAMILIES)))
def test_any_curve_can_be_drawn_in_any_family(curve: Curve, at: tuple[int, int, int], family: str) -> None:
    drawing = Drawing(curve, at[0], at[1])
    other = redrawn(drawing, family)
    assert family_of(other.curve.shape) == family
    assert (other.start_cents, other.floor_cents, other.curve.duration_us) == (*at[:2], curve.duration_us)
    assert other.table(at[2]).asks_cents[0] == at[0]


def test_a_redrawn_exponential_goes_through_the_middle() -> None:
    falling = Points(((0, Decimal(1)), (85 * MINUTE_US, Decimal(0))))
    drawing = Drawing(Curve(falling, 90 * MINUTE_US), 58_00, 15_00)
    other = redrawn(drawing, "exponential")
    half_us = drawing.curve.span_us // 2
    apart = abs(other.table(50).ask_after(half_us) - drawing.table(50).ask_after(half_us))
    assert apart <= 100


def test_an_unknown_family_is_refused_and_the_same_one_changes_nothing() -> None:
    drawing = Drawing(Curve(Points(((0, Decimal(1)),)), 90 * MINUTE_US), 58_00, 15_00)
    assert redrawn(drawing, "points") is drawing
    with pytest.raises(Invalid, match="none of"):
        redrawn(drawing, "spiral")
