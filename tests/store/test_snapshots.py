"""Snapshots: any instant is the same with them as without, and one that was changed is not believed."""

import logging
import zlib
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from exchange.desk import Desk
from exchange.errors import TapeBroken
from exchange.instant import DAY_US
from exchange.jobs.snapshots import SnapshotRounds
from exchange.member import HOUSE
from exchange.moment.bids import write_bids
from exchange.moment.listings import write_held, write_listings
from exchange.moment.state import State, write_state
from exchange.orderbook.book import Book
from exchange.schema import snapshots
from exchange.store.engine import writing
from exchange.store.past import Past
from exchange.store.snapshots import build, drop, list_kept, read_kept, repair, state_after, state_at
from tests.desk.floor import Trader, clock_of, open_market, wait

EVERY = 40


@pytest.fixture(scope="module")
def market() -> Desk:
    """Orders of every kind, then weeks without any: claims are upheld by silence, sales become payable."""
    desk = open_market()
    trader = Trader(desk, 5)
    for _ in range(4):
        trader.trade(60)
        wait(desk, 6 * DAY_US)
        desk.settle("pv")
    assert len(list(build(desk.store, "pv", every=EVERY))) > 5
    return desk


def from_the_first(desk: Desk, seq: int) -> State:
    """Every entry, and no snapshot."""
    state = State("pv")
    with desk.store.read() as connection:
        Past(connection, state).run(seq, whole=True)
    return state


@settings(max_examples=25, deadline=None)
@given(share=st.floats(0, 1))
def test_any_number_is_the_same_state(market: Desk, share: float) -> None:
    entries = market.entries("pv")
    whole = from_the_first(market, 1 + int(share * (len(entries) - 1)))
    with market.store.read() as connection:
        near = state_after(connection, "pv", whole.seq)
        Past(connection, near).run(whole.seq, whole=True)
    assert write_state(near) == write_state(whole)


def test_any_instant_is_the_same_state(market: Desk) -> None:
    entries, drawn = market.entries("pv"), Random(2)
    for _ in range(8):
        at = drawn.randrange(entries[0].at, clock_of(market).at_us)
        with market.store.read() as connection:
            near = state_at(connection, "pv", at)
        whole = from_the_first(market, near.seq)
        whole.settle(at)
        assert write_state(near) == write_state(whole)
        assert (near.seq == len(entries)) == (entries[-1].at <= at)


def test_the_last_one_and_the_rest_lead_to_the_rows(market: Desk) -> None:
    market.store.forget_books()
    with market.store.begin(["pv"]) as tx:
        rows, now = shown(tx.book("pv")), tx.now
    with market.store.read() as connection:
        assert shown(state_at(connection, "pv", now).book) == rows


def shown(book: Book) -> list[object]:
    """What of a book rows and states both hold."""
    return [write_listings(book), write_bids(book), write_held(book), book.groups, book.rates, book.seq]


def test_a_changed_byte_is_found_passed_over_and_mended(market: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with market.store.read() as connection:
        kept = list_kept(connection, "pv")[2]
        content = connection.execute(select(snapshots.c.content).where(snapshots.c.seq == kept.seq)).scalar_one()
    text = zlib.decompress(content).decode()
    lies = (
        (content[:-20] + bytes([content[-20] ^ 1]) + content[-19:], "no text|another digest"),
        (zlib.compress(text.replace('"filled":[', '"filled":[ ', 1).encode()), "another digest"),
    )
    for lie, found in lies:
        put(market, kept.seq, content=lie)
        with market.store.read() as connection, caplog.at_level(logging.WARNING):
            with pytest.raises(TapeBroken, match=found):
                read_kept(connection, "pv", kept.seq)
            assert state_after(connection, "pv", kept.seq + 1).seq == kept.seq + 1
        assert f"the snapshot after pv {kept.seq} is not used" in caplog.text
        assert repair(market.store, kept) is not None
        assert repair(market.store, kept) is None
        with market.store.read() as connection:
            assert list_kept(connection, "pv")[2] == kept


def put(desk: Desk, seq: int, **values: object) -> None:
    with writing(desk.store.engine) as connection:
        connection.execute(update(snapshots).where(snapshots.c.seq == seq).values(values))


@pytest.mark.usefixtures("engine")
def test_they_are_made_as_the_tape_grows_and_can_be_thrown_away(caplog: pytest.LogCaptureFixture) -> None:
    desk = open_market()
    Trader(desk, 8).trade(60)
    rounds = SnapshotRounds(desk.store, every=15)
    assert rounds.round() > 0
    while rounds.round():
        pass
    with desk.store.read() as connection:
        kept = list_kept(connection)
    assert {one.sector for one in kept} == {"pv", HOUSE}
    assert all(later.seq - one.seq >= 15 for one, later in pairwise(kept) if one.sector == later.sector)
    drop(desk.store)
    with desk.store.read() as connection:
        assert list_kept(connection) == []
    assert [one for sector in ("_house", "pv") for one in build(desk.store, sector, every=15)] == kept
    assert caplog.records == []
    desk.store.close()
