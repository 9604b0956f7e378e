"""Clocks that are set back, alarm clocks that stand still: no price rises, nothing reopens, nothing happens twice."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from exchange.clock import SetClock, SystemClock
from exchange.desk import Desk, Queue
from exchange.errors import ExchangeError
from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from exchange.migrations import upgrade
from exchange.reports.health import BROKEN, OK, WARNING, Finding, check_clocks, check_past, punctuality
from exchange.store import Busy, ClockBack, ClockSkew, open_store
from tests.crash.market import open_quick_market
from tests.desk.floor import MORNING, Trader, clock_of, lead, offer, open_market, open_sector, proven, wait

pytestmark = pytest.mark.usefixtures("engine")


@dataclass
class Stepped:
    """A market at an instant, then its clock is set back: an expired listing, a falling one, a sector nobody asked."""

    desk: Desk
    settled_at: int
    ask_cents: int


@pytest.fixture
def stepped() -> Stepped:
    desk = open_market()
    offer(desk, "L1", seats=2)
    wait(desk, 8 * MINUTE_US)
    offer(desk, "L2", seats=3)
    wait(desk, 2 * MINUTE_US)
    desk.settle("pv")
    assert desk.row_of("listing", "L1")["state"] == "expired"
    return Stepped(desk, clock_of(desk).at_us, desk.row_of("listing", "L2")["ask_cents"])


def test_a_clock_a_second_behind_stands_still(stepped: Stepped) -> None:
    """No price rises, nothing reopens: the instant is the one settled to (rules.md §8.3)."""
    desk = stepped.desk
    clock_of(desk).at_us -= SECOND_US
    desk.settle("pv")
    late = desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    assert late.refused is not None
    assert late.refused.reason == "expired"
    bought = desk.buy("pv", buyer="bert", listing_id="L2", most_cents=9_000)
    assert (bought.at, bought.fills[0].ask_cents) == (stepped.settled_at, stepped.ask_cents)
    assert desk.row_of("listing", "L2")["ask_cents"] == stepped.ask_cents
    in_order_and_proven(desk)


def in_order_and_proven(desk: Desk) -> None:
    instants = [entry.at for entry in desk.entries("pv")]
    assert instants == sorted(instants)
    proven(desk)


@pytest.mark.parametrize("back_s", [3, 60, 3_600])
def test_a_clock_further_behind_freezes_the_market_until_it_has_caught_up(stepped: Stepped, back_s: int) -> None:
    desk = stepped.desk
    clock_of(desk).at_us -= back_s * SECOND_US
    before = [entry.hash for entry in desk.entries("pv")]
    for refused in (
        lambda: desk.buy("pv", buyer="bert", listing_id="L2", most_cents=9_000, key="k-1"),
        lambda: desk.settle("pv"),
        lambda: desk.deposit("anna", amount_cents=500),
    ):
        with pytest.raises(ClockBack, match=f"{back_s}.0 s behind what was settled: nothing is done until"):
            refused()
    assert [entry.hash for entry in desk.entries("pv")] == before
    with desk.store.read() as connection:
        (past,) = (one for one in checkup_without_tables(connection, desk) if one.check == "past")
    assert (past.state, "raise database.most_back_s" in past.says) == (BROKEN, True)
    wait(desk, back_s * SECOND_US - 1_500_000)
    bought = desk.buy("pv", buyer="bert", listing_id="L2", most_cents=9_000, key="k-1")
    assert (bought.at, bought.fills[0].ask_cents) == (stepped.settled_at, stepped.ask_cents)
    in_order_and_proven(desk)


def checkup_without_tables(connection, desk: Desk) -> list[Finding]:
    known = punctuality(connection, clock_of(desk).at_us)
    return [check_past(known, clock_of(desk).at_us, desk.store.time.most_back_us)]


def test_a_sector_in_which_nothing_happened_freezes_with_the_others(stepped: Stepped) -> None:
    desk = stepped.desk
    open_sector(desk, "wp")
    offer(desk, "W1", sector="wp")
    wait(desk, 5 * MINUTE_US)
    desk.settle("pv")
    clock_of(desk).at_us -= MINUTE_US
    with pytest.raises(ClockBack):
        desk.buy("wp", buyer="bert", listing_id="W1", most_cents=9_000)


def test_a_clock_that_ran_ahead_and_was_put_right_goes_on_when_an_operator_says_so(url: str) -> None:
    """`database.most_back_s`: prices stand still at what was settled until the clock has come there."""
    desk = open_market(url)
    offer(desk, "L1", seats=2)
    wait(desk, 5 * MINUTE_US)
    desk.settle("pv")
    right = SetClock(MORNING + MINUTE_US)
    frozen = Desk(open_store(url, right))
    with pytest.raises(ClockBack):
        frozen.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    confirmed = Desk(open_store(url, right, most_back_us=10 * MINUTE_US))
    assert confirmed.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000).at == MORNING + 5 * MINUTE_US
    in_order_and_proven(confirmed)


def test_a_clock_that_jumps_ahead_settles_everything_at_its_own_instant(stepped: Stepped) -> None:
    desk = stepped.desk
    desk.place("pv", bid_id="B1", buyer="anna", limit_cents=4_000, quantity=1)
    reached_at = desk.schedule_of("pv", "L2").reached_at(4_000)
    wait(desk, DAY_US)
    desk.settle("pv")
    (fill,) = (entry for entry in desk.entries("pv") if entry.kind == "filled")
    assert fill.at == reached_at
    in_order_and_proven(desk)


@pytest.mark.parametrize("apart_s", [-86_400, -600, -3, 3, 600, 86_400])
def test_a_host_whose_clock_is_wrong_changes_no_price_and_sells_nothing(apart_s: int) -> None:
    """The instant is the database's; but pages of this host count down by its own clock (T1, T8)."""
    right, wrong = open_market(), open_market()
    wrong.store.time.host = Ahead(clock_of(wrong), apart_s * SECOND_US)
    for desk in (right, wrong):
        desk.place("pv", bid_id="B1", buyer="anna", limit_cents=6_000, quantity=1)
        offer(desk, "L1", seats=2)
        wait(desk, 7 * MINUTE_US)
        desk.settle("pv")
    with pytest.raises(ClockSkew, match=f"{abs(apart_s) * 1_000} ms apart"):
        wrong.buy("pv", buyer="bert", listing_id="L1", most_cents=9_000)
    assert [entry.hash for entry in wrong.entries("pv")] == [entry.hash for entry in right.entries("pv")]
    wrong.store.time.host = None
    assert wrong.buy("pv", buyer="bert", listing_id="L1", most_cents=9_000).fills


@pytest.mark.parametrize(
    ("apart_us", "state"), [(250_000, OK), (-250_001, WARNING), (2_000_000, WARNING), (-2_000_001, BROKEN)]
)
def test_how_far_apart_clocks_may_be(apart_us: int, state: str) -> None:
    desk = open_market()
    offer(desk, "L1")
    host = desk.store.time.host = Ahead(clock_of(desk), apart_us)
    with desk.store.read() as connection:
        assert check_clocks(connection, desk.store.clock, host).state == state
    try:
        sold = bool(desk.buy("pv", buyer="bert", listing_id="L1", most_cents=9_000).fills)
    except ClockSkew:
        sold = False
    assert sold == (state != BROKEN)


class Ahead:
    """A host's clock that is so far ahead of another."""

    def __init__(self, clock: SetClock, ahead_us: int) -> None:
        self._clock, self._ahead_us = clock, ahead_us

    def now(self) -> int:
        return self._clock.at_us + self._ahead_us


@pytest.mark.parametrize("seed", range(2))
def test_hours_without_any_alarm_clock_change_no_entry(seed: int) -> None:
    """Orders that go through a queue, as `exchange serve` takes them; one house settles between them, one never."""
    planned = Trader(open_market(), seed)
    planned.trade(60)
    tapes = []
    for awake in (True, False):
        desk = open_market()
        desk.queue = Queue()
        for at, verb, names, terms in planned.said:
            if awake:
                settle_on_the_way(desk, at)
            clock_of(desk).at_us = at
            if verb != "settle":
                with suppress(ExchangeError):
                    getattr(desk, verb)(*names, **terms)
        wait(desk, HOUR_US)
        desk.settle("pv")
        tapes.append([entry.text for entry in desk.entries("pv")])
        proven(desk)
    assert len(tapes[0]) > 80
    assert tapes[0] == tapes[1]


def settle_on_the_way(desk: Desk, until_at: int) -> None:
    """At five instants between now and then."""
    begun = clock_of(desk).at_us
    for part in range(1, 6):
        clock_of(desk).at_us = begun + (until_at - begun) * part // 6
        desk.settle("pv")


@pytest.fixture
def market(url: str) -> Iterator[tuple[str, Desk]]:
    """Prices that fall within four seconds, by the system's clock."""
    upgrade(url)
    desk = open_quick_market(url)
    yield url, desk
    desk.store.close()


def alarm_clock(url: str) -> "subprocess.Popen[str]":
    """`exchange jobs`, awake."""
    command = [sys.executable, "-c", "from exchange.cli import main; main()", "jobs", "--database", url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert "Settling" in process.stdout.readline()
    return process


def stand_still(process: "subprocess.Popen[str]", desk: Desk) -> None:
    """Stop it where it holds no lock: SQLite has one for all, and nobody ends a transaction that stands still."""
    for _ in range(30):
        time.sleep(0.5)
        process.send_signal(signal.SIGSTOP)
        with suppress(Busy), desk.store.write_aside():
            return
        process.send_signal(signal.SIGCONT)
    raise AssertionError("it always held the lock")


def until_closed(desk: Desk, listing_id: str, seconds: float) -> str:
    """The state of a listing once it is no longer open, or still open after so long."""
    end = time.monotonic() + seconds
    while (state := desk.row_of("listing", listing_id)["state"]) == "open" and time.monotonic() < end:
        time.sleep(0.05)
    return str(state)


def test_an_alarm_clock_stopped_for_a_while_catches_up_and_does_nothing_twice(market: tuple[str, Desk]) -> None:
    url, desk = market
    process = alarm_clock(url)
    try:
        stand_still(process, desk)
        desk.place("pv", bid_id="B1", buyer="anna", limit_cents=6_000, quantity=1)
        offered = [lead("L1", asked_at=SystemClock().now()), lead("L2", asked_at=SystemClock().now())]
        desk.list_leads("pv", supplier="nord", leads=offered)
        assert until_closed(desk, "L2", 5.0) == "open", "somebody else settled"
        process.send_signal(signal.SIGCONT)
        assert until_closed(desk, "L2", 60.0) == "expired"
    finally:
        process.kill()
        process.communicate()
    assert desk.row_of("listing", "L1")["state"] == "sold"
    fill = next(entry for entry in desk.entries("pv") if entry.kind == "filled")
    schedule = desk.schedule_of("pv", "L1")
    assert fill.at == schedule.reached_at(6_000), "filled when it was met, not when somebody woke up"
    proven(desk)


def test_while_one_stands_still_another_is_punctual(market: tuple[str, Desk]) -> None:
    url, desk = market
    stopped, awake = alarm_clock(url), alarm_clock(url)
    try:
        stand_still(stopped, desk)
        desk.list_leads("pv", supplier="nord", leads=[lead("L1", asked_at=SystemClock().now())])
        assert until_closed(desk, "L1", 60.0) == "expired"
        before = len(desk.entries("pv"))
        stopped.send_signal(signal.SIGCONT)
        time.sleep(1.5)
        assert len(desk.entries("pv")) == before
    finally:
        for process in (stopped, awake):
            process.kill()
            process.communicate()
    proven(desk)
