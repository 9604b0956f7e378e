from dataclasses import replace

import pytest

from exchange.reports.board import listing_of
from exchange.reports.question import Viewer
from exchange.reports.schedules import Rulebook
from exchange.reports.similar import similar
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import NOW, PICTURE, Market

pytestmark = pytest.mark.usefixtures("engine")

BRANDT = Viewer("brandt", "brandt")
GONE = next(sketch for sketch in PICTURE if sketch.lead_id == "7K2KV")


def offered(market: Market) -> list[str]:
    with market.desk.store.read() as connection:
        gone = listing_of(connection, Rulebook(), BRANDT, "7K2KV", NOW)
        assert gone is not None
        return [row.listing_id for row in similar(connection, Rulebook(), BRANDT, gone, NOW)]


def test_the_nearest_of_the_sector_comes_first(market: Market) -> None:
    for n, (name, where) in enumerate((("FAR", "20095 DE-HH"), ("NEAR", "80469 DE-BY"), ("LAND", "97070 DE-BY"))):
        postcode, region = where.split()
        market.list(replace(GONE, lead_id=name, postcode=postcode, region=region), person=n)
    found = offered(market)
    assert found[0] == "NEAR"
    assert found.index("LAND") < found.index("FAR")
    assert "7F3BU" not in found, "another sector"
    assert "7Z1KV" not in found, "8 euros are no substitute for 92"


def test_what_one_has_is_not_offered(market: Market) -> None:
    assert offered(market) == ["7E8KV"]
    market.desk.buy("pkv", buyer="brandt", listing_id="7E8KV", most_cents=9_900)
    assert offered(market) == []
