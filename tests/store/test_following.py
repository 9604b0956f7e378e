"""Processes that keep a sector's book: what others write is decided once more, not read anew."""

import logging

import pytest
from sqlalchemy import update

from exchange.desk import Desk
from exchange.instant import DAY_US, MINUTE_US
from exchange.orderbook import match
from exchange.orderbook.book import Book
from exchange.orderbook.order import Arm
from exchange.replay import book_at
from exchange.schema import heads
from exchange.store import following, open_store, transaction
from exchange.store.books import load_book
from tests.desk.floor import FALLING, HALVING, Trader, clock_of, offer, open_market, proven, wait
from tests.store.state import future, state

pytestmark = pytest.mark.usefixtures("engine")


class Readers:
    """Counts how often a book is read from rows."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        monkeypatch.setattr(transaction, "load_book", self._read)

    def _read(self, connection, head) -> Book:
        self.count += 1
        return load_book(connection, head)


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> Readers:
    return Readers(monkeypatch)


class Changing(Trader):
    """One trader whose orders reach now this process, now that one."""

    def __init__(self, desks: list[Desk], seed: int) -> None:
        super().__init__(desks[0], seed)
        self.desks = desks

    def _say(self, verb: str, *names: str, **terms: object) -> None:
        self.desk = self.desks[len(self.said) * 7 // 3 % len(self.desks)]
        super()._say(verb, *names, **terms)


def processes(url: str, count: int = 2, **more: bool) -> list[Desk]:
    """A market, and others who have its book at hand too."""
    one = open_market(url, **more)
    others = [Desk(open_store(url, one.store.clock)) for _ in range(count - 1)]
    for desk in (one, *others):
        desk.settle("pv")
    return [one, *others]


def kept(desk: Desk) -> Book:
    """The book this process has, brought up to now."""
    with desk.store.begin(["pv"]) as tx:
        book = tx.book("pv")
        assert match.settle(book, tx.now) == []
    return book


@pytest.mark.parametrize("seed", range(40, 43))
def test_books_that_follow_are_the_books_a_replay_leaves(url: str, seed: int, readers: Readers) -> None:
    desks = processes(url, 3, hours=seed % 2 == 1)
    readers.count = 0
    trader = Changing(desks, seed)
    for _ in range(3):
        trader.trade(40)
        desks[0].settle("pv")
        replayed = book_at("pv", desks[0].entries("pv"), clock_of(desks[0]).at_us)
        for desk in desks:
            assert state(kept(desk)) == state(replayed)
    assert readers.count == 0
    expected = future(replayed)
    assert [future(kept(desk)) for desk in desks] == [expected] * 3
    assert proven(desks[0])


def test_several_processes_write_the_tape_one_would_write(url: str) -> None:
    alone = open_market()
    Trader(alone, 47).trade(100)
    desks = processes(url)
    Changing(desks, 47).trade(100)
    assert [entry.payload for entry in desks[0].entries("pv")] == [entry.payload for entry in alone.entries("pv")]


def test_seats_and_ended_things_of_others_are_known(url: str, readers: Readers) -> None:
    here, there = processes(url)
    readers.count = 0
    offer(there, "L1", person_id="p1")
    there.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    there.place("pv", bid_id="B1", buyer="bert", limit_cents=1_000, quantity=1)
    there.cancel("pv", bid_id="B1", buyer="bert")
    offer(there, "L2", person_id="p1")
    assert here.buy("pv", buyer="bert", listing_id="L1", most_cents=9_000).refused.code == "not_open"
    assert here.pause("pv", bid_id="B1", buyer="bert").refused.reason == "cancelled"
    assert here.buy("pv", buyer="anna", listing_id="L2", most_cents=9_000).refused.code == "already_bought"
    assert readers.count == 0


def test_curves_and_plans_of_others_hold_here(url: str, readers: Readers) -> None:
    here, there = processes(url)
    readers.count = 0
    there.tune("pv", arms=(Arm(FALLING, 5_000), Arm(HALVING, 5_000)))
    offer(here, "L1", draw=6_000)
    assert here.schedule_of("pv", "L1").ask_at(clock_of(here).at_us) == 9_000
    here.tune("pv", arms=(Arm(HALVING, 10_000),))
    offer(there, "L2", draw=0)
    assert there.row_of("listing", "L2")["curve"] == HALVING.number
    assert readers.count == 0


def test_what_fell_due_with_others_is_decided_here_too(url: str, readers: Readers) -> None:
    here, there = processes(url)
    readers.count = 0
    there.place("pv", bid_id="B1", buyer="anna", limit_cents=6_600, quantity=1)
    offer(there, "L1", curve=1)
    wait(there, 5 * MINUTE_US)
    there.settle("pv")
    assert here.buy("pv", buyer="bert", listing_id="L1", most_cents=9_000).refused.code == "not_open"
    wait(there, 20 * DAY_US)
    there.settle("pv")
    assert not kept(here).sales
    assert readers.count == 0


def test_a_long_way_behind_reading_is_quicker(url: str, readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = processes(url)
    readers.count = 0
    monkeypatch.setattr(following, "FEW", 3)
    for number in range(4):
        offer(there, f"L{number}")
    assert len(kept(here).open) == 4
    assert readers.count == 1


def test_a_book_that_would_not_follow_is_read_anew(
    url: str, readers: Readers, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = processes(url)
    offer(there, "L1")
    kept(here).open.clear()
    readers.count = 0
    there.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    with caplog.at_level(logging.WARNING):
        assert here.buy("pv", buyer="bert", listing_id="L1", most_cents=9_000).refused.code == "not_open"
    assert "read anew: pv" in caplog.text
    assert readers.count == 1


def test_a_tape_with_another_past_is_not_followed(url: str, readers: Readers) -> None:
    """As after a failover to a server that had not all: the numbers fit, the entries do not."""
    here, there = processes(url)
    readers.count = 0
    here.store._kept["pv"].hash = "0" * 64
    offer(there, "L1")
    assert "L1" in kept(here).listings
    with there.store.write_aside() as connection:
        connection.execute(update(heads).where(heads.c.sector == "pv").values(head_hash="f" * 64))
    kept(there)
    assert readers.count == 2
