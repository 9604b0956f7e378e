from decimal import Decimal
from fractions import Fraction

import pytest

from exchange.errors import Invalid
from exchange.instant import DAY_US, HOUR_US, MINUTE_US
from exchange.pricing.shape import Linear, Points, Shares, Stairs, Steps

DAY = DAY_US
FALLING: Shares = ((0, Decimal(1)), (10 * MINUTE_US, Decimal("0.8")), (HOUR_US, Decimal("0.4")))


def test_linear_by_hand() -> None:
    """90 to 30 EUR in a day: a quarter of the way, 75 EUR; a third of it, exactly 70."""
    assert Linear().value(9000, 3000, DAY // 4, DAY) == 7500
    assert Linear().value(9000, 3000, DAY // 3, DAY) == 7000
    assert Linear().value(9000, 3000, 1, DAY) == 9000 - Fraction(6000, DAY)


def test_stairs_by_hand() -> None:
    """A tenth off every hour: 100, 90, 81, 72.90 … and never under the floor."""
    stairs = Stairs(HOUR_US, Decimal("0.1"))
    at = [stairs.value(10_000, 5_000, hour * HOUR_US, DAY) for hour in (0, 1, 2, 3, 7)]
    assert at == [10_000, 9_000, 8_100, 7_290, 5_000]
    assert stairs.value(10_000, 5_000, HOUR_US - 1, DAY) == 10_000


def test_stairs_far_below_the_floor_cost_no_power() -> None:
    assert Stairs(1, Decimal("0.01")).value(10_000, 5_000, 10 * DAY, DAY) == 5_000


def test_points_are_linear_between() -> None:
    """Half way from 100 % to 80 % of the way is 90 %: 30 + 0.9 * 60 = 84 EUR."""
    points = Points(FALLING)
    assert points.value(9000, 3000, 5 * MINUTE_US, DAY) == 8400
    assert points.value(9000, 3000, 10 * MINUTE_US, DAY) == 7800
    assert points.value(9000, 3000, 35 * MINUTE_US, DAY) == 6600
    assert points.value(9000, 3000, 5 * HOUR_US, DAY) == 5400, "the last share stays"


def test_steps_hold_until_the_next() -> None:
    steps = Steps(FALLING)
    at = [steps.value(9000, 3000, us, DAY) for us in (0, 10 * MINUTE_US - 1, 10 * MINUTE_US, HOUR_US, DAY)]
    assert at == [9000, 9000, 7800, 5400, 5400]


def test_cut_leaves_out_the_points_beyond() -> None:
    assert Points(FALLING).cut(HOUR_US - 1) == Points(FALLING[:2])
    assert Steps(FALLING).cut(HOUR_US) == Steps(FALLING)
    assert Linear().cut(1) == Linear()


@pytest.mark.parametrize(
    "points",
    [
        (),
        ((1, Decimal(1)),),
        ((0, Decimal("0.9")),),
        ((0, Decimal(1)), (5, Decimal("0.5")), (5, Decimal("0.4"))),
        ((0, Decimal(1)), (9, Decimal("0.5")), (5, Decimal("0.4"))),
        ((0, Decimal(1)), (5, Decimal("0.5")), (9, Decimal("0.6"))),
        ((0, Decimal(1)), (5, Decimal("-0.1"))),
        ((0, Decimal(1)), (5, Decimal("1.1"))),
        ((0, Decimal(1)), (5, Decimal("NaN"))),
        ((0, Decimal(1)), (5, Decimal("0.0000000000001"))),
    ],
)
@pytest.mark.parametrize("family", [Points, Steps])
def test_points_that_make_no_falling_price_are_refused(family: type[Points | Steps], points: Shares) -> None:
    with pytest.raises(Invalid) as refused:
        family(points)
    assert refused.value.field == "points"


def test_seventeen_points_are_too_many() -> None:
    sixteen = tuple((at, Decimal(100 - at).scaleb(-2)) for at in range(16))
    assert len(Points(sixteen).points) == 16
    with pytest.raises(Invalid, match="at most 16, not 17"):
        Points((*sixteen, (16, Decimal("0.84"))))


@pytest.mark.parametrize("drop", ["0", "1", "1.5", "-0.1", "0.00001", "NaN", "Infinity"])
def test_an_absurd_drop_is_refused(drop: str) -> None:
    with pytest.raises(Invalid) as refused:
        Stairs(HOUR_US, Decimal(drop))
    assert refused.value.field == "drop"


@pytest.mark.parametrize("every_us", [0, -1, 11 * 366 * DAY_US])
def test_an_absurd_time_is_refused(every_us: int) -> None:
    with pytest.raises(Invalid, match="every_us: must"):
        Stairs(every_us, Decimal("0.1"))
