"""Market statistics as everybody sees them: page, file, JSON; the day after, a month after, hidden where too small."""

import csv
from io import StringIO

import pytest

from exchange.instant import DAY_US
from tests.web.conftest import Visitor
from tests.web.market import NOW, Market
from tests.web.people import BY_ROLE, complete
from tests.web.trading import LATER, SECTOR, trade

API = f"/api/v1/statistics?sector={SECTOR}"


@pytest.fixture
def traded(market: Market) -> Market:
    complete(market)
    trade(market, lambda at: setattr(market.clock, "at_us", at))
    return market


def test_a_month_is_told_the_same_to_every_member(traded: Market, visitor: Visitor) -> None:
    found = visitor(BY_ROLE["supplier"]).get(f"{API}&from_month=2026-11&until_month=2026-11").get_json()
    assert found == visitor(BY_ROLE["analyst"]).get(f"{API}&from_month=2026-11&until_month=2026-11").get_json()
    (month,) = found["months"]
    days = {day["from_at"][:10]: day["figures"] for day in month["days"] if day["figures"]}
    assert {day: told["sales"] for day, told in days.items()} == {"2026-11-18": 15, "2026-11-21": 7}
    assert month["days_left_out"] == 28
    total = month["total"]["figures"]
    assert total["sales"] == 22, "two sales of a third day would be seen by subtraction"
    assert total["volume_cents"] == sum(told["volume_cents"] for told in days.values())
    assert total["claims"] == {"filed_bp": 0, "low_bp": 0, "high_bp": 1487, "upheld_bp": 0}
    assert total["time_to_sale"]["first_us"] == 60_000_000
    regions = {one["region"]: one["figures"]["sales"] for one in month["regions"] if one["figures"]}
    assert regions == {"DE-BE": 9, "DE-BY": 13}


def test_the_page_says_what_the_file_says(traded: Market, visitor: Visitor) -> None:
    client = visitor(BY_ROLE["owner"])
    page = client.get(f"/statistik?sector={SECTOR}&from=2026-11&until=2026-11").text
    assert "ohne 28 Tage mit zu wenig Verkäufen" in page
    assert 'id="price-chart"' in page
    file = client.get(f"/statistik/zahlen.csv?sector={SECTOR}&from=2026-11&until=2026-11")
    rows = list(csv.DictReader(StringIO(file.text)))
    assert len(rows) == 30 + 1 + 16
    assert [row["sales"] for row in rows if row["span"] == "day" and row["sales"]] == ["15", "7"]
    assert {row["region"]: row["median"] for row in rows if row["region"] and row["sales"]}.keys() == {"DE-BE", "DE-BY"}
    berlin = client.get(f"/statistik?sector={SECTOR}&region=DE-BE&from=2026-11&until=2026-11").text
    assert "Gewerbe" in berlin
    assert ">9<" in berlin
    assert 'data-testid="stat-none"' in client.get("/statistik?sector=wp").text
    assert client.get("/statistik?sector=none").status_code == 404
    assert client.get("/statistik?from=2026-13").status_code == 400
    assert client.get("/statistik?from=2026-11&until=2026-10").status_code == 400
    assert visitor("").get("/statistik").status_code == 302


def test_a_day_comes_the_day_after_and_a_month_when_it_is_over(market: Market, visitor: Visitor) -> None:
    complete(market)
    trade(market, lambda at: setattr(market.clock, "at_us", at), NOW + 3 * DAY_US + DAY_US // 3)
    client = visitor(BY_ROLE["advisor"])
    (month,) = client.get(API).get_json()["months"]
    assert [day["figures"]["sales"] for day in month["days"] if day["figures"]] == [15]
    assert month["total"] is None
    market.go(LATER - 30 * DAY_US)
    assert (
        len([day for day in visitor(BY_ROLE["advisor"]).get(API).get_json()["months"][0]["days"] if day["figures"]])
        == 2
    )
