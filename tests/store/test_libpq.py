"""Beneath the driver: the instant is read after the lock, what is prepared stays, a lost connection costs nothing."""

import time
from os import dup
from socket import SHUT_RDWR, socket
from threading import Lock, Thread

import pytest
from psycopg import OperationalError
from sqlalchemy import text

from exchange.store import Busy, Store, Unavailable, libpq, open_store
from exchange.store.engine import Conflict, reading, writing
from exchange.store.keys import ANSWERED
from exchange.store.tapes import begin_tape, lock_heads
from tests.databases import DATABASES

pytestmark = [pytest.mark.usefixtures("on_postgres"), pytest.mark.postgres]

KEY = [("anna", "buy", "k")]


@pytest.fixture
def store() -> Store:
    made = open_store(DATABASES.fresh(), create=True)
    with writing(made.engine) as connection:
        begin_tape(connection, "pv")
    return made


def end_others(store: Store) -> None:
    """End every connection to this database but the one that says so, as an administrator does."""
    other = open_store(store.engine.url.render_as_string(hide_password=False))
    with reading(other.engine) as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    other.close()


def test_the_instant_of_who_waited_lies_after_the_wait(store: Store) -> None:
    other, instants = open_store(store.engine.url.render_as_string(hide_password=False)), []

    def wait() -> None:
        with other.begin(["pv"]) as tx:
            instants.append(tx.now)

    with store.begin(["pv"]):
        waiting = Thread(target=wait)
        waiting.start()
        time.sleep(0.4)
        assert not instants
        until = store.now()
    waiting.join()
    assert instants[0] >= until
    other.close()


def test_what_is_prepared_outlives_a_rollback(store: Store) -> None:
    """The driver's own rollback has the server forget it."""
    for _ in range(8):
        with writing(store.engine) as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1
            assert list(lock_heads(connection, ["pv"])) == ["pv"]
        with pytest.raises(Conflict), writing(store.engine) as connection:
            begin_tape(connection, "pv")


def test_what_the_server_forgot_is_prepared_again(store: Store) -> None:
    for _ in range(2):
        with writing(store.engine) as connection:
            lock_heads(connection, ["pv"])
    with writing(store.engine) as connection:
        connection.execute(text("DEALLOCATE ALL"))
    with pytest.raises(Busy), writing(store.engine) as connection:
        lock_heads(connection, ["pv"])
    with writing(store.engine) as connection:
        assert list(lock_heads(connection, ["pv"])) == ["pv"]


def test_who_begins_on_a_connection_that_ended_gets_another_one(store: Store) -> None:
    with writing(store.engine) as connection:
        lock_heads(connection, ["pv"])
    end_others(store)
    with writing(store.engine) as connection:
        assert list(lock_heads(connection, ["pv"])) == ["pv"]


def test_a_connection_that_ended_within_a_transaction_is_told(store: Store) -> None:
    def ask() -> None:
        with writing(store.engine) as connection:
            lock_heads(connection, ["pv"])
            end_others(store)
            ANSWERED.ask(connection, KEY)

    with pytest.raises(Unavailable):
        ask()
    with writing(store.engine) as connection:
        assert ANSWERED.ask(connection, KEY) == []


def test_a_line_that_is_cut_before_the_rollback_is_unavailable(store: Store) -> None:
    """Not an error of the driver's own, which nobody above expects."""

    def write() -> None:
        with writing(store.engine) as connection:
            with socket(fileno=dup(connection.connection.driver_connection.pgconn.socket)) as line:
                line.shutdown(SHUT_RDWR)
            raise KeyError("ours")

    with pytest.raises(Unavailable):
        write()
    with writing(store.engine) as connection:
        assert lock_heads(connection, ["pv"])


def test_a_server_that_goes_while_it_is_asked_is_found_to_be_gone(store: Store) -> None:
    class Going:
        """A connection within a transaction whose server dies as soon as it is asked anything."""

        lock, transaction_status = Lock(), 2

        @property
        def pgconn(self) -> "Going":
            return self

        def exec_(self, _command: bytes) -> None:
            raise OperationalError("server closed the connection unexpectedly")

    libpq.roll_back(Going())
    assert not libpq.is_alive(Going())
