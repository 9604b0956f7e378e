"""The house's own orders."""

import pytest

from exchange.errors import Invalid
from exchange.house import (
    CreditLineSet,
    DailyLimitSet,
    Deposit,
    Deposited,
    House,
    HouseOrder,
    HouseOutcome,
    Joined,
    JoinHouse,
    MemberChanged,
    PaidOut,
    Payout,
    SetCreditLine,
    SetDailyLimit,
    decide_house,
)
from exchange.member import Member
from exchange.orderbook.order import ChangeMember, Facts
from exchange.orderbook.outcome import Refused

ANNA = JoinHouse("anna", "anna", supplier=False, buyer=True, credit_line_cents=1_000)


def house() -> House:
    made = House()
    decide_house(made, ANNA, 1)
    return made


def outcome(house: House, order: HouseOrder) -> HouseOutcome:
    (asked, told) = decide_house(house, order, 2)
    assert asked.value == order
    assert told.seq == asked.seq + 1 == house.seq
    return told.value


def test_joining_makes_a_member() -> None:
    made = House()
    assert outcome(made, ANNA) == Joined("anna")
    assert made.members["anna"] == Member("anna", "anna", buyer=True, credit_line_cents=1_000)


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (ANNA, "organisation"),
        (JoinHouse("an na", "anna", False, True), "organisation"),
        (JoinHouse("wallet:anna", "anna", False, True), "organisation"),
        (JoinHouse("operator", "operator", False, True), "organisation"),
        (JoinHouse("bert", "", False, True), "group"),
        (JoinHouse("bert", "bert", False, False), "roles"),
        (JoinHouse("bert", "bert", False, True, -1), "credit_line_cents"),
        (Deposit("anna", 0, ""), "amount_cents"),
        (Deposit("anna", -5, ""), "amount_cents"),
        (Deposit("anna", 10**15, ""), "amount_cents"),
        (Payout("anna", 0, "", 5), "amount_cents"),
        (SetCreditLine("anna", -1, Facts(0)), "credit_line_cents"),
        (SetDailyLimit("anna", 0, Facts(0)), "limit_cents"),
    ],
)
def test_a_wrong_form_changes_nothing(order: HouseOrder, field: str) -> None:
    made = house()
    with pytest.raises(Invalid) as wrong:
        decide_house(made, order, 2)
    assert wrong.value.field == field
    assert (made.seq, len(made.members)) == (2, 1)


def test_deposits_and_changes_of_a_member() -> None:
    made = house()
    assert outcome(made, Deposit("anna", 500, "bank 1")) == Deposited("anna", 500)
    assert outcome(made, ChangeMember("anna", "g1", suspended=True)) == MemberChanged("anna")
    assert (made.members["anna"].group, made.members["anna"].suspended) == ("g1", True)


def test_a_payout_takes_what_was_payable_and_no_more() -> None:
    made = house()
    assert outcome(made, Payout("anna", 500, "AZ-1", 500)) == PaidOut("anna", 500)
    assert outcome(made, Payout("anna", 501, "AZ-2", 500)) == Refused("operator", "anna", "insufficient_funds")


def test_strangers_are_unknown() -> None:
    for order in (
        Deposit("bert", 500, ""),
        Payout("bert", 5, "", 5),
        ChangeMember("bert", "g", True),
        SetCreditLine("bert", 1, Facts(0)),
    ):
        assert outcome(house(), order) == Refused("operator", "bert", "unknown")


def test_a_credit_line_in_use_cannot_be_taken_away() -> None:
    made = house()
    owing = Facts(available_cents=400, movement=7)  # 600 of the line of 1,000 are used
    assert outcome(made, SetCreditLine("anna", 599, owing)) == Refused("anna", "anna", "insufficient_funds")
    assert outcome(made, SetCreditLine("anna", 600, owing)) == CreditLineSet("anna", 600, movement=8)


def test_a_lower_limit_holds_at_once_a_higher_one_after_midnight() -> None:
    made, facts = house(), Facts(0, 3)
    assert outcome(made, SetDailyLimit("anna", 500, facts, 90)) == DailyLimitSet("anna", 500, None, None, 4)
    assert outcome(made, SetDailyLimit("anna", 800, facts, 90)) == DailyLimitSet("anna", 500, 800, 90, 4)
    assert [made.members["anna"].daily_limit.at(at) for at in (2, 89, 90)] == [500, 500, 800]
    assert outcome(made, SetDailyLimit("anna", 400, facts, 90)) == DailyLimitSet("anna", 400, None, None, 4)
    assert outcome(made, SetDailyLimit("anna", None, facts, 90)) == DailyLimitSet("anna", 400, None, 90, 4)
    assert made.members["anna"].daily_limit.at(90) is None
