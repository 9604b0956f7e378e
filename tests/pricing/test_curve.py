import json
import pickle
from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest
from hypothesis import given

from exchange.errors import Invalid
from exchange.instant import DAY_US, HOUR_US, MINUTE_US
from exchange.pricing.curve import FAMILIES, Curve, CurveVersion, Exponential, Linear, Points, Stairs, family_of
from tests.pricing.strategies import curves

HALF_TIME = Points(((0, Decimal(1)), (10 * MINUTE_US, Decimal("0.8")), (HOUR_US, Decimal("0.4"))))


def test_the_hold_is_floored_to_the_microsecond() -> None:
    curve = Curve(Linear(), 19_999, hold_bp=500)
    assert (curve.hold_us, curve.span_us) == (999, 19_000)


def test_grace_shape_and_hold_in_their_order() -> None:
    curve = Curve(Linear(), 10 * HOUR_US, grace_us=HOUR_US, hold_bp=1_000)
    at = [curve.value(9000, 3000, minutes * MINUTE_US) for minutes in (0, 60, 300, 540, 570)]
    assert at == [9000, 9000, 6000, 3000, 3000]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ((0,), "duration_us"),
        ((-1,), "duration_us"),
        ((4_000 * DAY_US,), "duration_us"),
        ((HOUR_US, -1), "grace_us"),
        ((HOUR_US, HOUR_US), "duration_us"),
        ((HOUR_US, HOUR_US * 95 // 100, 500), "duration_us"),
        ((HOUR_US, 0, -1), "hold_bp"),
        ((HOUR_US, 0, 10_000), "hold_bp"),
        ((HOUR_US, 0, 0.05), "hold_bp"),
    ],
)
def test_absurd_times_are_refused(parameters: tuple[int, ...], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        Curve(Linear(), *parameters)
    assert refused.value.field == field


def test_points_beyond_the_running_time_are_refused() -> None:
    with pytest.raises(Invalid, match="beyond the running time"):
        Curve(HALF_TIME, HOUR_US, grace_us=1)


def test_lasting_replaces_the_running_time_and_cuts_points_beyond() -> None:
    curve = Curve(HALF_TIME, 2 * HOUR_US, hold_bp=0)
    assert curve.lasting(3 * HOUR_US) == Curve(HALF_TIME, 3 * HOUR_US, hold_bp=0)
    assert curve.lasting(30 * MINUTE_US) == Curve(Points(HALF_TIME.points[:2]), 30 * MINUTE_US, hold_bp=0)
    graced = Curve(Exponential(HOUR_US), DAY_US, grace_us=HOUR_US, hold_bp=250)
    assert graced.lasting(2 * DAY_US) == Curve(Exponential(HOUR_US), 2 * DAY_US, HOUR_US, 250)
    with pytest.raises(Invalid):
        graced.lasting(HOUR_US)


@given(curves())
def test_payload_and_back(curve: Curve) -> None:
    payload = json.loads(json.dumps(curve.to_payload()))
    assert Curve.from_payload(payload) == curve
    assert pickle.loads(pickle.dumps(curve)) == curve  # noqa: S301
    version = CurveVersion(3, "winter", curve)
    assert CurveVersion.from_payload(version.to_payload()) == version
    assert hash(Curve.from_payload(payload)) == hash(curve)


def test_equal_curves_have_one_payload() -> None:
    """Decimals have many spellings; the tape's hash must not depend on them."""
    spellings = [Curve(Stairs(MINUTE_US, Decimal(text)), HOUR_US) for text in ("0.1", "0.10", "1E-1")]
    assert {json.dumps(curve.to_payload(), sort_keys=True) for curve in spellings} == {
        '{"drop": "0.1", "duration_us": 3600000000, "every_us": 60000000,'
        ' "family": "stairs", "grace_us": 0, "hold_bp": 500}'
    }


def test_a_payload_that_is_no_curve_is_refused() -> None:
    payload = Curve(Exponential(HOUR_US), DAY_US).to_payload()
    with pytest.raises(Invalid, match="is none of linear, exponential"):
        Curve.from_payload({**payload, "family": "free-fall"})
    del payload["half_life_us"]
    with pytest.raises(Invalid, match="half_life_us: is missing"):
        Curve.from_payload(payload)


def test_eight_families_by_name() -> None:
    assert len(FAMILIES) == 8
    assert family_of(HALF_TIME) == "points"


def test_a_curve_never_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        Curve(Linear(), HOUR_US).duration_us = 1  # type: ignore[misc]
