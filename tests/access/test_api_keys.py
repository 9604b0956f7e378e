"""Keys asked for at the same moment, and what can be made."""

import pytest

from exchange.access.api_keys import MOST_KEYS, Keyring
from exchange.access.users import User, user_by_email
from exchange.errors import Invalid, Unknown
from tests.web.conftest import BRANDT, KRONE
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import Market

pytestmark = pytest.mark.usefixtures("engine")


def user(market: Market, email: str) -> User:
    with market.desk.store.read() as connection:
        found = user_by_email(connection, email)
    assert found is not None
    return found


def test_a_secret_has_more_than_two_hundred_bits_and_no_two_are_alike(market: Market) -> None:
    ring, owner = Keyring(market.desk.store), user(market, BRANDT)
    secrets = {ring.make(owner, name="n", scopes=("read",), days=1)[0] for _ in range(5)}
    assert len(secrets) == 5
    assert all(len(secret.split("_", 2)[2]) == 43 for secret in secrets)


def test_another_users_key_cannot_be_revoked(market: Market) -> None:
    ring = Keyring(market.desk.store)
    secret, key = ring.make(user(market, BRANDT), name="n", scopes=("read",), days=1)
    with pytest.raises(Unknown):
        ring.revoke(user(market, KRONE), key.key_id)
    assert ring.caller(secret) is not None


def test_its_last_use_is_kept(market: Market) -> None:
    ring, owner = Keyring(market.desk.store), user(market, BRANDT)
    secret, key = ring.make(owner, name="n", scopes=("read",), days=1)
    assert key.used_at is None
    ring.caller(secret)
    assert ring.keys_of(owner)[0].used_at == market.clock.now()


def test_nobody_has_more_than_some(market: Market) -> None:
    ring, owner = Keyring(market.desk.store), user(market, BRANDT)
    for _ in range(MOST_KEYS):
        ring.make(owner, name="n", scopes=("read",), days=1)
    with pytest.raises(Invalid, match="revoke one first"):
        ring.make(owner, name="n", scopes=("read",), days=1)
