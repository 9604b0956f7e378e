import pytest

from exchange.access.entrance import Entrance, Welcome, Wrong
from exchange.access.users import User, canonical_email
from exchange.errors import Invalid, Unknown
from tests.web.conftest import BRANDT
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import PASSWORD, Market

pytestmark = pytest.mark.usefixtures("engine")


def named(name: str) -> User:
    return User("u", "o", "o", "Firm", "x@example.de", name, "advisor", "de", "system")


def test_initials() -> None:
    assert [named(name).initials for name in ("Sabine Brandt", "Anna", "Jan van der Meer")] == ["SB", "A", "JM"]


def test_one_spelling_of_an_address() -> None:
    assert canonical_email("  S.Brandt@Brandt-Vogel.EXAMPLE ") == "s.brandt@brandt-vogel.example"
    for text in ("", "no address", "a@b", "a@b..de", "<x@example.de>"):
        with pytest.raises(Invalid):
            canonical_email(text)


def enter(entrance: Entrance, email: str, password: str = PASSWORD) -> object:
    return entrance.log_in(email, password, "192.0.2.1")


def test_an_address_is_taken_once_however_it_is_written(market: Market) -> None:
    with pytest.raises(Invalid, match="taken"):
        market.entrance.add_user(
            email=BRANDT.upper(), name="X", role="advisor", organisation="brandt", password=PASSWORD
        )


def test_a_user_needs_a_member_to_act_for(market: Market) -> None:
    with pytest.raises(Invalid, match="no member"):
        market.entrance.add_user(email="x@example.de", name="X", role="advisor", organisation="none", password=PASSWORD)


def test_the_houses_people_belong_to_nobody(market: Market) -> None:
    market.entrance.add_user(
        email="m.betrieb@example.de", name="M. Betrieb", role="operator", organisation=None, password=PASSWORD
    )
    welcome = enter(market.entrance, "M.Betrieb@example.de")
    assert isinstance(welcome, Welcome)
    user = market.entrance.user_of(welcome.token)
    assert user is not None
    assert (user.organisation, user.may_buy) == ("", False)


def test_another_password_ends_every_session(market: Market) -> None:
    welcome = enter(market.entrance, BRANDT)
    assert isinstance(welcome, Welcome)
    market.entrance.change_password(BRANDT, "another password 43")
    assert market.entrance.user_of(welcome.token) is None
    assert isinstance(enter(market.entrance, BRANDT), Wrong)
    assert isinstance(enter(market.entrance, BRANDT, "another password 43"), Welcome)


def test_nobodys_password_cannot_be_changed(market: Market) -> None:
    with pytest.raises(Unknown):
        market.entrance.change_password("nobody@example.de", PASSWORD)
    with pytest.raises(Unknown):
        market.entrance.disable("nobody@example.de")


def test_open_streams_are_asked_about_together(market: Market) -> None:
    first, second = enter(market.entrance, BRANDT), enter(market.entrance, BRANDT)
    assert isinstance(first, Welcome)
    assert isinstance(second, Welcome)
    market.entrance.log_out(first.token)
    found = market.entrance.followers([first.token, second.token, "guess"])
    assert {token: one.organisation for token, one in found.items()} == {second.token: "brandt"}


def test_a_suspended_member_may_look_but_not_buy(market: Market) -> None:
    market.desk.change_member("brandt", group="brandt", suspended=True)
    welcome = enter(market.entrance, BRANDT)
    assert isinstance(welcome, Welcome)
    user = market.entrance.user_of(welcome.token)
    assert user is not None
    assert not user.may_buy
