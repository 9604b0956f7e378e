import pytest

from exchange.reports.money import available_of, movements_of, wallet_of
from exchange.web.formats import midnight
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import NOW, Market

pytestmark = pytest.mark.usefixtures("engine")


def test_a_wallet_is_what_the_desk_says(market: Market) -> None:
    with market.desk.store.read() as connection:
        wallet = wallet_of(connection, "brandt", midnight(NOW))
        assert available_of(connection, {"brandt", "none"}) == {"brandt": wallet.available_cents}
    assert wallet.available_cents == market.desk.balance("brandt").available_cents
    assert (wallet.today_leads, wallet.today_cents) == (2, 7250)


def test_movements_add_up_to_the_balance(market: Market) -> None:
    with market.desk.store.read() as connection:
        found, more = movements_of(connection, "brandt")
    assert more is None
    assert sum(movement.change_cents for movement in found) == found[0].balance_cents
    assert [movement.number for movement in found] == sorted((m.number for m in found), reverse=True)


def test_pages_of_movements_follow_each_other(market: Market) -> None:
    with market.desk.store.read() as connection:
        whole, _ = movements_of(connection, "brandt")
        seen, below = movements_of(connection, "brandt", most=3)
        while below is not None:
            more, below = movements_of(connection, "brandt", below, most=3)
            seen += more
    assert sum(movement.change_cents for movement in seen) == sum(movement.change_cents for movement in whole)
    assert seen[-1].first == 1
