from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.instant import DAY_US, HOUR_US, MINUTE_US
from exchange.orderbook.caps import ActiveHours, Cap
from exchange.orderbook.filters import Filters
from exchange.orderbook.order import Facts, StandingBid
from exchange.reports.preview import preview
from exchange.reports.question import Viewer
from exchange.reports.schedules import Rulebook
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import NOW, PICTURE, Market

pytestmark = pytest.mark.usefixtures("engine")

KRONE = Viewer("krone", "krone")
FULL_HOURS = ActiveHours(tuple((day, 0, 1440) for day in range(7)))


def terms(limit_cents: int = 6000, quantity: int = 5, **more: object) -> StandingBid:
    return StandingBid("", "krone", limit_cents, quantity, Facts(0), group="krone", **more)  # type: ignore[arg-type]


def look(market: Market, bid: StandingBid, sector: str = "pkv", at: int = NOW, viewer: Viewer = KRONE):  # type: ignore[no-untyped-def]
    with market.desk.store.read() as connection:
        return preview(connection, Rulebook(), viewer, bid, sector, at)


def test_it_counts_the_open_leads_the_filters_let_in(market: Market) -> None:
    assert look(market, terms()).fitting == sum(sketch.sector == "pkv" for sketch in PICTURE)
    assert look(market, terms(filters=Filters(postcodes=("80",)))).fitting == 1
    assert look(market, terms(filters=Filters(regions=("DE-HH",)))).fitting == 0


def test_the_first_purchase_is_the_one_the_exchange_makes(market: Market) -> None:
    bid = terms(5500, 1, filters=Filters(seats_at_most=1))
    expected = look(market, bid).coming[0]
    market.desk.place("pkv", bid_id="k-1", buyer="krone", limit_cents=5500, quantity=1, filters=bid.filters)
    market.go(expected.at)
    sale = next(entry for entry in market.desk.entries("pkv") if entry.kind == "filled" and "k-1" in str(entry.payload))
    assert sale.at == expected.at
    assert f'"ask_cents":{expected.ask_cents}' in str(sale.payload)
    assert expected.listing_id in str(sale.payload)


def test_what_was_sold_before_the_limit_was_reached_does_not_count(market: Market) -> None:
    later = NOW + 2 * DAY_US
    alone = terms(3000, filters=Filters(seats_at_most=1))
    listing = look(market, alone, at=later).past[0].listing_id
    market.desk.buy("pkv", buyer="brandt", listing_id=listing, most_cents=1_000_000)
    assert listing not in [one.listing_id for one in look(market, alone, at=later).past]


def test_quantity_budget_and_caps_hold_it_back(market: Market) -> None:
    later = NOW + 2 * DAY_US
    free = look(market, terms(9600, 10), at=later).past
    assert len(free) > 2
    assert len(look(market, terms(9600, 2), at=later).past) == 2
    first_two = sum(one.ask_cents for one in free[:2])
    assert len(look(market, terms(9600, 10, budget_cents=first_two), at=later).past) == 2
    capped = look(market, terms(9600, 10, caps=(Cap("month", leads=1),)), at=later).past
    assert len(capped) == 1


def test_outside_its_hours_it_waits_and_pays_the_later_ask(market: Market) -> None:
    free = look(market, terms(6000, 1)).coming[0]
    noon = 14 * 60 + 45
    afternoon = replace(terms(6000, 1), hours=ActiveHours(tuple((day, noon, 1440) for day in range(7))))
    held = look(market, afternoon).coming[0]
    assert held.at >= NOW + 13 * MINUTE_US
    assert held.ask_cents <= free.ask_cents


def test_a_bid_that_is_over_buys_nothing_more(market: Market) -> None:
    until_at = NOW + MINUTE_US
    assert len(look(market, terms(6000, 5)).coming) > len(look(market, terms(6000, 5, until_at=until_at)).coming)
    assert all(one.at < until_at for one in look(market, terms(6000, 5, until_at=until_at)).coming)


def test_nobody_previews_a_lead_the_consent_keeps_from_them(market: Market) -> None:
    market.list(replace(PICTURE[2], lead_id="9ONLY"), person=1, recipients=("brandt",))
    assert "9ONLY" not in [one.listing_id for one in look(market, terms(9600, 50)).coming]
    seen = look(market, replace(terms(9600, 50), buyer="brandt"), viewer=Viewer("brandt", "brandt"))
    assert "9ONLY" in [one.listing_id for one in seen.coming]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(20, 200).map(lambda n: n * 50), quantity=st.integers(1, 6))
def test_it_never_pays_more_than_the_limit_and_never_more_often_than_asked(
    market: Market, limit: int, quantity: int
) -> None:
    found = look(market, terms(limit, quantity, hours=FULL_HOURS), at=NOW + 6 * HOUR_US)
    assert len(found.past) <= quantity
    assert all(one.ask_cents <= limit for one in found.past)
    assert list(found.past) == sorted(found.past, key=lambda one: one.at)
