"""A book loaded from rows is the book a replay of the tape leaves, and decides the same."""

from contextlib import suppress

import pytest

from exchange.errors import ExchangeError
from exchange.instant import HOUR_US, MINUTE_US
from exchange.orderbook import match
from exchange.orderbook.book import Book
from exchange.replay import book_at
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


@pytest.mark.parametrize("seed", range(30, 34))
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
