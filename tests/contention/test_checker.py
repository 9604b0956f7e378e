"""The checker finds what it is there for: each history is right but for one lie."""

from dataclasses import replace

import pytest

from tests.contention.checker import GONE, POOR, check
from tests.contention.history import SOLD, UNKNOWN, Call, History, Seat


def two_seats() -> History:
    """anna, then bert and a bid in one instant: bert was late."""
    return History(
        seats={"L1": 2},
        dearest_cents={"L1": 100},
        calls=[
            Call("anna", "L1", 10, 20, SOLD, "anna", 1, 100),
            Call("bert", "L1", 15, 40, GONE, "bert"),
            Call("cora", "L1", 30, 50, GONE, "cora"),
        ],
        sold=[Seat("L1", 1, "anna", 100, False), Seat("L1", 2, "otto", 90, True)],
    )


def a_wallet() -> History:
    """250 for leads of 100: two of three, the third answer is the refusal."""
    names = ("L1", "L2", "L3")
    said = [(SOLD, "dora", 1, 100), (SOLD, "dora", 1, 100), (POOR, "dora", 0, 0)]
    return History(
        seats=dict.fromkeys(names, 1),
        dearest_cents=dict.fromkeys(names, 100),
        before_cents={"dora": 250},
        after_cents={"dora": 50},
        calls=[
            Call("dora", name, 10, 20 + place, *told)
            for place, (name, told) in enumerate(zip(names, said, strict=True))
        ],
        sold=[Seat("L1", 1, "dora", 100, False), Seat("L2", 1, "dora", 100, False)],
    )


def test_what_happened_in_some_order_is_no_finding() -> None:
    assert check(two_seats()) == check(a_wallet()) == []


def test_an_unanswered_call_may_have_bought_or_not() -> None:
    for history in (two_seats(), a_wallet()):
        history.calls[0] = replace(history.calls[0], said=UNKNOWN, to="", seat=0, gross_cents=0)
        assert check(history) == []
    history = two_seats()
    history.calls.append(Call("dora", "L1", 1, 99, UNKNOWN))
    assert check(history) == []


def lie(history: History, call: int = 0, **changes: object) -> History:
    history.calls[call] = replace(history.calls[call], **changes)
    return history


def hold(history: History, *sold: Seat) -> History:
    history.sold = list(sold)
    return history


ANNA, OTTO = two_seats().sold
LIES = {
    "a seat is sold twice": (hold(two_seats(), ANNA, replace(OTTO, number=1)), "seats [1, 1] of 2"),
    "one seat too many": (hold(two_seats(), ANNA, OTTO, Seat("L1", 3, "bert", 80, True)), "seats [1, 2, 3] of 2"),
    "two seats for one firm": (hold(two_seats(), ANNA, replace(OTTO, buyer="anna")), "one firm holds two"),
    "a rising price": (hold(two_seats(), ANNA, replace(OTTO, gross_cents=110)), "the price rose"),
    "an answer that went astray": (lie(two_seats(), 1, to="cora"), "bert got the answer of cora"),
    "a sale that was lost": (hold(two_seats(), replace(ANNA, buyer="otto"), OTTO), "does not hold it"),
    "another price than told": (lie(two_seats(), gross_cents=95), "does not hold it"),
    "a seat nobody asked for": (hold(two_seats(), ANNA, replace(OTTO, bid=False)), "otto holds seat 2 unasked"),
    "sold out too soon": (lie(two_seats(), 1, called_ns=1, returned_ns=5), "when 1 of 2 seats"),
    "sold after sold out": (lie(two_seats(), called_ns=60, returned_ns=70), "after bert was told there is none"),
    "paid, and the money is there": (replace(a_wallet(), after_cents={"dora": 150}), "had 250, paid 200, has 150"),
    "overdrawn": (replace(a_wallet(), before_cents={"dora": 150}, after_cents={"dora": -50}), "has -50"),
    "bought with money that was gone": (
        lie(replace(a_wallet(), before_cents={"dora": 150}), 1, called_ns=30, returned_ns=40),
        "bought L2 with 50",
    ),
    "refused with money left": (lie(a_wallet(), 2, called_ns=1, returned_ns=5), "refused L3 with at least 250"),
}


@pytest.mark.parametrize("name", LIES)
def test_each_lie_is_found(name: str) -> None:
    history, said = LIES[name]
    assert any(said in found for found in check(history)), check(history)


def test_seats_in_an_order_in_which_they_cannot_have_been_sold() -> None:
    calls = [Call("anna", "L1", 50, 60, SOLD, "anna", 1, 100), Call("bert", "L1", 10, 20, SOLD, "bert", 2, 90)]
    sold = [Seat("L1", 1, "anna", 100, False), Seat("L1", 2, "bert", 90, False)]
    history = History(seats={"L1": 2}, dearest_cents={"L1": 100}, calls=calls, sold=sold)
    assert check(history) == ["L1: seat 2 was answered before seat 1 was asked for"]
