"""A user's daily limit when many orders come at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from exchange.access.spending import LimitReached, Spending, buyers_of, limit_of
from exchange.access.staff import Staff
from exchange.access.users import User, user_by_email
from exchange.desk import Answer
from exchange.web.formats import midnight
from tests.web.conftest import BRANDT
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import NOW, Market

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def owner(market: Market) -> User:
    """Somebody who may spend a hundred euros a day."""
    with market.desk.store.read() as connection:
        found = user_by_email(connection, BRANDT)
    assert found is not None
    Staff(market.desk.store).change(found, found.user_id, role="owner", daily_limit_cents=10_000)
    with market.desk.store.read() as connection:
        limited = user_by_email(connection, BRANDT)
    assert limited is not None
    assert limit_of(limited) == 10_000
    return limited


def test_of_many_at_once_no_more_get_through_than_the_limit_covers(market: Market, owner: User) -> None:
    spending = Spending(market.desk.store)

    def try_one(n: int) -> bool:
        try:
            spending.hold(owner, f"key-{n}", "7K2KV", 3_000, midnight(NOW))
        except LimitReached:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(try_one, range(16))) == 3


def buy(market: Market, owner: User, key: str, most_cents: int) -> Answer:
    """An order of hers as the doors send it, after what it may cost was set apart."""
    spending = Spending(market.desk.store)
    spending.hold(owner, key, "7K2KV", most_cents, midnight(NOW))
    noting = market.desk.noting(spending.noted(owner, key))
    firm = owner.organisation or ""
    return noting.buy("pkv", buyer=firm, listing_id="7K2KV", most_cents=most_cents, key=key)


def test_what_was_paid_counts_and_what_was_refused_does_not(market: Market, owner: User) -> None:
    spending = Spending(market.desk.store)
    assert buy(market, owner, "low", 100).refused
    assert spending.spent_cents([owner.user_id], midnight(NOW)) == {owner.user_id: 0}
    (fill,) = buy(market, owner, "a", 9_500).fills
    assert fill.ask_cents < 9_500
    spending.refused(owner, "a")
    assert spending.spent_cents([owner.user_id], midnight(NOW)) == {owner.user_id: fill.ask_cents}


def test_a_firm_knows_who_bought_also_without_a_limit(market: Market, owner: User) -> None:
    (fill,) = buy(market, replace(owner, daily_limit_cents=None), "a", 9_500).fills
    with market.desk.store.read() as connection:
        assert buyers_of(connection, [fill.sale_id, "sale-b"]) == {fill.sale_id: "Sabine Brandt"}
