"""The courier on both engines: every message once where nothing goes wrong, at least once whatever does."""

import json
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from exchange.clock import SetClock
from exchange.courier import courier as room
from exchange.courier.courier import KEPT_US, LOCK_US, Courier
from exchange.courier.file import FileCarrier
from exchange.delivery import Attempt
from exchange.instant import DAY_US, HOUR_US, SECOND_US
from exchange.schema import outbox
from exchange.store import open_store
from tests.courier.town import DIED, bought, courier_of, die_at
from tests.desk.floor import clock_of, open_market, wait

pytestmark = pytest.mark.usefixtures("engine")

FAILED = Attempt("failed", "mail_unreachable")


@pytest.fixture
def desk(url):
    desk = open_market(url)
    desk.store.posts = True
    yield desk
    desk.store.close()


def states(desk, *columns):
    with desk.store.read() as connection:
        asked = select(*(outbox.c[name] for name in columns)).order_by(outbox.c.seq, outbox.c.side)
        return [tuple(row) for row in connection.execute(asked)]


def lines(spool):
    return [json.loads(line) for file in sorted(spool.glob("*.jsonl")) for line in file.read_text().splitlines()]


def test_a_round_hands_over_what_is_due_and_the_next_one_nothing(desk):
    bought(desk, "L1", "L2")
    courier, notebook = courier_of(desk.store)
    assert courier.round() == 4
    assert {(one.topic, one.organisation) for one in notebook.given} == {
        ("lead.bought", "anna"),
        ("lead.sold", "nord"),
    }
    assert set(states(desk, "sent_at", "dead_at", "attempts")) == {(clock_of(desk).at_us, None, 1)}
    assert courier.round() == 0


def test_more_than_a_batch(desk, monkeypatch):
    monkeypatch.setattr(room, "BATCH", 3)
    bought(desk, *(f"L{n}" for n in range(5)))
    courier, notebook = courier_of(desk.store)
    assert courier.round() == 10
    assert len(set(notebook.ids)) == 10


def test_two_couriers_at_once_hand_each_message_over_once(desk, url, monkeypatch):
    monkeypatch.setattr(room, "BATCH", 1)
    bought(desk, *(f"L{n}" for n in range(8)))
    stores = [open_store(url, SetClock(clock_of(desk).at_us)) for _ in range(2)]
    (first, one), (second, other) = (courier_of(store) for store in stores)
    ready = Barrier(2)

    def go(courier):
        ready.wait()
        courier.round()

    threads = [Thread(target=go, args=(courier,)) for courier in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert len(one.ids + other.ids) == len(set(one.ids + other.ids)) == 16


def test_what_fails_comes_again_with_the_same_id_ever_later(desk):
    bought(desk, "L1")
    courier, notebook = courier_of(desk.store, *[FAILED] * 6)
    gaps = []
    for _ in range(3):
        assert courier.round() == 2
        ((next_at, error, sent_at), _) = states(desk, "next_at", "last_error", "sent_at")
        assert (error, sent_at) == ("mail_unreachable", None)
        gaps.append(next_at - clock_of(desk).at_us)
        wait(desk, gaps[-1] - 1)
        assert courier.round() == 0
        wait(desk, 1)
    assert gaps == [10 * SECOND_US, 30 * SECOND_US, 120 * SECOND_US]
    assert courier.round() == 2
    assert len(notebook.ids) == 8
    assert len(set(notebook.ids)) == 2
    assert {error for (error,) in states(desk, "last_error")} == {""}


def test_after_three_days_and_twelve_tries_a_message_is_given_up(desk, caplog):
    bought(desk, "L1")
    courier, notebook = courier_of(desk.store, *[FAILED] * 100)
    began = clock_of(desk).at_us
    while any(dead_at is None for (dead_at,) in states(desk, "dead_at")):
        courier.round()
        wait(desk, HOUR_US)
        assert clock_of(desk).at_us - began < 5 * DAY_US
    assert clock_of(desk).at_us - began >= 3 * DAY_US
    assert len(notebook.ids) >= 24
    assert "is given up: mail_unreachable" in caplog.text
    wait(desk, DAY_US)
    assert courier.round() == 0


def test_refused_once_is_refused_for_good_and_nobody_is_done_with(desk):
    bought(desk, "L1")
    courier, _ = courier_of(desk.store, Attempt("refused", "gone"), Attempt("nobody", "no_address"))
    courier.round()
    found = sorted(states(desk, "last_error", "dead_at", "sent_at"))
    now = clock_of(desk).at_us
    assert found == [("gone", now, None), ("no_address", None, now)]


@pytest.mark.parametrize(("place", "before"), [("courier.taken", 0), ("courier.carried", 1), ("courier.marked", 1)])
def test_a_courier_that_is_killed_leaves_nothing_behind_undelivered(place, before, desk, url, tmp_path):
    """Between handing over and marking the message goes out twice, with one id; nowhere else (reliability: E2)."""
    bought(desk, "L1")
    spool = tmp_path / "spool"
    assert die_at(place, url, desk, spool) == DIED
    assert len(lines(spool)) == before
    courier = Courier(desk.store, FileCarrier(spool, clock_of(desk)))
    courier.round()
    assert len(lines(spool)) == before, "locked for the dead one"
    wait(desk, LOCK_US)
    courier.round()
    ids = [line["id"] for line in lines(spool)]
    assert len(set(ids)) == 2
    assert len(ids) == (3 if place == "courier.carried" else 2)
    assert all(sent_at is not None for (sent_at,) in states(desk, "sent_at"))


def test_a_courier_that_was_stopped_for_too_long_marks_nothing(desk, caplog):
    bought(desk, "L1")
    heir, heirs = courier_of(desk.store)

    class Slow:
        """Is stopped while it hands over the first message; another courier goes meanwhile."""

        def deliver(self, _message):
            if not heirs.given:
                wait(desk, LOCK_US)
                heir.round()
            return Attempt("refused", "late")

    Courier(desk.store, Slow()).round()
    assert len(heirs.ids) == 2
    assert {(dead_at, error) for dead_at, error in states(desk, "dead_at", "last_error")} == {(None, "")}
    assert "was taken by another courier meanwhile" in caplog.text


def test_a_round_that_takes_long_gives_back_what_it_has_not_begun(desk, monkeypatch):
    monkeypatch.setattr(room, "_LAST_BEGIN_S", -1.0)
    bought(desk, "L1")
    courier, notebook = courier_of(desk.store)
    assert courier.round() == 0
    assert set(states(desk, "attempts", "locked_until_at")) == {(0, None)}
    monkeypatch.undo()
    assert courier.round() == 2
    courier.stopped.set()
    bought(desk, "L2")
    assert courier.round() == 0
    assert len(notebook.ids) == 2


def test_a_carrier_that_raises_is_a_failure_and_what_it_says_stays_in_the_dark(desk, caplog):
    bought(desk, "L1")

    class Broken:
        def deliver(self, _message):
            raise ValueError("kanari@example.org")

    Courier(desk.store, Broken()).round()
    assert {error for (error,) in states(desk, "last_error")} == {"carrier_error"}
    assert "the carrier raised ValueError" in caplog.text
    assert "kanari" not in caplog.text


def test_what_was_delivered_a_month_ago_is_forgotten(desk):
    bought(desk, "L1")
    courier, _ = courier_of(desk.store, Attempt("carried"), Attempt("refused", "gone"))
    courier.round()
    wait(desk, KEPT_US)
    assert courier.purge() == 0
    wait(desk, 1)
    assert courier.purge() == 2
