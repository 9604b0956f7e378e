"""What shared leads cost, and what a supplier may wish for those that find no buyer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import Invalid
from exchange.instant import HOUR_US
from exchange.lead import EVERYONE, ConsentScope
from exchange.orderbook.sharing import (
    Conversion,
    ConversionRule,
    Sharing,
    check_conversion,
    check_sharing,
    conversion_of,
    on_the_tick,
    second_id,
)

RULE = ConversionRule(HOUR_US, 3)


@given(st.integers(1, 10**9), st.integers(1, 1_000_000), st.sampled_from([1, 50, 100]))
def test_a_share_is_the_least_price_on_the_tick_that_reaches_it(cents: int, factor_bp: int, tick: int) -> None:
    price = on_the_tick(cents, factor_bp, tick)
    assert price % tick == 0
    assert price * 10_000 >= cents * factor_bp > (price - tick) * 10_000


@pytest.mark.parametrize(("buyout_bp", "seat_bp"), [(9_999, 0), (-1, 0), (1_000_001, 0), (0, 10_001), (0, -1)])
def test_a_whole_lead_costs_no_less_than_a_seat_and_a_seat_no_more_than_the_ask(buyout_bp: int, seat_bp: int) -> None:
    with pytest.raises(Invalid):
        check_sharing(Sharing(buyout_bp, seat_bp))


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        (RULE, {"seats": 2}),
        (RULE, {"most_seats": 2}),
        (RULE, {"seat_bp": 0}),
        (ConversionRule(0, 3), {}),
        (ConversionRule(HOUR_US, 1), {}),
    ],
)
def test_a_rule_the_sector_cannot_follow_is_no_form(rule: ConversionRule, more: dict[str, int]) -> None:
    check_conversion("L1", RULE, seats=1, most_seats=3, seat_bp=6_000)
    with pytest.raises(Invalid):
        check_conversion("L1", rule, **({"seats": 1, "most_seats": 3, "seat_bp": 6_000} | more))


def test_a_name_must_leave_room_for_the_second() -> None:
    assert second_id("L1") == "L1~2"
    with pytest.raises(Invalid):
        check_conversion("L" * 79, RULE, seats=1, most_seats=3, seat_bp=6_000)


@pytest.mark.parametrize(
    ("consent", "duration_us", "seats"),
    [
        (EVERYONE, 2 * HOUR_US, 3),
        (EVERYONE, HOUR_US, None),
        (ConsentScope(("anna", "bert")), 2 * HOUR_US, 2),
        (ConsentScope(("anna", "anna")), 2 * HOUR_US, None),
        (ConsentScope(()), 2 * HOUR_US, None),
    ],
)
def test_what_the_enquirer_agreed_to_holds_for_shared_leads_too(
    consent: ConsentScope, duration_us: int, seats: int | None
) -> None:
    found = conversion_of(RULE, consent, duration_us=duration_us, seat_bp=6_000)
    assert found == (None if seats is None else Conversion(HOUR_US, seats, 6_000))
