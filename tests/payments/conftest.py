"""A house with a firm, its owner and two operators."""

import pytest
from argon2 import PasswordHasher

from exchange.access.entrance import Entrance
from exchange.access.password import Passwords
from exchange.access.users import User, user_by_email
from exchange.config import PaymentSettings
from exchange.desk import Desk
from exchange.payments import BankTransfer, Deposits
from tests.desk.floor import open_market

OWNER, RIVAL = "a.owner@example.de", "b.owner@example.de"
ANNE, BEN = "anne.betrieb@example.de", "ben.betrieb@example.de"


@pytest.fixture
def desk(url: str) -> Desk:
    """Without money in any wallet."""
    made = open_market(url, cents=1)
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    entrance = Entrance(made.store, cheap)
    for email, role, firm in ((OWNER, "owner", "anna"), (RIVAL, "owner", "bert"), (ANNE, "operator", None)):
        entrance.add_user(email=email, name=email, role=role, organisation=firm, password="falling prices 42")
    entrance.add_user(email=BEN, name=BEN, role="operator", organisation=None, password="falling prices 42")
    return made


@pytest.fixture
def deposits(desk: Desk) -> Deposits:
    """Two operators confirm from a thousand euros on."""
    return Deposits(desk, {"bank": BankTransfer(PaymentSettings())}, 100_000)


def person(desk: Desk, email: str) -> User:
    """Somebody, by address."""
    with desk.store.read() as connection:
        found = user_by_email(connection, email)
    assert found is not None
    return found
