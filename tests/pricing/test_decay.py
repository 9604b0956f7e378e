from decimal import Decimal, getcontext, localcontext

import pytest

from exchange.errors import Invalid
from exchange.instant import DAY_US, HOUR_US
from exchange.pricing.curve import Curve
from exchange.pricing.decay import Exponential, Hyperbolic, Logistic, TwoPhase
from exchange.pricing.table import compile_table

MONTH = 30 * DAY_US
AGED = Hyperbolic(22 * DAY_US // 10, Decimal("0.77"))
FRESH_AND_AGED = TwoPhase(Decimal("0.88"), 4 * DAY_US, 100 * DAY_US)


def test_exponential_halves_every_half_life() -> None:
    halving = Exponential(2 * HOUR_US)
    at = [halving.value(8000, 900, hours * HOUR_US, MONTH) for hours in (0, 2, 4, 6, 8)]
    assert at == [8000, 4000, 2000, 1000, 900]
    root = halving.value(10_000, 1, HOUR_US, MONTH)
    assert str(root).startswith("7071.0678118654752440084436210484903928483593768")


def test_hyperbolic_as_leads_age() -> None:
    """As leads age: 75 % after a day, 52 % after three, 33 % after a week, 22 % after two, 13 % after a month."""
    told = {1: 75, 3: 52, 7: 33, 14: 22, 30: 13}
    for days, percent in told.items():
        assert abs(AGED.value(10_000, 1, days * DAY_US, MONTH) / 100 - percent) < Decimal("0.51")


def test_two_phases_by_hand() -> None:
    """After 4 days 0.88/2 + 0.12 * 2^-0.04 = 0.5567; after 100 days nearly nothing of the first is left."""
    assert FRESH_AND_AGED.value(10_000, 1, 0, MONTH) == 10_000
    assert round(FRESH_AND_AGED.value(10_000, 1, 4 * DAY_US, MONTH), 3) == Decimal("5567.186")
    assert round(FRESH_AND_AGED.value(10_000, 1, 100 * DAY_US, MONTH), 3) == Decimal("600.000")


def test_logistic_by_hand() -> None:
    """With the midpoint at four widths A = 1 + e^-4; at the midpoint the price is A/2 of the way above the floor."""
    falling = Logistic(4 * HOUR_US, HOUR_US)
    assert falling.value(4000, 500, 0, DAY_US) == 4000
    assert round(falling.value(4000, 500, 4 * HOUR_US, DAY_US), 6) == Decimal("2282.052368")
    assert round(falling.value(4000, 500, 8 * HOUR_US, DAY_US), 6) == Decimal("564.104736")


@pytest.mark.parametrize("shape", [Exponential(1), Hyperbolic(1, Decimal(99)), TwoPhase(Decimal("0.5"), 1, 2)])
def test_a_blow_falls_to_the_floor_within_microseconds(shape: Exponential | Hyperbolic | TwoPhase) -> None:
    table = compile_table(9000, 3000, 50, Curve(shape, MONTH))
    assert table.asks_cents[-1] == 3000
    assert table.elapsed_us[-1] <= 4


def test_a_logistic_cliff_falls_at_its_midpoint() -> None:
    table = compile_table(9000, 3000, 50, Curve(Logistic(10 * DAY_US, 1), MONTH))
    assert table.ask_after(10 * DAY_US - 100) == 9000
    assert table.ask_after(10 * DAY_US + 100) == 3000


def test_slow_tails_and_great_prices_stay_in_order() -> None:
    lasting = Curve(Hyperbolic(DAY_US, Decimal("0.02")), 3_000 * DAY_US)
    table = compile_table(10**11, 10**11 - 10**7, 10**4, lasting)
    assert table.asks_cents[-1] == 10**11 - 10**7
    assert len(table.asks_cents) == 1001


@pytest.mark.parametrize("shape", [Exponential(HOUR_US), AGED, FRESH_AND_AGED, Logistic(DAY_US, HOUR_US)])
def test_the_thread_s_decimal_context_does_not_matter(shape: Exponential | Hyperbolic) -> None:
    curve = Curve(shape, MONTH)
    compile_table.cache_clear()
    usual, value = compile_table(9000, 3000, 50, curve), curve.value(9000, 3000, DAY_US + 1)
    with localcontext() as context:
        context.prec = 3
        compile_table.cache_clear()
        assert getcontext().prec == 3
        assert compile_table(9000, 3000, 50, curve) == usual
        assert curve.value(9000, 3000, DAY_US + 1) == value


@pytest.mark.parametrize(
    ("family", "parameters", "field"),
    [
        (Exponential, (0,), "half_life_us"),
        (Exponential, (-5,), "half_life_us"),
        (Exponential, (1.5,), "half_life_us"),
        (Hyperbolic, (0, Decimal(1)), "scale_us"),
        (Hyperbolic, (1, Decimal(0)), "exponent"),
        (Hyperbolic, (1, Decimal(1_000)), "exponent"),
        (Hyperbolic, (1, 0.77), "exponent"),
        (TwoPhase, (Decimal(0), 1, 1), "weight"),
        (TwoPhase, (Decimal(1), 1, 1), "weight"),
        (TwoPhase, (Decimal("0.5"), 0, 1), "half_life_us"),
        (TwoPhase, (Decimal("0.5"), 1, 0), "second_half_life_us"),
        (Logistic, (0, 1), "midpoint_us"),
        (Logistic, (1, 0), "width_us"),
    ],
)
def test_absurd_parameters_are_refused(family: type, parameters: tuple[object, ...], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        family(*parameters)
    assert refused.value.field == field
