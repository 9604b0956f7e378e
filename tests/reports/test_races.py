import pytest

from exchange.instant import MINUTE_US
from exchange.reports.races import missed
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import NOW, Market

pytestmark = pytest.mark.usefixtures("engine")


def lost(market: Market, firm: str = "brandt", since: int = NOW):  # type: ignore[no-untyped-def]
    with market.desk.store.read() as connection:
        return missed(connection, firm, since, 5)


def test_a_lost_race_is_remembered_with_how_late_it_was(market: Market) -> None:
    market.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9_900, key="k1")
    market.clock.at_us += 300_000
    market.desk.buy("pkv", buyer="brandt", listing_id="7K2KV", most_cents=9_900, key="b1")
    [one] = lost(market)
    assert (one.listing_id, one.ask_cents, one.late_us, one.at) == ("7K2KV", 9200, 300_000, market.clock.at_us)
    assert lost(market, "krone") == []
    assert lost(market, since=NOW + MINUTE_US) == []


def test_what_was_bought_or_refused_for_other_reasons_is_no_lost_race(market: Market) -> None:
    market.desk.buy("pkv", buyer="brandt", listing_id="7K2KV", most_cents=100, key="b1")
    market.desk.buy("bu", buyer="brandt", listing_id="7F3BU", most_cents=9_900, key="b2")
    assert lost(market) == []


def test_tried_twice_it_is_one_race_and_the_first_counts(market: Market) -> None:
    market.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9_900, key="k1")
    for n in range(2):
        market.clock.at_us += 100_000
        market.desk.buy("pkv", buyer="brandt", listing_id="7K2KV", most_cents=9_900, key=f"b{n}")
    assert [one.late_us for one in lost(market)] == [100_000]
