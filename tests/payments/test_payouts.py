"""What became payable is paid out once, by one operator or by two, and never more than there is."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from exchange.desk import Conflict, Desk
from exchange.errors import Forbidden, Invalid, Unknown
from exchange.instant import DAY_US
from exchange.payments import Payouts
from exchange.payments.deposits import AnotherFirst
from exchange.reports.payouts import payable_now, payouts_decided, payouts_waiting
from exchange.store import Busy
from exchange.store.lookups import payable_at
from tests.desk.floor import clock_of, offer, proven, wait
from tests.payments.conftest import ANNE, BEN, OWNER, person

PART_CENTS = 8_100
"""Of a sale at 90,00: what is left after the fee."""


@pytest.fixture
def payouts(desk: Desk) -> Payouts:
    """One sale whose claim window has passed; two operators book from a hundred euros on."""
    desk.deposit("anna", amount_cents=1_000_000)
    offer(desk, "L1", start_cents=9_000, floor_cents=9_000)
    assert desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000).fills
    wait(desk, 14 * DAY_US)
    desk.settle("pv")
    return Payouts(desk, 8_000)


def payable(desk: Desk) -> dict[str, int]:
    with desk.store.read() as connection:
        return {row.supplier: row.payable_cents for row in payable_now(connection)}


def test_one_operator_books_what_is_little(desk: Desk, payouts: Payouts) -> None:
    assert payable(desk) == {"nord": PART_CENTS}
    assert payouts.ask(person(desk, ANNE), "nord", 3_100, " Abrechnung  März ") == "booked"
    assert payable(desk) == {"nord": 5_000}
    with desk.store.read() as connection:
        (row,) = payouts_decided(connection)
    assert (row.state, row.amount_cents, row.reference, row.decided_by) == ("booked", 3_100, "Abrechnung März", ANNE)
    entries = {entry.seq: entry for entry in desk.entries("_house")}
    assert entries[row.seq or 0].value().payable_cents == PART_CENTS
    assert entries[(row.seq or 0) + 1].kind == "paid_out"
    proven(desk)


def test_two_operators_book_what_is_much(desk: Desk, payouts: Payouts) -> None:
    anne, ben = person(desk, ANNE), person(desk, BEN)
    assert payouts.ask(anne, "nord", PART_CENTS, "Abrechnung 3") == "asked"
    with desk.store.read() as connection:
        (row,) = payouts_waiting(connection)
    with pytest.raises(AnotherFirst):
        payouts.approve(anne, row.payout_id)
    with pytest.raises(Conflict):
        payouts.ask(ben, "nord", 100, "noch einmal")
    assert payable(desk) == {"nord": PART_CENTS}
    with ThreadPoolExecutor(3) as pool:
        said = [one.result() for one in [pool.submit(payouts.approve, ben, row.payout_id) for _ in range(3)]]
    assert said == ["booked"] * 3
    assert payable(desk) == {}
    assert [entry.kind for entry in desk.entries("_house")].count("paid_out") == 1
    with pytest.raises(Conflict):
        payouts.drop(ben, row.payout_id)
    proven(desk)


def test_what_several_order_at_once_is_paid_once(desk: Desk, payouts: Payouts) -> None:
    """All that is payable: whoever comes late is told that one waits, or that it is too much."""
    anne, many = person(desk, ANNE), Payouts(desk, 10**6)

    def order(number: int) -> str:
        try:
            return many.ask(anne, "nord", PART_CENTS, f"Abrechnung {number}")
        except (Busy, Conflict) as error:
            return error.code

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(order, range(8)))
    assert set(said) <= {"booked", "conflict", "busy", "insufficient_funds"}
    with desk.store.read() as connection:
        left = [row.payout_id for row in payouts_waiting(connection)]
    assert [many.approve(anne, one) for one in left] in ([], ["booked"]), "who was told busy has asked, at most"
    with desk.store.read() as connection:
        assert [row.amount_cents for row in payouts_decided(connection) if row.state == "booked"] == [PART_CENTS]
    assert payable(desk) == {}
    proven(desk)


def test_what_is_dropped_pays_nothing(desk: Desk, payouts: Payouts) -> None:
    assert payouts.ask(person(desk, ANNE), "nord", PART_CENTS, "Abrechnung 3") == "asked"
    with desk.store.read() as connection:
        (row,) = payouts_waiting(connection)
    payouts.drop(person(desk, ANNE), row.payout_id)
    with pytest.raises(Conflict):
        payouts.approve(person(desk, BEN), row.payout_id)
    assert payable(desk) == {"nord": PART_CENTS}


def test_never_more_than_was_released(desk: Desk, payouts: Payouts) -> None:
    anne = person(desk, ANNE)
    offer(desk, "L2", start_cents=9_000, floor_cents=9_000)
    desk.buy("pv", buyer="anna", listing_id="L2", most_cents=9_000)
    assert Payouts(desk, 10**6).ask(anne, "nord", PART_CENTS + 1, "zu viel") == "insufficient_funds"
    assert payable(desk) == {"nord": PART_CENTS}
    with desk.store.read() as connection:
        assert [row.state for row in payouts_decided(connection)] == ["dropped"]
        assert payable_at(connection, "nord", clock_of(desk).at_us - 1) == 0
    proven(desk)


@pytest.mark.parametrize(("supplier", "cents", "reference"), [("nord", 0, "März"), ("nord", 5, "M"), ("nord", 5, "")])
def test_what_cannot_be_booked_is_said(desk: Desk, payouts: Payouts, supplier: str, cents: int, reference: str) -> None:
    with pytest.raises(Invalid):
        payouts.ask(person(desk, ANNE), supplier, cents, reference)


def test_nobody_else_pays_out(desk: Desk, payouts: Payouts) -> None:
    with pytest.raises(Forbidden):
        payouts.ask(person(desk, OWNER), "nord", 100, "Abrechnung 3")
    for stranger in ("anna", "niemand"):
        with pytest.raises(Unknown):
            payouts.ask(person(desk, ANNE), stranger, 100, "Abrechnung 3")
