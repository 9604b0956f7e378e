"""Who waits for whom on PostgreSQL, for how long, and what a waiting order is told."""

import threading
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import select, text, update

from exchange.clock import SystemClock
from exchange.desk import Desk
from exchange.errors import ConfigError
from exchange.instant import SECOND_US
from exchange.schema import heads, wallets
from exchange.store import Busy, open_store
from exchange.store.engine import connect, locked, writing
from exchange.store.wallets import Wallets
from tests.databases import DATABASES
from tests.desk.floor import offer, open_market, proven

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("on_postgres")]

CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@contextmanager
def held(desk: Desk, statement):
    """Another process that holds these rows."""
    with connect(desk.store.engine.url).connect() as other, other.begin():
        other.execute(locked(statement)).all()
        yield other


def test_the_instant_is_read_when_the_sector_is_held_not_when_the_wait_began() -> None:
    desk = open_market()
    offer(desk, "L1")
    desk.store.clock = SystemClock()
    answers = []
    with held(desk, select(heads).where(heads.c.sector == "pv")) as other:
        begun = other.execute(text("SELECT clock_timestamp()")).scalar_one()
        waiting = threading.Thread(target=lambda: answers.append(desk.settle("pv")))
        waiting.start()
        time.sleep(1.2)
    waiting.join()
    with desk.store.read() as connection:
        until_us = connection.execute(select(heads.c.settled_until_at).where(heads.c.sector == "pv")).scalar_one()
    assert until_us >= int(begun.timestamp() * SECOND_US) + SECOND_US


def test_a_wallet_needed_out_of_order_is_taken_only_if_it_is_free() -> None:
    desk = open_market()
    row = select(wallets).where(wallets.c.organisation == "anna")
    with held(desk, row):
        begun = time.monotonic()
        with pytest.raises(Busy):
            lock_backwards(desk)
        assert time.monotonic() - begun < 60, "a lock is waited for two minutes here"
    assert lock_backwards(desk) == 100_000


def lock_backwards(desk: Desk) -> int:
    """Bert's wallet, then anna's; returns what hers holds."""
    with writing(desk.store.engine) as connection:
        connection.execute(text("SET LOCAL lock_timeout = '120s'"))
        mine = Wallets(connection)
        mine.lock(["bert"])
        return mine["anna"].balance_cents


def test_a_deadlock_is_busy() -> None:
    desk = open_market()
    found, both = [], threading.Barrier(2)

    def cross(first: str, second: str) -> None:
        try:
            with writing(desk.store.engine) as connection:
                for name in (first, second):
                    connection.execute(update(wallets).where(wallets.c.organisation == name).values(movement=9))
                    if name == first:
                        both.wait(60)
        except Busy as busy:
            found.append(busy)

    threads = [threading.Thread(target=cross, args=names) for names in (("anna", "bert"), ("bert", "anna"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path) -> None:
    with pytest.raises(ConfigError, match="cannot be opened") as told:
        open_store(f"postgresql://exchange:geheim@/market?host={tmp_path}")
    assert "geheim" not in str(told.value)
    assert "\n" not in str(told.value)


def test_a_database_that_is_not_there_is_said_so() -> None:
    with pytest.raises(ConfigError, match=r"cannot be opened: .*leadboerse_nowhere"):
        open_store(DATABASES.server.url_of("leadboerse_nowhere"))


def test_connections_that_were_cut_are_made_again() -> None:
    desk = open_market()
    offer(desk, "L1")
    with connect(desk.store.engine.url).connect() as other:
        assert other.execute(text(CUT)).all()
    assert desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000).fills
    proven(desk)
