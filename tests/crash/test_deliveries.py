"""The judge of deliveries finds what was planted: a message that was lost, invented, or changed under its id."""

import pytest

from exchange.instant import HOUR_US
from tests.courier.town import bought
from tests.crash.deliveries import Spool, untold
from tests.desk.floor import clock_of, offer, open_market, wait


@pytest.fixture
def house(tmp_path):
    url = f"sqlite:///{tmp_path}/market.db"
    desk = open_market(url)
    desk.store.posts = True
    bought(desk, "L1")
    offer(desk, "L2")
    desk.place("pv", bid_id="B1", buyer="bert", limit_cents=100, quantity=1, until_at=clock_of(desk).at_us + 1)
    wait(desk, 3 * HOUR_US)
    desk.settle("pv")
    spool = Spool(tmp_path)
    spool.finish(url)
    yield desk, spool.lines()
    desk.store.close()


def objections(house, lines):
    with house[0].store.read() as connection:
        return untold(connection, lines)


def test_everybody_was_told_of_everything_and_twice_does_no_harm(house):
    lines = house[1]
    assert sorted(line["topic"] for line in lines) == ["bid.expired", "lead.bought", "lead.sold", "listing.expired"]
    assert objections(house, lines) == []
    assert objections(house, [*lines, lines[0]]) == []


def test_a_message_that_was_lost(house):
    found = objections(house, house[1][1:])
    assert len(found) == 2
    assert found[0].startswith("nobody was told")


def test_a_message_that_nothing_stands_behind(house):
    surplus = house[1][0] | {"seq": 999, "id": "other"}
    assert any("not on the tape" in said for said in objections(house, [*house[1], surplus]))


def test_two_messages_under_one_id(house):
    changed = house[1][0] | {"organisation": "cora"}
    assert any("is two messages" in said for said in objections(house, [*house[1], changed]))


def test_one_message_under_two_ids(house):
    again = house[1][0] | {"id": "other"}
    assert objections(house, [*house[1], again]) == ["5 delivery ids for 4 tellings"]
