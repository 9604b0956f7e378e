import pytest

from exchange.reports.bids import bid_at, bids_of, next_act
from exchange.reports.board import board_page
from exchange.reports.question import Question, Viewer
from exchange.reports.schedules import Rulebook
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import NOW, Market

pytestmark = pytest.mark.usefixtures("engine")

BRANDT = Viewer("brandt", "brandt")


def test_a_bid_acts_where_the_schedule_reaches_its_limit(market: Market) -> None:
    with market.desk.store.read() as connection:
        rows = {r.listing_id: r for r in board_page(connection, Rulebook(), BRANDT, Question(), NOW).rows}
        bids = {bid.bid_id: bid for bid in bids_of(connection, "brandt", NOW, living=True)}
    for bid_id, listing_id in (("pkv-m", "7K2KV"), ("bu-sued", "7F3BU"), ("rlv", "7R6RL")):
        bid, row = bids[bid_id], rows[listing_id]
        assert bid_at(bid, row, NOW) == market.desk.schedule_of(row.sector, listing_id).reached_at(bid.limit_cents)


def test_a_bid_acts_on_nothing_that_does_not_fit(market: Market) -> None:
    with market.desk.store.read() as connection:
        rows = {r.listing_id: r for r in board_page(connection, Rulebook(), BRANDT, Question(), NOW).rows}
        bids = {bid.bid_id: bid for bid in bids_of(connection, "brandt", NOW, living=True)}
    assert bid_at(bids["bu-sued"], rows["7C3BU"], NOW) is None, "two seats, the bid wants exclusive ones"
    assert bid_at(bids["pkv-m"], rows["7E8KV"], NOW) is None, "another postcode"
    assert bid_at(bids["pkv-m"], rows["7F3BU"], NOW) is None, "another sector"
    assert bid_at(bids["pv-schwaben"], rows["7A1PV"], NOW) is None, "paused"


def test_what_was_promised_happens(market: Market) -> None:
    with market.desk.store.read() as connection:
        bids = {bid.bid_id: bid for bid in bids_of(connection, "brandt", NOW, living=True)}
        act = next_act(connection, Rulebook(), BRANDT, bids["pkv-m"], NOW)
    assert act is not None
    acts_at, listing_id = act
    market.go(acts_at)
    sale = next(entry for entry in market.desk.entries("pkv") if entry.kind == "filled")
    assert (sale.at, listing_id) == (acts_at, "7K2KV")
