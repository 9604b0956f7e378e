"""`exchange member deposit`: money that arrived, announced or not."""

from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result

from exchange.access.entrance import Entrance
from exchange.access.password import Passwords
from exchange.access.users import user_by_email
from exchange.cli import main
from exchange.config import PaymentSettings
from exchange.desk import Desk
from exchange.migrations import upgrade
from exchange.payments import BankTransfer, Deposits
from exchange.store import open_store

OWNER, ANNE, BEN = "s.brandt@example.de", "anne@example.de", "ben@example.de"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A house with a firm, its owner and two operators."""
    url = f"sqlite:///{tmp_path / 'house.db'}"
    upgrade(url)
    store = open_store(url)
    desk = Desk(store)
    entrance = Entrance(store, Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))
    for name in ("brandt", "krone"):
        desk.join(name, name=name.title(), buyer=True)
    entrance.add_user(email=OWNER, name="S", role="owner", organisation="brandt", password="falling prices 42")
    for email in (ANNE, BEN):
        entrance.add_user(email=email, name=email, role="operator", organisation=None, password="falling prices 42")
    store.close()
    return url


def announced(url: str, cents: int) -> str:
    """The reference of a deposit the firm's owner announced."""
    store = open_store(url)
    with store.read() as connection:
        owner = user_by_email(connection, OWNER)
    assert owner is not None
    reference = Deposits(Desk(store), {"bank": BankTransfer(PaymentSettings())}, 0).announce(owner, cents)
    store.close()
    return reference


def deposit(url: str, *words: str) -> Result:
    return CliRunner().invoke(main, ["member", "deposit", *words, "--database", url])


def test_money_nobody_announced(url: str) -> None:
    for _ in range(2):
        answer = deposit(url, "brandt", "500.00", "--reference", "transfer 17", "--key", "17")
        assert (answer.exit_code, answer.output) == (0, "brandt may spend 500.00 EUR\n")


def test_an_announced_deposit_is_confirmed_once(url: str) -> None:
    reference = announced(url, 50_000)
    words = ("brandt", "500.00", "--reference", f"{reference[:4]} {reference[4:]}")
    for _ in range(2):
        answer = deposit(url, *words, "--by", ANNE)
        assert answer.output == f"{reference} is booked\nbrandt may spend 500.00 EUR\n"
    assert "say who confirms it" in deposit(url, *words).output
    assert "announced by another firm" in deposit(url, "krone", *words[1:], "--by", ANNE).output
    assert "nobody here has the address" in deposit(url, *words, "--by", "x@example.de").output
    assert deposit(url, *words, "--by", OWNER).exit_code == 1


def test_much_money_takes_two(url: str) -> None:
    reference = announced(url, 500_000)
    words = ("brandt", "5000.00", "--reference", reference, "--by")
    assert "another operator has to confirm" in deposit(url, *words, ANNE).output
    assert deposit(url, *words, ANNE).exit_code == 1
    assert deposit(url, *words, BEN).output == f"{reference} is booked\nbrandt may spend 5000.00 EUR\n"
