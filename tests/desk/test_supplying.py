"""Suppliers' verbs: batches, arms, withdrawals."""

import pytest

from exchange.errors import Forbidden, Invalid, Unknown
from exchange.instant import MINUTE_US
from tests.desk.floor import clock_of, lead, offer, open_market, open_sector, proven, wait

pytestmark = pytest.mark.usefixtures("engine")


def test_a_batch_is_as_many_orders_at_one_instant_in_its_order() -> None:
    desk = open_market()
    desk.place("pv", bid_id="B1", buyer="anna", limit_cents=9_000, quantity=1)
    answers = desk.list_leads("pv", supplier="nord", leads=[lead("L1"), lead("L2")])
    assert [[value.kind for value in answer.outcomes] for answer in answers] == [["listed", "filled"], ["listed"]]
    assert {answer.at for answer in answers} == {clock_of(desk).at_us}
    proven(desk)


def test_one_wrong_lead_keeps_no_other_from_being_listed() -> None:
    desk = open_market()
    desk.list_leads("pv", supplier="nord", leads=[lead("L0")])
    answers = desk.list_leads(
        "pv",
        supplier="nord",
        leads=[
            lead("L1"),
            lead("L 2"),
            lead("L3", region="FR-75"),
            lead("L4", start_cents=9_001),
            lead("L5", seats=4),
            lead("L0"),
            lead("L1"),
            lead("L6", floor_cents=0),
            lead("L7"),
        ],
    )
    said = [answer.field if isinstance(answer, Invalid) else "listed" for answer in answers]
    assert said == [
        *("listed", "listing_id", "region", "start_cents", "seats", "listing_id", "listing_id", "floor_cents"),
        "listed",
    ]
    proven(desk)


def test_an_arm_is_drawn_where_none_is_given() -> None:
    desk = open_market()
    desk.list_leads("pv", supplier="nord", leads=[lead(f"L{number}", draw=None) for number in range(60)])
    curves = [desk.row_of("listing", f"L{number}")["curve"] for number in range(60)]
    assert set(curves) == {1, 2}
    assert curves.count(1) > curves.count(2), "7,000 against 3,000 basis points"
    drawn = {entry.value().draw for entry in desk.entries("pv") if entry.kind == "list"}
    assert len(drawn) > 30
    proven(desk)


def test_a_listing_may_name_its_curve_and_its_running_time() -> None:
    desk = open_market()
    offer(desk, "L1", curve=2, duration_us=30 * MINUTE_US)
    row = desk.row_of("listing", "L1")
    assert (row["curve"], row["arm_bp"], row["duration_us"]) == (2, 10_000, 30 * MINUTE_US)
    desk.store.forget_books()
    wait(desk, 40 * MINUTE_US)
    desk.settle("pv")
    assert desk.row_of("listing", "L1")["closed_at"] == row["listed_at"] + 30 * MINUTE_US
    proven(desk)


def test_only_its_supplier_the_operator_or_the_enquirer_take_a_lead_back() -> None:
    desk = open_market()
    for name in ("L1", "L2", "L3"):
        offer(desk, name)
    assert desk.withdraw("pv", listing_id="L1", by="sued").refused.code == "unknown"
    with pytest.raises(Forbidden):
        desk.withdraw("pv", listing_id="L1", by="anna")
    for name, by in (("L1", "nord"), ("L2", "operator"), ("L3", "enquirer")):
        assert desk.withdraw("pv", listing_id=name, by=by, reason="Einwilligung widerrufen").refused is None
        assert desk.row_of("listing", name)["state"] == "withdrawn"
    proven(desk)


def test_sold_seats_outlive_a_withdrawal() -> None:
    desk = open_market()
    offer(desk, "L1", seats=2)
    (fill,) = desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000).fills
    desk.withdraw("pv", listing_id="L1", by="nord")
    assert desk.row_of("sale", fill.sale_id)["claim"] == "unclaimed"
    assert desk.row_of("listing", "L1")["sold"] == 1


def test_ids_of_listings_are_given_once_for_all_sectors() -> None:
    desk = open_market()
    open_sector(desk, "bu")
    offer(desk, "L1")
    with pytest.raises(Invalid, match="L1 is taken"):
        offer(desk, "L1", sector="bu")
    with pytest.raises(Unknown):
        offer(desk, "L2", sector="kv")


def test_a_thousand_leads_are_one_instant_and_more_are_several() -> None:
    desk = open_market()
    answers = desk.list_leads("pv", supplier="nord", leads=[lead(f"L{number}") for number in range(1_001)])
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert len(answers) == 1_001
    proven(desk)
