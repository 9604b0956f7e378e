"""The tabs' counts equal the rows, whatever has happened."""

import random
from dataclasses import replace

import pytest

from exchange.instant import MINUTE_US
from exchange.orderbook.filters import Condition, Filters
from exchange.reports.board import board_page
from exchange.reports.question import Question, Viewer, Wanted
from exchange.reports.schedules import Rulebook
from exchange.reports.shelf import Shelf
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import PICTURE, Market

pytestmark = pytest.mark.usefixtures("engine")

VIEWERS = (Viewer("brandt", "brandt"), Viewer("krone", "krone"))
QUESTIONS = (
    Question(),
    Question(sector="bu"),
    Question(regions=("DE-BY",)),
    Question(seats="exclusive"),
    Question(seats="shared", regions=("DE-BW", "DE-BY")),
    Question(postcodes=("8",)),
    Question(postcodes=("803", "70")),
    Question(most_cents=5_000),
    Question(age_below_us=30 * MINUTE_US),
    Question(fitting=(Wanted("bu", Filters(regions=("DE-BW",)), 4_000), Wanted("pkv", Filters(), 2_000))),
)


def agree(market: Market, shelf: Shelf) -> None:
    now = market.clock.now()
    with market.desk.store.read() as connection:
        for viewer in VIEWERS:
            for asked in QUESTIONS:
                everywhere = replace(asked, sector="")
                rows = board_page(connection, Rulebook(), viewer, everywhere, now, most=500).rows
                counts = shelf.counts(connection, viewer, asked, now)
                assert {one.sector: one.count for one in counts} == {
                    sector: sum(row.sector == sector for row in rows) for sector in {row.sector for row in rows}
                }, (viewer, asked)


def act(market: Market, rng: random.Random, n: int) -> None:
    deed, sketch = rng.randrange(4), rng.choice(PICTURE)
    if deed == 0:
        named = rng.choice((("*",), ("krone",), ("brandt", "krone")))
        market.list(replace(sketch, lead_id=f"N{n}"), person=n, recipients=named)
    elif deed == 1:
        row = market.desk.row_of("listing", sketch.lead_id)
        if row["state"] == "open":
            market.desk.buy(
                sketch.sector, buyer=rng.choice(("brandt", "krone")), listing_id=sketch.lead_id, most_cents=99_000
            )
    elif deed == 2:
        if market.desk.row_of("listing", sketch.lead_id)["state"] == "open":
            market.desk.withdraw(sketch.sector, listing_id=sketch.lead_id, by="quelle")
    else:
        market.clock.at_us += rng.randrange(12) * MINUTE_US


@pytest.mark.parametrize("seed", range(3))
def test_counts_follow_the_tapes(market: Market, seed: int) -> None:
    rng, shelf = random.Random(seed), Shelf()
    agree(market, shelf)
    for n in range(12):
        act(market, rng, n)
        agree(market, shelf)
    agree(market, Shelf())


def test_what_ended_unsettled_is_not_counted(market: Market) -> None:
    shelf = Shelf()
    agree(market, shelf)
    market.clock.at_us += 95 * MINUTE_US
    agree(market, shelf)


def test_answers_are_counted_where_they_are_asked_for(market: Market) -> None:
    asked = Question(sector="bu", conditions=(Condition("age", "<", ("25",)),))
    with market.desk.store.read() as connection:
        rows = board_page(connection, Rulebook(), VIEWERS[0], asked, market.clock.now()).rows
        counts = Shelf().counts(connection, VIEWERS[0], asked, market.clock.now())
    assert [row.listing_id for row in rows] == ["7C3BU"]
    assert {one.sector: one.count for one in counts}["bu"] == 1, "the tab says what its rows say"
    assert {one.sector: one.count for one in counts}["pkv"] == 3, "in another sector the question is not asked"
