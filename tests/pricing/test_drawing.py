"""Handles on a curve: where they lie, what moving one means, and that nothing moves by itself."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import Invalid
from exchange.instant import MINUTE_US
from exchange.pricing.curve import (
    Curve,
    Exponential,
    Hyperbolic,
    Logistic,
    Points,
    Stairs,
    TwoPhase,
)
from exchange.pricing.drawing import ACROSS, UPRIGHT, Drawing
from tests.pricing.strategies import curves, prices


def drawn(shape, minutes: int = 90) -> Drawing:
    return Drawing(Curve(shape, minutes * MINUTE_US), 58_00, 15_00)


def points(*pairs: tuple[int, str]) -> Points:
    return Points(tuple((at * MINUTE_US, Decimal(share)) for at, share in pairs))


@given(curves(), prices())
def test_a_handle_moved_to_where_it_is_changes_nothing(curve: Curve, at: tuple[int, int, int]) -> None:
    drawing = Drawing(curve, at[0], at[1])
    for handle in drawing.handles():
        assert drawing.moved(handle.name, handle.elapsed_us, handle.cents) is drawing


@given(curves(), prices(), st.data())
def test_a_point_goes_exactly_where_it_is_put(curve: Curve, at: tuple[int, int, int], data: st.DataObject) -> None:
    start, floor, tick = at
    wanted = floor + tick * data.draw(st.integers(0, (start - floor) // tick))
    place = data.draw(st.integers(1, curve.span_us)) if curve.span_us > 1 else 1
    shape = Points(((0, Decimal(1)), (place, Decimal(0))))
    drawing = Drawing(Curve(shape, curve.duration_us, curve.grace_us, curve.hold_bp), start, floor)
    moved = drawing.moved("point-1", curve.grace_us + place, wanted)
    handle = next(one for one in moved.handles() if one.name == "point-1")
    if start > floor:
        assert handle.cents == wanted
    if curve.grace_us + place < curve.duration_us - curve.hold_us:
        assert moved.table(tick).ask_after(curve.grace_us + place) == (wanted if start > floor else start)


@pytest.mark.parametrize(
    ("shape", "name", "across", "upright", "told"),
    [
        (Exponential(30 * MINUTE_US), "half-life", 1, 0, Exponential(31 * MINUTE_US)),
        (Exponential(120 * MINUTE_US), "half-life", 1, 0, Exponential(122 * MINUTE_US)),
        (Stairs(10 * MINUTE_US, Decimal("0.5")), "stair", 2, 0, Stairs(12 * MINUTE_US, Decimal("0.5"))),
        (Stairs(10 * MINUTE_US, Decimal("0.5")), "stair", 0, 290, Stairs(10 * MINUTE_US, Decimal("0.45"))),
        (Hyperbolic(20 * MINUTE_US, Decimal(1)), "scale", 1, 0, Hyperbolic(21 * MINUTE_US, Decimal(1))),
        (Hyperbolic(20 * MINUTE_US, Decimal(1)), "scale", 0, -1450, Hyperbolic(20 * MINUTE_US, Decimal(2))),
        (
            Logistic(40 * MINUTE_US, 8 * MINUTE_US),
            "middle",
            1,
            0,
            Logistic(41 * MINUTE_US, 8 * MINUTE_US),
        ),
        (Logistic(40 * MINUTE_US, 8 * MINUTE_US), "width", 1, 0, Logistic(40 * MINUTE_US, 9 * MINUTE_US)),
        (
            TwoPhase(Decimal("0.5"), 10 * MINUTE_US, 40 * MINUTE_US),
            "aged",
            1,
            0,
            TwoPhase(Decimal("0.5"), 10 * MINUTE_US, 41 * MINUTE_US),
        ),
    ],
)
def test_what_a_move_means(shape, name: str, across: int, upright: int, told) -> None:
    drawing = drawn(shape)
    handle = next(one for one in drawing.handles() if one.name == name)
    moved = drawing.moved(name, handle.elapsed_us + across * MINUTE_US, handle.cents + upright)
    assert moved.curve.shape == told


def test_a_weight_is_found_from_the_price() -> None:
    drawing = drawn(TwoPhase(Decimal("0.5"), 10 * MINUTE_US, 60 * MINUTE_US))
    handle = next(one for one in drawing.handles() if one.name == "fresh")
    moved = drawing.moved("fresh", handle.elapsed_us, handle.cents - 100)
    assert next(one for one in moved.handles() if one.name == "fresh").cents == handle.cents - 100
    assert moved.curve.shape.weight > Decimal("0.5")


def test_start_end_and_grace_move_too() -> None:
    drawing = drawn(points((0, "1"), (10, "0.5")))
    assert [one.name for one in drawing.handles()] == ["start", "point-1", "end"]
    assert drawing.moved("start", 5, 60_00).start_cents == 60_00
    later = drawing.moved("end", 120 * MINUTE_US, 14_00)
    assert (later.curve.duration_us, later.floor_cents) == (120 * MINUTE_US, 14_00)
    waiting = Drawing(Curve(Exponential(MINUTE_US), 90 * MINUTE_US, MINUTE_US), 58_00, 15_00)
    assert waiting.moved("grace", 2 * MINUTE_US, 0).curve.grace_us == 2 * MINUTE_US
    assert {one.moves for one in waiting.handles() if one.name in ("start", "grace")} == {ACROSS, UPRIGHT}


def test_a_point_that_would_rise_is_refused() -> None:
    drawing = drawn(points((0, "1"), (10, "0.5"), (20, "0.4")))
    with pytest.raises(Invalid, match="never rises"):
        drawing.moved("point-2", 20 * MINUTE_US, 50_00)
    with pytest.raises(Invalid, match="times must rise"):
        drawing.moved("point-2", 10 * MINUTE_US, 20_00)
    with pytest.raises(Invalid, match="no handle"):
        drawing.moved("point-9", 0, 0)
