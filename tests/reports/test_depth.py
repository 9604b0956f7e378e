"""How many bids wait below an ask, and that nobody is named."""

from dataclasses import fields

import pytest

from exchange.instant import MINUTE_US
from exchange.lead import EVERYONE
from exchange.orderbook.filters import Filters
from exchange.reports.board import listing_of
from exchange.reports.depth import Depth, depth
from exchange.reports.question import Viewer
from exchange.reports.schedules import Rulebook
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import NOW, Market, _lead

pytestmark = pytest.mark.usefixtures("engine")

BRANDT, KRONE = Viewer("brandt", "brandt"), Viewer("krone", "krone")


def look(market: Market, listing_id: str = "7K2KV", viewer: Viewer = BRANDT) -> list[Depth]:
    with market.desk.store.read() as connection:
        row = listing_of(connection, Rulebook(), viewer, listing_id, NOW)
        assert row is not None
        return depth(connection, row, viewer, NOW)


def bid(market: Market, bid_id: str, limit_cents: int, **more: object) -> None:
    more = {"filters": Filters(postcodes=("80",))} | more
    market.desk.place("pkv", bid_id=bid_id, buyer="krone", limit_cents=limit_cents, quantity=2, **more)  # type: ignore[arg-type]


def test_the_own_bid_is_marked_where_it_buys(market: Market) -> None:
    found = look(market)
    assert [step.ask_cents for step in found if step.mine] == [7050]
    assert all(step.others == 0 for step in found)


def test_bids_of_others_add_up_as_the_ask_falls(market: Market) -> None:
    bid(market, "k1", 8000)
    bid(market, "k2", 8300)
    bid(market, "k3", 4000)
    found = look(market)
    for step in found:
        assert step.others == sum(limit >= step.ask_cents for limit in (8000, 8300, 4000))
    assert [step.others for step in found if step.ask_cents in (8650, 8250, 7850)] == [0, 1, 2]
    assert [step.mine for step in look(market, viewer=KRONE)].count(True) == 3


@pytest.mark.parametrize(
    "filters",
    [Filters(regions=("DE-HH",)), Filters(postcodes=("9",)), Filters(age_below_us=14 * MINUTE_US)],
    ids=["region", "postcode", "too old by then"],
)
def test_bids_that_will_not_fit_are_not_counted(market: Market, filters: Filters) -> None:
    bid(market, "k1", 8000, filters=filters)
    assert all(step.others == 0 for step in look(market))


def test_bids_that_cannot_pay_or_are_over_by_then_are_not_counted(market: Market) -> None:
    bid(market, "k1", 8000, budget_cents=7000)
    bid(market, "k2", 8000, until_at=NOW + 2 * MINUTE_US)
    bid(market, "k3", 8000)
    market.desk.pause("pkv", bid_id="k3", buyer="krone")
    assert all(step.others == 0 for step in look(market))


def test_bids_of_firms_the_consent_does_not_name_are_not_counted(market: Market) -> None:
    sketch = _lead("8N2KV", "pkv", 0, "80331 DE-BY", 1, "192 56", product="full", status="employee", age="36")
    bid(market, "k1", 8000)
    market.list(sketch, recipients=("brandt",))
    assert all(step.others == 0 for step in look(market, "8N2KV"))
    market.list(_lead("8N3KV", "pkv", 0, "80331 DE-BY", 1, "192 56", product="full"), recipients=EVERYONE.recipients)
    assert max(step.others for step in look(market, "8N3KV")) == 1


def test_nobody_is_named() -> None:
    assert {field.name for field in fields(Depth)} == {"at", "ask_cents", "others", "mine"}
