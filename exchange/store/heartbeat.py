"""Who holds a lock must prove that it lives: sessions on PostgreSQL end soon after their process falls silent.

The server ends a session that is idle within a transaction for `SILENT_MS` and so frees its locks. A process that only
thinks for longer (it loads a large book, it catches up with a hundred thousand steps) says so meanwhile by an empty
question; one that is stopped, hangs as a whole or is cut off cannot.
"""

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from threading import Event, Lock, Thread, current_thread
from typing import Any

from sqlalchemy import Engine, event

SILENT_MS = 1_500
"""How long a session may be silent within a transaction; what it held is free after that."""
BEAT_S = 0.4
"""Transactions that last are heard of this often: several times before they would be ended."""
_REST_ROUNDS = 12
"""So many rounds without any connection in use, and the thread ends until it is needed again."""
_IN_TRANSACTION, _NO_PIPELINE = 2, 0
"""libpq's numbers for a connection that waits within a transaction, and answers one question at a time."""


def silence() -> str:
    """What a session is told at its beginning: when its server may take it for dead."""
    return f"; SET idle_in_transaction_session_timeout = {SILENT_MS}"


class Heartbeat:
    """One thread for all connections of an engine; most transactions are over before it looks at them."""

    def __init__(self, engine: Engine) -> None:
        self._used: dict[object, Any] = {}
        self._lock = Lock()
        self._thread: Thread | None = None
        self._stop = Event()
        self._ask: Callable[[Any], Any] = import_module("psycopg.generators").execute
        event.listen(engine, "checkout", self._taken)
        event.listen(engine, "checkin", self._returned)
        event.listen(engine, "engine_disposed", self._disposed)

    def _taken(self, connection: Any, record: object, _proxy: object) -> None:
        self._used[record] = connection
        if self._thread is None or not self._thread.is_alive():  # a fork leaves threads behind
            self._begin()

    def _returned(self, _connection: Any, record: object) -> None:
        self._used.pop(record, None)

    def _disposed(self, _engine: Engine) -> None:
        self._stop.set()

    def _begin(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._stop = Event()
                self._thread = Thread(target=self._run, args=(self._stop,), name="heartbeat", daemon=True)
                self._thread.start()

    def _run(self, stop: Event) -> None:
        before: dict[object, Any] = {}
        resting = 0
        while not stop.wait(BEAT_S):
            used = dict(self._used)
            for record, connection in used.items():
                if before.get(record) is connection:
                    self._beat(connection)
            before, resting = used, 0 if used else resting + 1
            if resting > _REST_ROUNDS:
                with self._lock:
                    self._thread = None
                    if not self._used:
                        return
                    self._thread = current_thread()  # it was taken while we looked; who took it waits to begin

    def _beat(self, connection: Any) -> None:
        """Ask an empty question, if nobody is asking this connection anything; one that does not answer is closed."""
        if not connection.lock.acquire(blocking=False):
            return
        try:
            wire = connection.pgconn
            if wire.transaction_status != _IN_TRANSACTION or wire.pipeline_status != _NO_PIPELINE:
                return
            try:
                wire.send_query(b"")
                connection.wait(self._ask(wire), timeout=SILENT_MS / 1_000)
            except Exception:  # lost: whoever uses it finds out with the next statement
                with suppress(Exception):
                    connection.close()
        finally:
            connection.lock.release()
