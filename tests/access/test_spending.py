"""A user's daily limit when many orders come at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from exchange.access.spending import LimitReached, Spending, buyers_of, limit_of
from exchange.access.staff import Staff
from exchange.access.users import User, user_by_email
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


def test_what_was_paid_counts_and_what_was_refused_does_not(market: Market, owner: User) -> None:
    spending = Spending(market.desk.store)
    spending.hold(owner, "a", "7K2KV", 9_000, midnight(NOW))
    spending.bought(owner, "a", "7K2KV", 4_000, "sale-a")
    spending.hold(owner, "b", "7F3BU", 6_000, midnight(NOW))
    spending.refused(owner, "b")
    assert spending.spent_cents([owner.user_id], midnight(NOW)) == {owner.user_id: 4_000}
    spending.refused(owner, "a")
    assert spending.spent_cents([owner.user_id], midnight(NOW)) == {owner.user_id: 4_000}


def test_a_firm_knows_who_bought(market: Market, owner: User) -> None:
    Spending(market.desk.store).bought(owner, "a", "7K2KV", 4_000, "sale-a")
    with market.desk.store.read() as connection:
        assert buyers_of(connection, ["sale-a", "sale-b"]) == {"sale-a": "Sabine Brandt"}
