"""The alarm clock wakes what is due. Late, twice or never: it changes no outcome."""

import time
from contextlib import suppress
from datetime import timedelta

import pytest
from apscheduler.jobstores.base import JobLookupError
from freezegun import freeze_time

from exchange.calendars import make_calendar
from exchange.clock import SystemClock
from exchange.desk import Desk
from exchange.instant import HOUR_US, MINUTE_US, SECOND_US, to_datetime
from exchange.jobs.alarm import LOOK_AGAIN_US, PAUSE_US, AlarmClock
from exchange.orderbook.order import Arm
from exchange.pricing.curve import Curve, CurveVersion, Linear
from exchange.store import open_store
from tests.desk.floor import MORNING, clock_of, offer, open_house, open_market, open_sector, wait

pytestmark = pytest.mark.usefixtures("engine")


def market_with_bids() -> Desk:
    desk = open_market()
    desk.place("pv", bid_id="B1", buyer="anna", limit_cents=6_000, quantity=2)
    desk.place("pv", bid_id="B2", buyer="bert", limit_cents=4_500, quantity=1, until_at=MORNING + 8 * MINUTE_US)
    offer(desk, "L1", seats=3)
    wait(desk, MINUTE_US)
    offer(desk, "L2")
    return desk


def alarm_of(desk: Desk) -> AlarmClock:
    return AlarmClock(desk, clock=clock_of(desk))


def tape(desk: Desk) -> list[bytes]:
    return [entry.hash for entry in desk.entries("pv")]


def test_off_for_an_hour_and_on_again_writes_the_same_tape() -> None:
    punctual, late = market_with_bids(), market_with_bids()
    for _ in range(60 * 6):
        wait(punctual, 10 * SECOND_US)
        alarm_of(punctual).round()
    wait(late, HOUR_US)
    alarm_of(late).round()
    assert tape(late) == tape(punctual)
    assert late.row_of("listing", "L1")["state"] == "expired"
    assert late.row_of("bid", "B1")["filled"] == 2


def test_two_alarm_clocks_do_nothing_twice() -> None:
    desk = market_with_bids()
    wait(desk, HOUR_US)
    alarm_of(desk).round()
    before = tape(desk)
    alarm_of(desk).round()
    assert tape(desk) == before


def test_a_round_lowers_the_ask_in_the_row_the_board_sorts_by() -> None:
    desk = market_with_bids()
    wait(desk, 2 * MINUTE_US)
    alarm_of(desk).round()
    row = desk.row_of("listing", "L2")
    assert row["ask_cents"] == desk.schedule_of("pv", "L2").ask_at(clock_of(desk).at_us)
    assert row["next_at"] > clock_of(desk).at_us


def test_it_sleeps_until_something_is_due_but_looks_again_soon() -> None:
    alarm = AlarmClock(open_house())
    now = MORNING
    assert alarm.next_round(now, None) == now + LOOK_AGAIN_US
    assert alarm.next_round(now, now + 400_000) == now + 400_000
    assert alarm.next_round(now, now) == now + PAUSE_US
    assert alarm.next_round(now, now + HOUR_US) == now + LOOK_AGAIN_US


def test_one_sector_that_fails_does_not_stop_the_others(monkeypatch, caplog) -> None:
    desk = market_with_bids()
    offer_in_second_sector(desk)
    settle = desk.settle

    def broken(sector: str) -> object:
        if sector == "pv":
            raise RuntimeError("no disk")
        return settle(sector)

    monkeypatch.setattr(desk, "settle", broken)
    wait(desk, HOUR_US)
    alarm_of(desk).round()
    assert desk.row_of("listing", "W1")["state"] == "expired"
    assert "sector pv could not be settled" in caplog.text


def test_what_is_due_is_due_by_the_databases_clock(url: str) -> None:
    """This host's clock may be an hour behind: the alarm only rings by it."""
    desk = market_with_bids()
    wait(desk, 5 * MINUTE_US)
    with freeze_time(to_datetime(MORNING - HOUR_US)):
        AlarmClock(desk).round()
    assert desk.row_of("listing", "L1")["ask_cents"] < 9_000


def test_a_host_whose_clock_is_set_back_wakes_all_the_same(monkeypatch) -> None:
    """The scheduler would sleep until its own clock has caught up."""
    desk, rounds = market_with_bids(), []
    alarm = AlarmClock(desk, clock=clock_of(desk), look_again_us=100_000)
    monkeypatch.setattr(alarm, "_settle_due", lambda _now: rounds.append(time.monotonic()))
    alarm.start()
    try:
        until(lambda: len(rounds) > 1)
        until(lambda: put_off(alarm))
        seen = len(rounds)
        until(lambda: len(rounds) > seen)
    finally:
        alarm.stop()


def put_off(alarm: AlarmClock) -> bool:
    """What the scheduler sees after such a step: its next round lies an hour ahead."""
    job = alarm._scheduler.get_job("round")
    if job is None:
        return False
    with suppress(JobLookupError):
        alarm._scheduler.modify_job(job.id, next_run_time=job.next_run_time + timedelta(hours=1))
        return True
    return False


def until(condition) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def offer_in_second_sector(desk: Desk) -> None:

    open_sector(desk, "wp")
    offer(desk, "W1", sector="wp")


@freeze_time(to_datetime(MORNING))
def test_the_system_clock_is_the_hosts() -> None:
    assert SystemClock().now() == MORNING


def test_prices_fall_and_bids_are_served_by_themselves(url: str) -> None:
    desk = Desk(open_store(url, create=True))
    falls = CurveVersion(1, "two seconds", Curve(Linear(), 2 * SECOND_US, 0, 0))
    quick_sector(desk, falls)
    desk.place("pv", bid_id="B1", buyer="anna", limit_cents=8_000, quantity=1)
    alarm = AlarmClock(desk)
    alarm.start()
    try:
        offer(desk, "L1", asked_at=SystemClock().now())
        offer(desk, "L2", asked_at=SystemClock().now())
        wanted = time.monotonic() + 60
        while desk.row_of("listing", "L2")["state"] == "open" and time.monotonic() < wanted:
            time.sleep(0.1)
    finally:
        alarm.stop()
    assert desk.row_of("bid", "B1")["state"] == "filled"
    assert desk.row_of("listing", "L1")["state"] == "sold"
    assert desk.row_of("listing", "L2")["state"] == "expired"


def quick_sector(desk: Desk, version: CurveVersion) -> None:

    desk.open_sector(
        "pv",
        tick_cents=50,
        most_seats=3,
        fee_bp=1000,
        vat_bp=1900,
        calendar=make_calendar(1, ()),
        arms=(Arm(version, 10_000),),
    )
    desk.join("nord", name="Nord", supplier=True)
    desk.join("anna", name="Anna", buyer=True)
    desk.deposit("anna", amount_cents=100_000)
