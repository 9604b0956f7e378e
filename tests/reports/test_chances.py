"""Which past listings are compared, from rows."""

from dataclasses import replace

import pytest

from exchange.instant import HOUR_US, MINUTE_US, Instant
from exchange.reports.board import BoardRow, listing_of
from exchange.reports.chances import DAYS, STALE_US, History, Outlook, part_of
from exchange.reports.question import Viewer
from exchange.reports.schedules import Rulebook
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import NOW, Market, _lead

pytestmark = pytest.mark.usefixtures("engine")

BRANDT = Viewer("brandt", "brandt")
START = NOW + 24 * HOUR_US


def crowd(market: Market, many: int, region: str, postcode: str, sold: int, at: Instant, minutes: int = 10) -> None:
    """So many exclusive leads listed at an instant; some of them bought so many minutes later."""
    market.clock.at_us = max(at, market.clock.at_us)
    names = [f"{postcode}{market.clock.at_us // MINUTE_US % 100_000}{n}" for n in range(many)]
    for n, name in enumerate(names):
        market.list(_lead(name, "gewerbe", 0, f"{postcode} {region}", 1, "100 40", product="liability"), person=n)
    market.clock.at_us += minutes * MINUTE_US
    for name in names[:sold]:
        market.desk.buy("gewerbe", buyer="krone", listing_id=name, most_cents=50_00)


def fresh(market: Market, region: str = "DE-BY", postcode: str = "80331") -> BoardRow:
    market.list(_lead("FRESH", "gewerbe", 0, f"{postcode} {region}", 1, "100 40", product="liability"))
    with market.desk.store.read() as connection:
        row = listing_of(connection, Rulebook(), BRANDT, "FRESH", market.clock.now())
    assert row is not None
    return row


def outlook(market: Market, row: BoardRow, history: History | None = None) -> Outlook | None:
    now = market.clock.now()
    steps = [at for at, _ in row.steps if at > now][:3]
    with market.desk.store.read() as connection:
        return (history or History()).outlook(connection, Rulebook(), row, steps, now)


def test_the_nearest_circle_with_fifty_cases_is_taken(market: Market) -> None:
    crowd(market, 40, "DE-BY", "80331", 0, START)
    row = fresh(market)
    assert outlook(market, row) is None
    crowd(market, 10, "DE-BY", "97070", 0, START)
    found = outlook(market, row)
    assert found is None, "those ten have not come to its age"
    market.clock.at_us = START + 20 * MINUTE_US
    found = outlook(market, replace(row, listed_at=market.clock.now() - MINUTE_US))
    assert found is not None
    assert (found.where, found.cases) == ("region", 51), "the lead itself has come to that age as well"


def test_sold_leads_lower_the_chance(market: Market) -> None:
    market.desk.deposit("krone", amount_cents=10_000_000, reference="mehr")
    crowd(market, 60, "DE-BY", "80331", 15, START)
    row = fresh(market)
    found = outlook(market, row)
    assert found is not None
    assert (found.where, found.part, found.cases) == ("area", part_of(START), 60)
    assert [round(one.share, 2) for one in found.chances] == [1.0, 0.75, 0.75]


def test_it_is_read_again_after_five_minutes(market: Market) -> None:
    history = History()
    with market.desk.store.read() as connection:
        row = listing_of(connection, Rulebook(), BRANDT, "7G2GW", NOW)
    assert row is not None
    market.clock.at_us = START
    assert outlook(market, row, history) is None
    crowd(market, 60, "DE-BY", "80331", 0, START, minutes=1)
    row = fresh(market)
    assert outlook(market, row, history) is None, "what was read a minute ago"
    market.clock.at_us += STALE_US
    assert outlook(market, row, history) is not None


def test_old_history_is_left_out(market: Market) -> None:
    crowd(market, 60, "DE-BY", "80331", 0, START, minutes=1)
    market.go(market.clock.now() + (DAYS + 1) * 24 * HOUR_US)
    assert outlook(market, fresh(market)) is None


@pytest.mark.parametrize(("hour", "part"), [(1, "night"), (7, "morning"), (13, "afternoon"), (20, "evening")])
def test_parts_of_the_day_are_berlins(hour: int, part: str) -> None:
    midnight = NOW - (NOW % (24 * HOUR_US))
    assert part_of(midnight + (hour - 1) * HOUR_US) == part, "winter: an hour ahead of UTC"
