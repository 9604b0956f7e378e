from decimal import Decimal

import pytest

from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from exchange.pricing.curve import (
    Curve,
    Exponential,
    Hyperbolic,
    Linear,
    Logistic,
    Points,
    Stairs,
    Steps,
    TwoPhase,
)
from exchange.script.curves import take_curve
from exchange.script.mistake import Mismatch
from exchange.script.words import Words, split

D = Decimal


def curve(text: str) -> Curve:
    words = Words(split(text))
    read = take_curve(words)
    words.end()
    return read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("linear over 600s", Curve(Linear(), 600 * SECOND_US, 0, 0)),
        ("exponential half-life 2h over 3d", Curve(Exponential(2 * HOUR_US), 3 * DAY_US, 0, 0)),
        ("stairs every 60s drop 10% over 1h", Curve(Stairs(MINUTE_US, D("0.1")), HOUR_US, 0, 0)),
        (
            "points 0s:100% 10m:80% 1h:40% over 2h",
            Curve(Points(((0, D(1)), (10 * MINUTE_US, D("0.8")), (HOUR_US, D("0.4")))), 2 * HOUR_US, 0, 0),
        ),
        (
            "hyperbolic scale 2.2d exponent 0.77 over 30d grace 10m",
            Curve(Hyperbolic(190_080 * SECOND_US, D("0.77")), 30 * DAY_US, 10 * MINUTE_US, 0),
        ),
        (
            "two-phase 0.88 half-life 4d and half-life 100d over 30d",
            Curve(TwoPhase(D("0.88"), 4 * DAY_US, 100 * DAY_US), 30 * DAY_US, 0, 0),
        ),
        (
            "logistic midpoint 6h width 30m over 1d",
            Curve(Logistic(6 * HOUR_US, 30 * MINUTE_US), DAY_US, 0, 0),
        ),
        (
            "steps 0s:100% 5m:80% 1h:50% over 2h",
            Curve(Steps(((0, D(1)), (5 * MINUTE_US, D("0.8")), (HOUR_US, D("0.5")))), 2 * HOUR_US, 0, 0),
        ),
        ("linear over 1h hold 5% grace 10m", Curve(Linear(), HOUR_US, 10 * MINUTE_US, 500)),
    ],
)
def test_every_family(text: str, expected: Curve) -> None:
    assert curve(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "cubic over 1h",
        "linear",
        "linear over 1h hold 5% hold 5%",
        "linear over 1h grace 1h",
        "linear over 10m grace 9m hold 10%",
        "linear over 0s",
        "exponential over 3d",
        "stairs every 60s drop 100% over 1h",
        "points 10m:80% over 1h",
        "points 0s:100% 10m:80% 5m:70% over 1h",
        "points 0s:100% 10m:80% 20m:90% over 1h",
        "steps over 1h",
        "two-phase 0.88 half-life 4d over 30d",
        "linear over 1h now",
    ],
)
def test_absurd_curves_are_mistakes(text: str) -> None:
    with pytest.raises(Mismatch):
        curve(text)
