"""Idempotency keys (rules.md §10)."""

import pytest
from sqlalchemy import func, select

from exchange.desk import request
from exchange.errors import Forbidden, Invalid, KeyReused
from exchange.instant import MINUTE_US
from exchange.orderbook.order import Facts, InstantBid
from exchange.schema import idempotency, tape
from tests.desk.floor import clock_of, lead, offer, open_market, wait

pytestmark = pytest.mark.usefixtures("engine")


def count(desk, table) -> int:
    with desk.store.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def buying(buyer: str, listing: str, key: str | None = None, most: int = 9_000):
    return request(InstantBid(buyer, buyer, listing, most, Facts(0)), buyer, key)


def test_a_known_key_gives_the_same_answer_and_writes_nothing() -> None:
    desk = open_market()
    offer(desk, "L1")
    first = desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000, key="k-1")
    entries = count(desk, tape)
    wait(desk, 20 * MINUTE_US)
    desk.store.forget_books()
    again = desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000, key="k-1")
    assert (again.entries, again.replayed, first.replayed) == (first.entries, True, False)
    assert count(desk, tape) == entries


def test_a_refusal_stays_refused() -> None:
    desk = open_market()
    early = desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000, key="k-1")
    offer(desk, "L1")
    late = desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000, key="k-1")
    assert early.refused.code == late.refused.code == "unknown"


def test_a_key_with_another_request_is_refused() -> None:
    desk = open_market()
    offer(desk, "L1")
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000, key="k-1")
    entries = count(desk, tape)
    with pytest.raises(KeyReused):
        desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_050, key="k-1")
    assert count(desk, tape) == entries


def test_a_key_belongs_to_an_organisation_and_a_verb() -> None:
    desk = open_market()
    offer(desk, "L1", seats=3)
    for buyer in ("anna", "bert"):
        assert desk.buy("pv", buyer=buyer, listing_id="L1", most_cents=9_000, key="k-1").fills
    assert not desk.place("pv", bid_id="B1", buyer="anna", limit_cents=1_000, quantity=1, key="k-1").replayed
    assert not desk.deposit("anna", amount_cents=100, key="k-1").replayed


def test_a_wrong_form_goes_before_a_key_that_was_used() -> None:
    desk = open_market()
    desk.place("pv", bid_id="B1", buyer="anna", limit_cents=1_000, quantity=1, key="k-1")
    with pytest.raises(Invalid, match="tick"):
        desk.place("pv", bid_id="B2", buyer="anna", limit_cents=1_001, quantity=1, key="k-1")
    with pytest.raises(KeyReused):
        desk.place("pv", bid_id="B2", buyer="anna", limit_cents=1_000, quantity=1, key="k-1")
    desk.deposit("anna", amount_cents=100, key="d-1")
    with pytest.raises(Invalid):
        desk.deposit("anna", amount_cents=0, key="d-1")
    with pytest.raises(KeyReused):
        desk.deposit("anna", amount_cents=200, key="d-1")
    assert desk.deposit("anna", amount_cents=100, key="d-1").replayed


def test_what_is_answered_at_the_door_keeps_no_key() -> None:
    desk = open_market()
    offer(desk, "L1")
    with pytest.raises(Invalid):
        desk.buy("pv", buyer="anna", listing_id="L1", most_cents=0, key="k-1")
    with pytest.raises(Forbidden):
        desk.buy("pv", buyer="nord", listing_id="L1", most_cents=9_000, key="k-1")
    assert count(desk, idempotency) == 0
    assert desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000, key="k-1").fills


def test_the_answer_to_a_sale_is_kept_for_ever() -> None:
    desk = open_market()
    offer(desk, "L1")
    desk.buy("pv", buyer="bert", listing_id="L9", most_cents=9_000, key="k-1")
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000, key="k-1")
    with desk.store.read() as connection:
        rows = connection.execute(select(idempotency.c.organisation, idempotency.c.for_ever)).all()
    assert sorted(map(tuple, rows)) == [("anna", True), ("bert", False)]


def test_old_keys_are_forgotten_but_those_of_sales() -> None:
    desk = open_market()
    offer(desk, "L1")
    for buyer, listing in (("anna", "L1"), ("bert", "L9")):
        desk.buy("pv", buyer=buyer, listing_id=listing, most_cents=9_000, key="k-1")
    assert desk.purge_keys(clock_of(desk).at_us) == 0
    assert desk.purge_keys(clock_of(desk).at_us + 1) == 1
    assert desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000, key="k-1").replayed
    assert not desk.buy("pv", buyer="bert", listing_id="L9", most_cents=9_000, key="k-1").replayed


def test_two_orders_with_one_key_in_one_transaction_get_one_answer() -> None:
    desk = open_market()
    offer(desk, "L1", seats=3)
    one, other, third = desk.submit(
        "pv",
        [buying("anna", "L1", "k-1"), buying("anna", "L1", "k-1"), buying("anna", "L1", "k-1", most=8_000)],
    )
    assert (one.entries, other.replayed) == (other.entries, True)
    assert isinstance(third, KeyReused)
    assert desk.row_of("listing", "L1")["sold"] == 1


def test_a_batch_handed_in_again_lists_nothing_twice() -> None:
    desk = open_market()
    leads = [lead(f"L{number}") for number in range(5)]
    first = desk.list_leads("pv", supplier="nord", leads=leads[:3], key="file-7")
    again = desk.list_leads("pv", supplier="nord", leads=leads, key="file-7")
    assert [answer.replayed for answer in again] == [True, True, True, False, False]
    assert [answer.entries for answer in again[:3]] == [answer.entries for answer in first]
