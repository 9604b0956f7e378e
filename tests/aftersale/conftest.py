"""The painted market with its people, for what happens after a sale."""

from dataclasses import dataclass

import pytest

from exchange.access.users import User, password_of, user_by_id
from exchange.aftersale import Counter
from exchange.reports.purchases import Purchase, purchase_of
from tests.web.conftest import BRANDT, KRONE
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import Market


@dataclass(frozen=True)
class Afterwards:
    """Brandt & Vogel and the lead of Katharina Lindner, with a stranger beside."""

    market: Market
    counter: Counter
    brandt: User
    krone: User
    sale: Purchase

    def wait(self, span_us: int) -> None:
        self.market.clock.at_us += span_us

    @property
    def now(self) -> int:
        return self.market.clock.at_us

    def reading(self):
        return self.market.desk.store.read()


def user(market: Market, email: str) -> User:
    with market.desk.store.read() as connection:
        known = password_of(connection, email)
        assert known is not None
        found = user_by_id(connection, known[0])
    assert found is not None
    return found


@pytest.fixture
def after(engine: str, market: Market) -> Afterwards:
    with market.desk.store.read() as connection:
        sale = purchase_of(connection, "brandt", "7H5BU")
    assert sale is not None
    return Afterwards(market, Counter(market.desk), user(market, BRANDT), user(market, KRONE), sale)
