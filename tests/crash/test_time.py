"""Clocks that are set back, alarm clocks that stand still: no price rises, nothing reopens, nothing happens twice."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from exchange.clock import SystemClock
from exchange.desk import Desk
from exchange.instant import DAY_US, MINUTE_US, SECOND_US
from exchange.migrations import upgrade
from exchange.store import open_store
from tests.crash.market import open_quick_market
from tests.desk.floor import MORNING, clock_of, lead, offer, open_market, proven, wait

pytestmark = pytest.mark.usefixtures("engine")


@pytest.mark.parametrize("back_s", [1, 60, 3_600])
def test_a_clock_set_back_raises_no_price_and_reopens_nothing(back_s: int) -> None:
    desk = open_market()
    offer(desk, "L1", seats=2)
    wait(desk, 8 * MINUTE_US)
    offer(desk, "L2")
    wait(desk, 2 * MINUTE_US)
    desk.settle("pv")
    settled, ask_cents = clock_of(desk).at_us, desk.row_of("listing", "L2")["ask_cents"]
    assert desk.row_of("listing", "L1")["state"] == "expired"
    clock_of(desk).at_us -= back_s * SECOND_US
    desk.settle("pv")
    late = desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    assert late.refused is not None
    assert late.refused.reason == "expired"
    bought = desk.buy("pv", buyer="bert", listing_id="L2", most_cents=9_000)
    assert (bought.at, bought.fills[0].ask_cents) == (settled, ask_cents)
    assert desk.row_of("listing", "L2")["ask_cents"] == ask_cents
    instants = [entry.at for entry in desk.entries("pv")]
    assert instants == sorted(instants)
    proven(desk)


def test_a_process_with_a_clock_of_yesterday_goes_on_where_others_were(url: str) -> None:
    """Another process, another host's clock: the row says up to when the sector is settled, not the process."""
    desk = open_market(url)
    offer(desk, "L1")
    wait(desk, 5 * MINUTE_US)
    desk.settle("pv")
    behind = Desk(open_store(url, type(clock_of(desk))(MORNING - DAY_US)))
    assert behind.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000).at == MORNING + 5 * MINUTE_US
    proven(behind)


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
        process.send_signal(signal.SIGSTOP)
        desk.place("pv", bid_id="B1", buyer="anna", limit_cents=6_000, quantity=1)
        offered = [lead("L1", asked_at=SystemClock().now()), lead("L2", asked_at=SystemClock().now())]
        desk.list_leads("pv", supplier="nord", leads=offered)
        assert until_closed(desk, "L2", 5.0) == "open", "somebody else settled"
        process.send_signal(signal.SIGCONT)
        assert until_closed(desk, "L2", 20.0) == "expired"
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
        stopped.send_signal(signal.SIGSTOP)
        desk.list_leads("pv", supplier="nord", leads=[lead("L1", asked_at=SystemClock().now())])
        assert until_closed(desk, "L1", 20.0) == "expired"
        before = len(desk.entries("pv"))
        stopped.send_signal(signal.SIGCONT)
        time.sleep(1.5)
        assert len(desk.entries("pv")) == before
    finally:
        for process in (stopped, awake):
            process.kill()
            process.communicate()
    proven(desk)
