"""Filters in SQL let in what the filters of the order book let in."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from exchange.instant import MINUTE_US
from exchange.orderbook.filters import Condition, Filters
from exchange.reports.bids import Offered
from exchange.reports.board import board_page
from exchange.reports.fitting import fits
from exchange.reports.question import Question, Viewer
from exchange.reports.schedules import Rulebook
from exchange.schema import listings
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import NOW, PICTURE, Market

pytestmark = pytest.mark.usefixtures("engine")

KEYS = sorted({key for sketch in PICTURE for key in sketch.answers} | {"nobody's"})
VALUES = sorted({value for sketch in PICTURE for value in sketch.answers.values()} | {"36.0", "0", "x", "1'; --"})
CONDITIONS = st.builds(
    Condition,
    st.sampled_from(KEYS),
    st.sampled_from(("=", "!=", "<", "<=", ">", ">=")),
    st.lists(st.sampled_from(VALUES), min_size=1, max_size=3).map(tuple),
)
AREAS = st.lists(st.sampled_from(("8", "80", "803", "80331", "9", "72", "0")), min_size=1, max_size=3).map(tuple)
FILTERS = st.builds(
    Filters,
    regions=st.none() | st.just(("DE-BY",)) | st.just(("DE-BW", "DE-HH")),
    postcodes=st.none() | AREAS,
    conditions=st.lists(CONDITIONS, max_size=2).map(tuple),
    age_below_us=st.none() | st.integers(1, 90).map(lambda n: n * MINUTE_US),
    seats_at_most=st.none() | st.sampled_from((1, 2)),
    only_from=st.none() | st.just(("quelle",)) | st.just(("nobody",)),
    not_from=st.just(()) | st.just(("quelle",)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=FILTERS)
def test_the_same_listings_fit(market: Market, filters: Filters) -> None:
    with market.desk.store.read() as connection:
        rows = board_page(connection, Rulebook(), Viewer("brandt", "brandt"), Question(), NOW).rows
        question = select(listings.c.listing_id).where(listings.c.state == "open", fits(filters, NOW))
        found = set(connection.execute(question).scalars())
    assert found == {row.listing_id for row in rows if filters.fit(Offered(row), NOW)}  # type: ignore[arg-type]
