"""Money on its way: announced by owners, confirmed by operators, booked once whatever happens in between."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from exchange.desk import Desk
from exchange.errors import Forbidden, Invalid, Unknown
from exchange.instant import DAY_US
from exchange.payments import Deposits, Instructions, Receipt
from exchange.payments.deposits import MOST_OPEN, AnotherFirst
from exchange.reports.deposits import deposit_of, deposits_booked, deposits_of, deposits_waiting
from exchange.schema import deposits as table
from exchange.store import Conflict
from tests.desk.floor import clock_of, proven, wait
from tests.payments.conftest import ANNE, BEN, OWNER, RIVAL, person


def balance(desk: Desk) -> int:
    return desk.balance("anna").balance_cents


def test_a_deposit_is_in_the_wallet_once_it_is_confirmed(desk: Desk, deposits: Deposits) -> None:
    reference = deposits.announce(person(desk, OWNER), 50_000)
    assert balance(desk) == 1
    assert deposits.confirm(person(desk, ANNE), reference, 49_900) == "booked"
    assert balance(desk) == 49_901
    (last,) = [one for one in desk.entries("_house") if one.kind == "deposit" and reference in one.text]
    with desk.store.read() as connection:
        row = deposit_of(connection, "anna", reference)
        assert (row.state, row.received_cents, row.seq) == ("booked", 49_900, last.seq)
        assert [one.reference for one in deposits_booked(connection)] == [reference]
        assert deposits_waiting(connection) == deposits_of(connection, "anna") == []
    proven(desk)


def test_said_again_it_changes_nothing(desk: Desk, deposits: Deposits) -> None:
    reference = deposits.announce(person(desk, OWNER), 5_000)
    for email in (ANNE, ANNE, BEN):
        assert deposits.confirm(person(desk, email), reference, 5_000) == "booked"
    with pytest.raises(Invalid):
        deposits.confirm(person(desk, ANNE), reference, 6_000)
    assert balance(desk) == 5_001


def test_two_operators_confirm_what_is_much(desk: Desk, deposits: Deposits) -> None:
    reference, anne, ben = deposits.announce(person(desk, OWNER), 100_000), person(desk, ANNE), person(desk, BEN)
    assert deposits.confirm(anne, reference, 100_000) == "checked"
    with pytest.raises(AnotherFirst):
        deposits.confirm(anne, reference, 100_000)
    with pytest.raises(Invalid):
        deposits.confirm(ben, reference, 99_999)
    assert balance(desk) == 1
    assert deposits.confirm(ben, reference, 100_000) == "booked"
    assert balance(desk) == 100_001


def test_what_counts_is_what_arrived_not_what_was_announced(desk: Desk, deposits: Deposits) -> None:
    reference = deposits.announce(person(desk, OWNER), 100)
    assert deposits.confirm(person(desk, ANNE), reference, 200_000) == "checked"
    assert deposits.confirm(person(desk, ANNE), reference, 2_000) == "booked"
    assert balance(desk) == 2_001


def test_one_operator_twice_is_beyond_the_database(desk: Desk, deposits: Deposits) -> None:
    reference, anne = deposits.announce(person(desk, OWNER), 100_000), person(desk, ANNE)
    deposits.confirm(anne, reference, 100_000)
    with pytest.raises(IntegrityError), desk.store.engine.begin() as connection:
        connection.execute(update(table).values(second_by=anne.user_id))


def test_only_owners_announce_and_only_operators_confirm(desk: Desk, deposits: Deposits) -> None:
    owner, anne = person(desk, OWNER), person(desk, ANNE)
    with pytest.raises(Forbidden):
        deposits.announce(anne, 5_000)
    with pytest.raises(Forbidden):
        deposits.confirm(owner, deposits.announce(owner, 5_000), 5_000)
    with pytest.raises(Unknown):
        deposits.confirm(anne, "RF18539007547034", 5_000)
    for cents in (0, 99, -1, 10**15):
        with pytest.raises(Invalid):
            deposits.announce(owner, cents)


def test_another_firms_deposit_is_unknown(desk: Desk, deposits: Deposits) -> None:
    reference = deposits.announce(person(desk, OWNER), 5_000)
    with pytest.raises(Unknown):
        deposits.cancel(person(desk, RIVAL), reference)
    with desk.store.read() as connection, pytest.raises(Unknown):
        deposit_of(connection, "bert", reference)


def test_money_that_comes_for_a_cancelled_deposit_is_money(desk: Desk, deposits: Deposits) -> None:
    reference = deposits.announce(person(desk, OWNER), 5_000)
    deposits.cancel(person(desk, OWNER), reference)
    assert deposits.confirm(person(desk, ANNE), reference, 5_000) == "booked"
    deposits.cancel(person(desk, OWNER), reference)
    assert balance(desk) == 5_001


def test_a_firm_does_not_fill_the_operators_list(desk: Desk, deposits: Deposits) -> None:
    owner = person(desk, OWNER)
    for _ in range(MOST_OPEN):
        deposits.announce(owner, 100)
    with pytest.raises(Invalid):
        deposits.announce(owner, 100)


def test_what_a_process_left_behind_is_booked_once(
    desk: Desk, deposits: Deposits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends before the desk was asked, or after it answered and before that was noted; keys are forgotten by then."""
    ends: list[str] = []

    def die(*_: object, **__: object) -> None:
        ends.append("here")
        raise KeyboardInterrupt

    deposit = Desk.deposit

    def deposit_and_die(self: Desk, *args: object, **more: object) -> None:
        deposit(self, *args, **more)
        die()

    for end in (die, deposit_and_die):
        reference = deposits.announce(person(desk, OWNER), 5_000)
        with monkeypatch.context() as patch:
            patch.setattr(Desk, "deposit", end)
            with pytest.raises(KeyboardInterrupt):
                deposits.confirm(person(desk, ANNE), reference, 5_000)
        wait(desk, 40 * DAY_US)
        desk.purge_keys(clock_of(desk).at_us)
        assert deposits.book_left() == 1
        assert deposits.book_left() == 0
    assert ends == ["here", "here"]
    assert balance(desk) == 10_001


def test_many_confirm_at_once_and_it_is_booked_once(desk: Desk, deposits: Deposits) -> None:
    reference = deposits.announce(person(desk, OWNER), 5_000)
    people = [person(desk, email) for email in (ANNE, BEN)] * 3
    with ThreadPoolExecutor(6) as pool:
        states = list(pool.map(lambda one: deposits.confirm(one, reference, 5_000), people))
    assert states == ["booked"] * 6
    assert balance(desk) == 5_001


@dataclass(frozen=True)
class Cards:
    """A provider that tells by itself."""

    name: str = "cards"
    by_hand: bool = False
    wants: str = ""

    def begin(self, reference: str, amount_cents: int) -> Instructions:
        return Instructions(redirect_url=f"https://pay.example/{reference}/{amount_cents}")


def test_another_provider_tells_by_receipts(desk: Desk) -> None:
    deposits = Deposits(desk, {"cards": Cards()}, 0)
    reference = deposits.announce(person(desk, OWNER), 5_000)
    told = deposits.instructions("cards", reference, 5_000)
    assert told.redirect_url.endswith(f"{reference}/5000")
    with pytest.raises(Forbidden):
        deposits.confirm(person(desk, ANNE), reference, 5_000)
    receipt = Receipt("cards", "pay_17", reference, 5_000)
    assert [deposits.receive(receipt) for _ in range(3)] == ["booked"] * 3
    assert balance(desk) == 5_001
    with pytest.raises(Invalid):
        deposits.receive(Receipt("cards", "pay_18", reference, 5_000))
    with pytest.raises(Unknown):
        deposits.receive(Receipt("bank", "pay_18", reference, 5_000))
    with pytest.raises(Conflict):
        deposits.receive(Receipt("cards", "pay_17", deposits.announce(person(desk, OWNER), 700), 700))
    assert balance(desk) == 5_001
