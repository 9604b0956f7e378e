"""Fee, grid, seats and claim rules changed while the market runs: what was sold, listed or entered keeps its own."""

from dataclasses import replace

import pytest

from exchange.claims import ClaimRules
from exchange.errors import Invalid
from exchange.instant import DAY_US
from exchange.orderbook.filters import Filters
from exchange.orderbook.rates import Rates
from exchange.store.proof import prove
from tests.web.market import Market, _lead

THEN = Rates(50, 3, 1_000, ClaimRules())
NOW = Rates(100, 2, 2_000, ClaimRules(7 * DAY_US, 10 * DAY_US, (("duplicate", 5_000),)))


def rlv(listing_id: str, seats: int = 1):  # type: ignore[no-untyped-def]
    return _lead(listing_id, "rlv", 0, "10115 DE-BE", seats, "76 22", sum="1", years="1", smoker="no", age="34")


def sold(market: Market, listing_id: str) -> dict:  # type: ignore[type-arg]
    market.list(rlv(listing_id))
    answer = market.desk.buy("rlv", buyer="krone", listing_id=listing_id, most_cents=9_000)
    return market.desk.row_of("sale", answer.fills[0].sale_id)


def test_a_sale_keeps_the_fee_and_the_rules_it_was_made_under(market: Market) -> None:
    market.desk.set_rates("rlv", rates=THEN)
    before = sold(market, "R1")
    market.bid("halbe", "rlv", 1_050, "Halbe", Filters(postcodes=("99",)))
    market.desk.set_rates("rlv", rates=NOW)
    market.desk.store.forget_books()
    after = sold(market, "R2")
    assert (before["fee_cents"], after["fee_cents"]) == (380, 760)
    assert before["closes_at"] - before["sold_at"] == 14 * DAY_US
    assert after["closes_at"] - after["sold_at"] == 7 * DAY_US
    for sale, back, days in ((before, 3_800, 21), (after, 1_900, 10)):
        market.desk.claim("rlv", sale_id=sale["sale_id"], buyer="krone", ground="duplicate")
        row = market.desk.row_of("sale", sale["sale_id"])
        assert row["silence_at"] - market.clock.now() == days * DAY_US
        market.desk.rule("rlv", sale_id=sale["sale_id"], ruling="uphold")
        assert market.desk.row_of("sale", sale["sale_id"])["returned_net_cents"] == back
    assert market.desk.row_of("bid", "halbe")["tick_cents"] == 50
    with pytest.raises(Invalid):
        market.desk.place("rlv", bid_id="neu", buyer="krone", limit_cents=1_050, quantity=1)
    assert market.list(rlv("R3", 3)) == [], "two seats at most from now on"
    with market.desk.store.read() as connection:
        assert all(prove(connection, None))


@pytest.mark.parametrize(
    "wrong",
    [
        {"tick_cents": 0},
        {"most_seats": 0},
        {"fee_bp": 10_001},
        {"claims": ClaimRules(window_us=0)},
        {"claims": ClaimRules(shares_bp=(("mood", 5_000),))},
        {"claims": ClaimRules(shares_bp=(("duplicate", 5_000), ("duplicate", 4_000)))},
    ],
)
def test_rates_no_sector_may_have_change_nothing(market: Market, wrong: dict) -> None:  # type: ignore[type-arg]
    with pytest.raises(Invalid):
        market.desk.set_rates("rlv", rates=replace(THEN, **wrong))
