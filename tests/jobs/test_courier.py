"""When the courier goes: by itself, whatever mail server or database do, and no more once it is told to stop."""

import time
from threading import Event

import pytest

from exchange.courier.courier import Courier
from exchange.delivery import Attempt
from exchange.instant import SECOND_US
from exchange.jobs.courier import CourierRounds
from tests.courier.town import Notebook, bought
from tests.desk.floor import open_market

pytestmark = pytest.mark.usefixtures("engine")

QUICK_US = SECOND_US // 20


@pytest.fixture
def desk(url):
    desk = open_market(url)
    desk.store.posts = True
    yield desk
    desk.store.close()


def until(happened, within_s=60.0):
    wanted = time.monotonic() + within_s
    while not happened() and time.monotonic() < wanted:
        time.sleep(0.02)
    assert happened()


def test_messages_leave_by_themselves(desk):
    notebook = Notebook()
    rounds = CourierRounds(Courier(desk.store, notebook), look_again_us=QUICK_US)
    rounds.start()
    try:
        bought(desk, "L1")
        until(lambda: len(notebook.ids) == 2)
        bought(desk, "L2")
        until(lambda: len(notebook.ids) == 4)
    finally:
        rounds.stop()


def test_a_round_that_ends_early_is_not_the_last(desk, caplog, monkeypatch):
    courier = Courier(desk.store, Notebook())
    monkeypatch.setattr(courier, "round", _broken)
    monkeypatch.setattr(courier, "purge", _broken)
    rounds = CourierRounds(courier)
    rounds.round()
    rounds.purge()
    assert "the courier's round ended early (OSError)" in caplog.text
    assert "old messages could not be forgotten (OSError)" in caplog.text
    assert "kanari" not in caplog.text


def _broken():
    raise OSError("kanari@example.org")


def test_stopping_waits_for_the_message_under_way_and_begins_no_other(desk):
    bought(desk, "L1")
    under_way, go_on = Event(), Event()

    class Slow:
        given = 0

        def deliver(self, _message):
            Slow.given += 1
            under_way.set()
            go_on.wait(60)
            return Attempt("carried")

    courier = Courier(desk.store, Slow())
    rounds = CourierRounds(courier, look_again_us=QUICK_US)
    rounds.start()
    assert under_way.wait(60)
    courier.stopped.set()
    go_on.set()
    rounds.stop()
    assert Slow.given == 1


def test_a_clock_that_was_set_back_does_not_put_it_to_sleep(desk, monkeypatch):
    notebook = Notebook()
    rounds = CourierRounds(Courier(desk.store, notebook), look_again_us=QUICK_US)
    rounds.start()
    try:
        ended = Event()
        monkeypatch.setattr(rounds, "_arm", lambda _wait_us: ended.set())
        assert ended.wait(60)
        rounds._scheduler.remove_all_jobs()
        monkeypatch.undo()
        bought(desk, "L1")
        time.sleep(0.6)
        assert notebook.ids == []
        rounds.keep_awake()
        until(lambda: len(notebook.ids) == 2)
    finally:
        rounds.stop()
