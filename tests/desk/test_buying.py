"""Buyers' verbs: the order of refusals, reservations, changes, claims (rules.md §3, §4, §7, §10)."""

import pytest

from exchange.errors import ExchangeError, Forbidden, Invalid, Unknown
from exchange.instant import DAY_US, MINUTE_US
from exchange.lead import ConsentScope
from exchange.orderbook.caps import Cap
from exchange.orderbook.filters import Filters
from tests.desk.floor import offer, open_market, open_sector, proven, wait

pytestmark = pytest.mark.usefixtures("engine")


def buy(desk, buyer="anna", listing="L1", most=9_000):
    return desk.buy("pv", buyer=buyer, listing_id=listing, most_cents=most)


def test_a_buy_pays_the_ask_not_the_most() -> None:
    desk = open_market(vat_bp=1900)
    offer(desk, "L1")
    wait(desk, 4 * MINUTE_US)
    (fill,) = buy(desk).fills
    assert (fill.ask_cents, fill.vat_cents, fill.fee_cents) == (6_600, 1_254, 660)
    assert desk.balance("anna").balance_cents == 100_000 - 7_854
    assert (desk.account("pending:nord"), desk.account("fees"), desk.account("vat")) == (5_940, 660, 1_254)
    assert desk.row_of("sale", fill.sale_id)["buyer"] == "anna"
    proven(desk)


def test_refusals_come_in_their_order() -> None:
    """Each step removes the first obstacle and meets the next."""
    desk = open_market(cents=1_000, vat_bp=0)
    offer(desk, "own", supplier="cora", consent=ConsentScope(("cora",)))
    with pytest.raises(Invalid):
        buy(desk, "cora", "own", most=0)
    assert buy(desk, "cora", "L1").refused.code == "unknown"
    assert buy(desk, "anna", "own").refused.code == "unknown", "consent does not cover anna"
    desk.change_member("cora", group="cora", suspended=True)
    assert buy(desk, "cora", "L1").refused.code == "unknown"
    with pytest.raises(Forbidden):
        buy(desk, "cora", "own")
    desk.change_member("cora", group="cora", suspended=False)
    desk.halt("pv", reason="price feed")
    assert buy(desk, "cora", "own").refused.code == "halted"
    desk.resume("pv")
    assert buy(desk, "cora", "own").refused.code == "own_lead"
    offer(desk, "L1", seats=2, floor_cents=3_000, start_cents=5_500)
    assert buy(desk, "cora", "L1", most=5_450).refused.code == "price_above_limit"
    assert buy(desk, "anna", "L1").fills, "1,000 and a credit line of 5,000 cover 5,500"
    assert buy(desk, "anna", "L1").refused.code == "already_bought"
    offer(desk, "L2", start_cents=6_000)
    assert buy(desk, "anna", "L2").refused.code == "insufficient_funds"
    desk.withdraw("pv", listing_id="L2", by="nord")
    assert buy(desk, "anna", "L2").refused.reason == "withdrawn"
    proven(desk)


def test_who_is_no_buyer_may_not_buy() -> None:
    desk = open_market()
    offer(desk, "L1")
    with pytest.raises(Forbidden):
        buy(desk, "nord")
    with pytest.raises(Unknown, match="unknown organisation: nobody"):
        buy(desk, "nobody")
    with pytest.raises(Forbidden):
        offer(desk, "L2", supplier="anna")


def test_linked_firms_count_as_one() -> None:
    desk = open_market()
    desk.join("anna2", name="Anna zwei", buyer=True, group="anna")
    desk.deposit("anna2", amount_cents=50_000)
    offer(desk, "L1", seats=3)
    assert buy(desk, "anna").fills
    assert buy(desk, "anna2").refused.code == "already_bought"
    desk.change_member("bert", group="cora", suspended=False)
    offer(desk, "L2", supplier="cora", seats=2)
    assert buy(desk, "bert", "L2").refused.code == "own_lead"
    proven(desk)


def test_a_reservation_is_available_no_more_and_comes_back() -> None:
    desk = open_market(vat_bp=1900)
    placed = desk.place("pv", bid_id="B1", buyer="bert", limit_cents=4_000, quantity=2)
    assert placed.outcomes[0].reserved_cents == 2 * 4_760
    assert desk.balance("bert").balance_cents == 100_000
    assert desk.balance("bert").available_cents == 100_000 + 5_000 - 9_520
    changed = desk.change("pv", bid_id="B1", buyer="bert", limit_cents=5_000, quantity=1)
    assert changed.outcomes[0].reserved_cents == 5_950
    assert not changed.outcomes[0].kept_place
    desk.cancel("pv", bid_id="B1", buyer="bert")
    assert desk.balance("bert").available_cents == 105_000
    assert desk.account("reserved:bert:B1") == 0
    proven(desk)


def test_a_bid_that_cannot_be_covered_does_not_stand() -> None:
    desk = open_market(cents=1_000, vat_bp=0)
    assert (
        desk.place("pv", bid_id="B1", buyer="bert", limit_cents=3_050, quantity=2).refused.code == "insufficient_funds"
    )
    assert desk.place("pv", bid_id="B1", buyer="bert", limit_cents=3_000, quantity=2).refused is None
    change = desk.change("pv", bid_id="B1", buyer="bert", limit_cents=3_050, quantity=2)
    assert change.refused.code == "insufficient_funds"
    assert desk.row_of("bid", "B1")["limit_cents"] == 3_000
    proven(desk)


def test_a_refused_change_leaves_a_bid_where_its_budget_still_finds_leads() -> None:
    desk = open_market(cents=6_000, vat_bp=0)
    desk.place("pv", bid_id="B1", buyer="anna", limit_cents=9_000, quantity=2, budget_cents=11_000)
    offer(desk, "L1", start_cents=6_000)
    offer(desk, "L2", start_cents=6_000)
    assert desk.change("pv", bid_id="B1", buyer="anna", limit_cents=9_000, quantity=9).refused is not None
    wait(desk, 4 * MINUTE_US)
    fills = [entry.value for entry in desk.settle("pv") if entry.value.kind == "filled"]
    assert [(fill.listing_id, fill.ask_cents) for fill in fills] == [("L2", 5_000)]
    proven(desk)


def test_a_standing_bid_takes_what_falls_into_its_reach() -> None:
    desk = open_market(vat_bp=0)
    offer(desk, "L1")
    desk.place("pv", bid_id="B1", buyer="anna", limit_cents=7_000, quantity=2, filters=Filters(regions=("DE-BY",)))
    desk.place("pv", bid_id="B2", buyer="bert", limit_cents=7_000, quantity=1, caps=(Cap("day", leads=1),))
    wait(desk, 5 * MINUTE_US)
    (fill,) = [entry for entry in desk.settle("pv") if entry.value.kind == "filled"]
    assert (fill.value.buyer, fill.value.ask_cents) == ("anna", 7_000)
    assert desk.balance("anna").balance_cents == 93_000
    assert desk.row_of("bid", "B1")["filled"] == 1
    assert desk.row_of("listing", "L1")["state"] == "sold"
    proven(desk)


def test_ids_belong_to_one_sector_and_are_given_once() -> None:
    desk = open_market()
    open_sector(desk, "bu")
    desk.place("pv", bid_id="B1", buyer="anna", limit_cents=1_000, quantity=1)
    desk.cancel("pv", bid_id="B1", buyer="anna")
    for sector in ("pv", "bu"):
        with pytest.raises(Invalid, match="taken"):
            desk.place(sector, bid_id="B1", buyer="anna", limit_cents=1_000, quantity=1)
    assert desk.pause("bu", bid_id="B1", buyer="anna").refused.code == "unknown"
    with pytest.raises(Invalid, match="bid_id"):
        desk.place("pv", bid_id="B 2", buyer="anna", limit_cents=1_000, quantity=1)


def test_pausing_keeps_the_reservation_and_twice_is_no_refusal() -> None:
    desk = open_market()
    desk.place("pv", bid_id="B1", buyer="anna", limit_cents=8_000, quantity=1)
    desk.pause("pv", bid_id="B1", buyer="anna")
    assert desk.pause("pv", bid_id="B1", buyer="anna").refused is None
    offer(desk, "L1")
    wait(desk, 3 * MINUTE_US)
    assert desk.settle("pv") == ()
    assert desk.row_of("bid", "B1")["reserved_cents"] == 9_520
    assert desk.unpause("pv", bid_id="B1", buyer="anna").fills
    proven(desk)


def test_cancelling_all_ends_the_bids_of_one_buyer() -> None:
    desk = open_market()
    for number, buyer in enumerate(("anna", "anna", "bert")):
        desk.place("pv", bid_id=f"B{number}", buyer=buyer, limit_cents=1_000, quantity=1)
    assert len(desk.cancel_all("pv", buyer="anna").outcomes) == 2
    assert [desk.row_of("bid", f"B{number}")["state"] for number in range(3)] == ["cancelled", "cancelled", "active"]


def test_a_claim_goes_back_on_all_sides_once() -> None:
    desk = open_market(vat_bp=1900)
    offer(desk, "L1")
    (fill,) = buy(desk).fills
    claim = {"sale_id": fill.sale_id, "buyer": "anna", "ground": "not-asked"}
    assert desk.claim("pv", **{**claim, "buyer": "bert"}).refused.code == "unknown"
    with pytest.raises(Invalid):
        desk.claim("pv", **{**claim, "ground": "regret"})
    assert desk.claim("pv", **claim).refused is None
    assert desk.claim("pv", **claim).refused.code == "already_claimed"
    assert desk.rule("pv", sale_id=fill.sale_id, ruling="uphold").outcomes[0].net_cents == 9_000
    assert desk.rule("pv", sale_id=fill.sale_id, ruling="uphold").refused.code == "not_open"
    desk.store.forget_books()
    assert desk.claim("pv", **claim).refused.code == "already_claimed"
    assert desk.balance("anna").balance_cents == 100_000
    assert [desk.account(name) for name in ("pending:nord", "fees", "vat")] == [0, 0, 0]
    assert desk.row_of("sale", fill.sale_id)["released"]
    proven(desk)


def test_what_no_one_claims_becomes_payable_and_can_be_claimed_no_more() -> None:
    desk = open_market(vat_bp=0)
    offer(desk, "L1")
    (fill,) = buy(desk).fills
    wait(desk, 14 * DAY_US - 1)
    assert desk.settle("pv") == ()
    wait(desk, 1)
    assert desk.settle("pv")[-1].value.kind == "released"
    desk.store.forget_books()
    late = desk.claim("pv", sale_id=fill.sale_id, buyer="anna", ground="not-asked")
    assert late.refused.code == "window_passed"
    assert (desk.account("pending:nord"), desk.account("payable:nord")) == (0, 8_100)
    proven(desk)


def test_silence_upholds_a_claim() -> None:
    desk = open_market(vat_bp=0)
    offer(desk, "L1")
    (fill,) = buy(desk).fills
    desk.claim("pv", sale_id=fill.sale_id, buyer="anna", ground="wrong-sector")
    wait(desk, 30 * DAY_US)
    kinds = [entry.value.kind for entry in desk.settle("pv")]
    assert kinds[-2:] == ["upheld", "released"]
    assert desk.balance("anna").balance_cents == 95_500
    assert desk.account("payable:nord") == 4_050
    proven(desk)


def test_a_suspended_firm_may_wind_its_business_up_but_not_trade() -> None:
    desk = open_market()
    offer(desk, "L1")
    desk.place("pv", bid_id="B1", buyer="bert", limit_cents=8_000, quantity=1)
    desk.change_member("bert", group="bert", suspended=True)
    wait(desk, 5 * MINUTE_US)
    assert not [entry for entry in desk.settle("pv") if entry.value.kind == "filled"], "its bids stand still"
    for trade in (
        lambda: buy(desk, "bert"),
        lambda: desk.place("pv", bid_id="B2", buyer="bert", limit_cents=8_000, quantity=1),
        lambda: desk.change("pv", bid_id="B1", buyer="bert", limit_cents=8_500, quantity=1),
    ):
        with pytest.raises(Forbidden):
            trade()
    assert desk.cancel("pv", bid_id="B1", buyer="bert").refused is None
    proven(desk)


def test_errors_carry_codes_for_the_wire() -> None:
    desk = open_market()
    with pytest.raises(ExchangeError) as error:
        buy(desk, "nobody")
    assert error.value.code == "unknown"
