"""Members, credit lines, deposits."""

import pytest

from exchange.errors import Invalid, Unknown
from exchange.schema import organisations
from tests.desk.floor import offer, open_house, open_market, proven

pytestmark = pytest.mark.usefixtures("engine")


def test_a_members_name_stands_on_no_tape() -> None:
    desk = open_house()
    desk.join("anna", name="Anna Erfunden e. K.", buyer=True)
    assert all("Erfunden" not in entry.text for entry in desk.entries("_house"))
    with desk.store.read() as connection:
        assert connection.execute(organisations.select()).one().name == "Anna Erfunden e. K."


def test_a_deposit_is_there_at_once() -> None:
    desk = open_house()
    desk.join("anna", name="Anna", buyer=True)
    desk.deposit("anna", amount_cents=12_345, reference="bank 1")
    assert desk.balance("anna").available_cents == 12_345
    assert (desk.account("wallet:anna"), desk.account("bank")) == (12_345, -12_345)
    assert desk.deposit("nobody", amount_cents=1).refused.code == "unknown"
    with pytest.raises(Unknown):
        desk.balance("nobody")
    proven(desk)


def test_an_id_is_given_once() -> None:
    desk = open_market()
    with pytest.raises(Invalid, match="anna is taken"):
        desk.join("anna", name="Another", buyer=True)


def test_a_credit_line_counts_as_available_until_it_is_taken_away() -> None:
    desk = open_market(cents=1_000, vat_bp=0)
    offer(desk, "L1", start_cents=5_000)
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=5_000)
    assert desk.balance("anna").balance_cents == -4_000
    assert desk.set_credit_line("anna", credit_line_cents=3_999).refused.code == "insufficient_funds"
    assert desk.set_credit_line("anna", credit_line_cents=4_000).refused is None
    assert desk.balance("anna").available_cents == 0
    desk.deposit("anna", amount_cents=10)
    offer(desk, "L2", start_cents=3_000)
    assert desk.buy("pv", buyer="anna", listing_id="L2", most_cents=9_000).refused.code == "insufficient_funds"
    proven(desk)


def test_a_change_of_a_member_is_told_to_every_sector() -> None:
    desk = open_market()
    answer = desk.change_member("anna", group="west", suspended=False)
    assert answer.outcomes[0].organisation == "anna"
    assert desk.entries("pv")[-1].kind == desk.entries("_house")[-2].kind == "member"
    assert desk.entries("pv")[-1].at == answer.at
    assert desk.change_member("nobody", group="west", suspended=False).refused.code == "unknown"
    assert desk.entries("pv")[-1].seq == 3
    proven(desk)
