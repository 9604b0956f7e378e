"""Who holds a lock must prove that it lives: a thinker keeps what it holds, one that was stopped loses it."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy import select, text

from exchange.desk import Desk
from exchange.schema import heads, idempotency
from exchange.store import Unavailable, heartbeat, open_store
from exchange.store.engine import locked, writing
from tests.databases import DATABASES
from tests.desk.floor import clock_of, offer, open_market, proven

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("on_postgres", "silence")]

SILENT_MS = 1_500


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a session of the house may be silent, not what tests may."""
    monkeypatch.setattr(heartbeat, "SILENT_MS", SILENT_MS)


HOLDER = """
import os, signal, sys
from exchange.clock import SetClock
from exchange.desk import Desk
from exchange.failpoint import arm
from exchange.store import Unavailable, open_store
url, instant, place = sys.argv[1:]
arm(lambda name: os.kill(os.getpid(), signal.SIGSTOP) if name == place else None)
desk = Desk(open_store(url, SetClock(int(instant))))
try:
    print(desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000, key="k").fills)
except Unavailable as error:
    print(f"unavailable: {error}")
"""


def stopped_at(place: str, desk: Desk, url: str) -> "subprocess.Popen[str]":
    """A process that has stopped itself there, within its transaction."""
    asked = [sys.executable, "-c", HOLDER, url, str(clock_of(desk).at_us), place]
    process = subprocess.Popen(asked, stdout=subprocess.PIPE, text=True)
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), status
    return process


@pytest.mark.parametrize("place", ["begin.locked", "write.wallet", "commit.before"])
def test_who_is_stopped_while_it_holds_a_sector_loses_it_and_writes_nothing_when_it_goes_on(place: str) -> None:
    url = DATABASES.fresh()
    desk = open_market(url)
    offer(desk, "L1", seats=2)
    process = stopped_at(place, desk, url)
    try:
        (sold,) = desk.buy("pv", buyer="bert", listing_id="L1", most_cents=9_000).fills
        assert sold.seat == 1, "within the 10 s that a lock is waited for"
        process.send_signal(signal.SIGCONT)
        told, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert told.startswith("unavailable: the database did not answer to the end")
    with desk.store.read() as connection:
        assert connection.execute(select(idempotency.c.key)).all() == []
    (retried,) = desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000, key="k").fills
    assert retried.seat == 2
    proven(desk)


def thought_s(desk: Desk, seconds: float) -> None:
    """Take all sectors, think, go on."""
    with writing(desk.store.engine) as connection:
        connection.execute(locked(select(heads))).all()
        time.sleep(seconds)
        connection.execute(text("SELECT 1"))


LONG_S = SILENT_MS / 1_000 + 1


def test_who_thinks_for_long_keeps_what_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "SILENT_MS", 4_000)  # a crowded machine may let the heart stand still for longer
    desk = open_market()
    thought_s(desk, 5)
    proven(desk)


def test_without_a_heartbeat_the_thinker_would_lose_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "BEAT_S", 60)
    desk = open_market()
    with pytest.raises(Unavailable):
        thought_s(desk, LONG_S)


def test_a_reader_may_take_its_time() -> None:
    desk = open_market()
    with desk.store.read() as connection:
        connection.execute(select(heads)).all()
        time.sleep(LONG_S)
        assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_the_thread_rests_when_nobody_needs_it_and_is_there_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "BEAT_S", 0.01)
    before, desk = set(threading.enumerate()), open_market()

    def beating() -> bool:
        return any(one.name == "heartbeat" for one in set(threading.enumerate()) - before)

    thought_s(desk, 0.1)
    for _ in range(1_200):
        if not beating():
            break
        time.sleep(0.05)
    assert not beating()
    with writing(desk.store.engine):
        assert beating()
    desk.store.close()


def test_who_is_cut_off_while_it_writes_is_told_that_nobody_knows() -> None:
    url = DATABASES.fresh()
    desk, other = open_market(url), open_store(url)

    def cut_off() -> None:
        with writing(desk.store.engine) as connection:
            own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with other.write_aside() as elsewhere:
                elsewhere.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": own})
            time.sleep(1.2)  # two beats find it gone before we do
            connection.execute(text("SELECT 1"))

    with pytest.raises(Unavailable):
        cut_off()
    other.close()
    proven(desk)


def test_a_process_of_the_house_is_given_a_second_and_a_half() -> None:
    asked = "import exchange.store.heartbeat as one; print(one.silence())"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    assert told.strip().endswith(f"= {SILENT_MS}")
