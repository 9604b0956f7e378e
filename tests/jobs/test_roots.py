"""Each day has one root, soon after its end in Berlin; it holds every entry of the day and the day before."""

from datetime import date

import pytest

from exchange.calendars import berlin_day
from exchange.instant import DAY_US, SECOND_US
from exchange.jobs.roots import RootRounds, publish_due
from exchange.proofs.day import FIRST
from exchange.proofs.tree import root_of
from exchange.store.roots import PATIENCE_US, first_seq, make_root, next_day, publish, read_roots
from tests.desk.floor import MORNING, Trader, clock_of, offer, open_market, open_sector, wait

pytestmark = pytest.mark.usefixtures("engine")


def published(desk):
    with desk.store.read() as connection:
        return read_roots(connection)


def test_a_root_is_over_all_entries_of_the_day_in_order_and_the_ends_of_the_tapes() -> None:
    desk = open_market()
    open_sector(desk, "bu")
    Trader(desk, seed=2).trade(40)
    Trader(desk, seed=3, sector="bu").trade(40)
    wait(desk, 3 * DAY_US)
    made = publish_due(desk)
    assert made == published(desk)
    before = FIRST
    for one in made:
        day = one.day
        mine = [
            entry
            for sector in ("_house", "bu", "pv")
            for entry in desk.entries(sector)
            if day.since_at <= entry.at < day.until_at
        ]
        assert one.root == root_of([day.text.encode(), *(bytes.fromhex(entry.hash) for entry in mine)]).hex()
        assert (day.entries, day.before) == (len(mine), before)
        for sector, head in day.heads.items():
            last = [entry for entry in desk.entries(sector) if entry.at < day.until_at][-1]
            assert (head.seq, head.hash) == (last.seq, last.hash)
        before = one.root
    assert [one.day.date for one in made] == [date(2026, 3, 2 + n).isoformat() for n in range(len(made))]


def test_a_day_has_no_root_before_it_is_over_and_then_one() -> None:
    desk = open_market()
    offer(desk, "L1")
    until = berlin_day(MORNING)[1]
    clock_of(desk).at_us = until + PATIENCE_US - SECOND_US
    assert publish_due(desk) == []
    wait(desk, SECOND_US)
    (first,) = publish_due(desk)
    assert publish_due(desk) == []
    assert published(desk) == [first]


def test_what_fell_due_while_nobody_was_awake_is_in_it() -> None:
    desk = open_market()
    offer(desk, "L1")
    before = desk.entries("pv")
    wait(desk, 2 * DAY_US)
    first, *_ = publish_due(desk)
    expired = desk.entries("pv")[-1]
    assert (expired.kind, len(before)) == ("expired", expired.seq - 1)
    assert first.day.heads["pv"].hash == expired.hash


def test_two_processes_make_one_root() -> None:
    desk = open_market()
    wait(desk, DAY_US)
    with desk.store.read() as connection:
        day = next_day(connection)
        assert day is not None
        root = make_root(connection, day, {"pv": 2})
    with desk.store.write_aside() as connection:
        publish(connection, root, 0)
    assert publish_due(desk) == []
    assert published(desk) == [root]


def test_the_round_makes_it(caplog) -> None:
    desk = open_market()
    wait(desk, DAY_US)
    RootRounds(desk).round()
    assert [one.day.date for one in published(desk)] == ["2026-03-02"]
    assert caplog.text == ""


def test_the_first_number_at_or_after_an_instant_is_found() -> None:
    desk = open_market()
    Trader(desk, seed=4).trade(60)
    entries = desk.entries("pv")
    with desk.store.read() as connection:
        for at in {entry.at + more for entry in entries for more in (-1, 0, 1)}:
            wanted = next((entry.seq for entry in entries if entry.at >= at), len(entries) + 1)
            assert first_seq(connection, "pv", at, len(entries)) == wanted
