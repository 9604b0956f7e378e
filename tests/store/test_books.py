"""A book loaded from rows is the book a replay of the tape leaves, and decides the same."""

from contextlib import suppress

import pytest
from sqlalchemy import select, update

from exchange.desk import Desk
from exchange.errors import ExchangeError
from exchange.instant import HOUR_US, MINUTE_US
from exchange.orderbook import match
from exchange.orderbook.book import Book
from exchange.replay import book_at
from exchange.schema import listings
from exchange.store import open_store
from tests.desk.floor import Trader, clock_of, offer, open_market, wait
from tests.store.state import future, state

pytestmark = pytest.mark.usefixtures("engine")


def loaded(desk) -> Book:
    """The sector's book from rows alone, settled up to now."""
    desk.store.forget_books()
    with desk.store.begin(["pv"]) as tx:
        book = tx.book("pv")
        assert match.settle(book, tx.now) == []
    return book


@pytest.mark.parametrize("seed", range(8))
def test_rows_lead_to_the_state_the_tape_leads_to(seed: int) -> None:
    desk = open_market(hours=seed % 2 == 1)
    trader = Trader(desk, seed)
    for _ in range(6):
        trader.trade(20)
        desk.settle("pv")
        kept, replayed = loaded(desk), book_at("pv", desk.entries("pv"), clock_of(desk).at_us)
        assert state(kept) == state(replayed)
        assert future(kept) == future(replayed)
        desk.store.forget_books()


@pytest.mark.parametrize("seed", range(20, 24))
def test_a_process_that_remembers_nothing_writes_the_same_tape(seed: int) -> None:
    class Forgetful(Trader):
        def _note(self, entries) -> None:
            super()._note(entries)
            self.desk.store.forget_books()

    tapes = []
    for kind in (Trader, Forgetful):
        desk = open_market(hours=seed % 2 == 1)
        kind(desk, seed).trade(120)
        tapes.append([entry.text for entry in desk.entries("pv")])
    assert tapes[0] == tapes[1]


@pytest.mark.parametrize("seed", range(30, 32))
def test_an_alarm_clock_that_never_sleeps_writes_the_same_tape(seed: int) -> None:
    late, punctual = open_market(), open_market()
    trader = Trader(late, seed)
    trader.trade(120)
    for at, verb, names, terms in trader.said:
        _wake_until(punctual, at)
        with suppress(ExchangeError):
            getattr(punctual, verb)(*names, **terms)
    assert [entry.text for entry in late.entries("pv")] == [entry.text for entry in punctual.entries("pv")]


def _wake_until(desk, at: int) -> None:
    clock = clock_of(desk)
    while (due := desk.next_due("pv")) is not None and due < at:
        clock.at_us = max(due, clock.at_us)
        desk.settle("pv")
    clock.at_us = at


def test_ended_things_are_recalled_and_answered_so() -> None:
    desk = open_market(vat_bp=0)
    offer(desk, "L1")
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    desk.place("pv", bid_id="B1", buyer="bert", limit_cents=1_000, quantity=1)
    desk.cancel("pv", bid_id="B1", buyer="bert")
    desk.store.forget_books()
    assert desk.buy("pv", buyer="bert", listing_id="L1", most_cents=9_000).refused.code == "not_open"
    assert desk.pause("pv", bid_id="B1", buyer="bert").refused.reason == "cancelled"
    assert desk.pause("pv", bid_id="B1", buyer="anna").refused.code == "unknown"
    assert desk.withdraw("pv", listing_id="L1", by="nord").refused.reason == "sold"
    assert desk.buy("pv", buyer="bert", listing_id="L9", most_cents=9_000).refused.code == "unknown"


def test_a_kept_book_drops_what_has_ended() -> None:
    desk = open_market()
    offer(desk, "L1")
    desk.place("pv", bid_id="B1", buyer="anna", limit_cents=9_000, quantity=1)
    desk.withdraw("pv", listing_id="L1", by="operator")
    desk.buy("pv", buyer="bert", listing_id="L1", most_cents=9_000)
    with desk.store.begin(["pv"]) as tx:
        book = tx.book("pv")
        assert (book.listings, book.bids, book.bids_of["anna"]) == ({}, {}, [])


def test_seats_of_a_person_are_remembered_across_relistings() -> None:
    desk = open_market()
    offer(desk, "L1", person_id="p1")
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    desk.store.forget_books()
    offer(desk, "L2", person_id="p1")
    assert desk.buy("pv", buyer="anna", listing_id="L2", most_cents=9_000).refused.code == "already_bought"
    assert desk.buy("pv", buyer="bert", listing_id="L2", most_cents=9_000).fills


def test_rows_show_the_ask_of_the_instant_settled_to() -> None:
    desk = open_market()
    offer(desk, "L1")
    wait(desk, 4 * MINUTE_US)
    desk.settle("pv")
    row = desk.row_of("listing", "L1")
    schedule = desk.schedule_of("pv", "L1")
    assert row["ask_cents"] == schedule.ask_at(clock_of(desk).at_us) == 6_600
    assert row["next_at"] == schedule.next_step(clock_of(desk).at_us)[0]
    assert row["expires_at"] == schedule.expires_at


def test_a_halt_leaves_what_comes_next_unknown_until_it_ends() -> None:
    desk = open_market()
    offer(desk, "L1")
    wait(desk, MINUTE_US)
    desk.halt("pv", reason="price feed")
    row = desk.row_of("listing", "L1")
    assert (row["next_at"], row["expires_at"]) == (None, None)
    wait(desk, HOUR_US)
    desk.resume("pv")
    row, schedule = desk.row_of("listing", "L1"), desk.schedule_of("pv", "L1")
    assert (row["next_at"], row["expires_at"]) == (schedule.next_step(clock_of(desk).at_us)[0], schedule.expires_at)


def test_steps_that_another_process_wrote_are_taken_but_not_written_again(url: str) -> None:
    one = open_market(url)
    offer(one, "L1", curve=1)
    other = Desk(open_store(url, one.store.clock))
    other.settle("pv")
    wait(one, 3 * MINUTE_US)
    one.settle("pv")
    mark(one, "L1", 7)
    other.settle("pv")
    assert ask_and_next(one, "L1")[1] == 7
    wait(one, 3 * MINUTE_US)
    other.settle("pv")
    with one.store.begin(["pv"]) as tx:
        listing = tx.book("pv").listings["L1"]
        match.settle(tx.book("pv"), tx.now)
    assert ask_and_next(one, "L1") == (listing.ask_cents, listing.next_event())


def mark(desk: Desk, listing_id: str, next_at: int) -> None:
    """Write what no schedule says, to see whether it is written over."""
    with desk.store.write_aside() as connection:
        connection.execute(update(listings).where(listings.c.listing_id == listing_id).values(next_at=next_at))


def ask_and_next(desk: Desk, listing_id: str) -> tuple[int, int]:
    with desk.store.read() as connection:
        asked = select(listings.c.ask_cents, listings.c.next_at).where(listings.c.listing_id == listing_id)
        row = connection.execute(asked).one()
    return row.ask_cents, row.next_at
