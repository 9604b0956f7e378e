"""Many sessions in one question: which hold, whom they stand for, and signs of life for all of them."""

import pytest

from exchange.access import following
from exchange.access.following import Follower
from exchange.access.sessions import Lifetimes, begin_session
from exchange.access.users import user_by_email
from exchange.instant import MINUTE_US
from tests.web.conftest import BRANDT, KRONE
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import Market

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def tokens(market: Market, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Four sessions each of two users, asked about three at a time."""
    monkeypatch.setattr(following, "AT_ONCE", 3)
    now = market.clock.now()
    with market.desk.store.write_aside() as connection:
        users = {email: user_by_email(connection, email) for email in (BRANDT, KRONE)}
        return {
            email: [begin_session(connection, user.user_id, now, Lifetimes()) for _ in range(4)]
            for email, user in users.items()
            if user is not None
        }


def firms(found: dict[str, Follower]) -> dict[str, str]:
    return {token: one.organisation for token, one in found.items()}


def test_each_stands_for_its_own_user(market: Market, tokens: dict[str, list[str]]) -> None:
    found = market.entrance.followers([*tokens[BRANDT], "guess", *tokens[KRONE]])
    assert firms(found) == dict.fromkeys(tokens[BRANDT], "brandt") | dict.fromkeys(tokens[KRONE], "krone")
    assert len({one.user_id for one in found.values()}) == 2


def test_a_session_that_was_ended_and_a_user_who_was_shut_out_stand_for_nobody(
    market: Market, tokens: dict[str, list[str]]
) -> None:
    market.entrance.log_out(tokens[BRANDT][0])
    market.entrance.disable(KRONE)
    assert set(market.entrance.followers(tokens[BRANDT] + tokens[KRONE])) == set(tokens[BRANDT][1:])


def test_a_sign_of_life_keeps_those_it_names(market: Market, tokens: dict[str, list[str]]) -> None:
    market.clock.at_us += 20 * MINUTE_US
    market.entrance.keep_alive(tokens[BRANDT])
    market.clock.at_us += 20 * MINUTE_US
    assert set(market.entrance.followers(tokens[BRANDT] + tokens[KRONE])) == set(tokens[BRANDT])


def test_nobody_asked_about_is_nobody(market: Market) -> None:
    assert market.entrance.followers([]) == {}
