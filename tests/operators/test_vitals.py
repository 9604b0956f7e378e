"""Health kept: a row a minute whoever comes first, none older than seven days, the worst of a stretch shown."""

from flask.testing import FlaskClient

from exchange.instant import DAY_US, MINUTE_US
from exchange.operators.vitals import Nurse
from exchange.reports.vitals import KEPT_US, LIMITS, minutes, past
from tests.web.conftest import Visitor
from tests.web.market import NOW, Market
from tests.web.people import BY_ROLE, complete

MINUTE = NOW - NOW % MINUTE_US


def test_a_minute_is_kept_once_and_forgotten_after_a_week(market: Market) -> None:
    one, other = Nurse(market.desk.store), Nurse(market.desk.store)
    assert [one.keep(), one.keep(), other.keep()] == [True, False, False]
    market.clock.at_us += MINUTE_US
    assert [other.keep(), one.keep()] == [True, False]
    with market.desk.store.read() as connection:
        kept = minutes(connection, 0)
    assert [row.at for row in kept] == [MINUTE, MINUTE + MINUTE_US]
    assert kept[0].figures.keys() == LIMITS.keys()
    market.clock.at_us += KEPT_US + MINUTE_US
    assert one.keep()
    with market.desk.store.read() as connection:
        assert len(minutes(connection, 0)) == 1


def test_a_stretch_shows_its_worst_and_gaps_stay_gaps(market: Market) -> None:
    nurse = Nurse(market.desk.store)
    for _ in range(3):
        nurse.keep()
        market.clock.at_us += MINUTE_US
    with market.desk.store.read() as connection:
        kept = minutes(connection, 0)
    kept[1].figures["late_us"], kept[2].figures["late_us"] = 9_000_000, 4_000_000
    found = past(kept, "late_us", MINUTE - MINUTE_US, MINUTE + 3 * MINUTE_US, 2)
    assert found.points == (kept[0].figures["late_us"], 9_000_000)
    assert found.highest == 9_000_000
    assert past(kept, "late_us", MINUTE - DAY_US, MINUTE, 4).points == (None,) * 4


def test_the_system_page_draws_them_with_limits(market: Market, visitor: Visitor) -> None:
    complete(market)
    Nurse(market.desk.store).keep()
    olga: FlaskClient = visitor(BY_ROLE["operator"])
    for span in ("", "?zeit=stunde", "?zeit=woche"):
        page = olga.get(f"/betrieb/system{span}").text
        assert 'data-testid="vital-late_us"' in page
        assert 'class="limit"' in page
        assert 'class="past small"' in page
