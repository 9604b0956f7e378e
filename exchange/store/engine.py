"""The one place that knows which database it is: connecting, beginning, locking, asking the time.

SQLite: WAL, synchronous FULL, foreign keys, BEGIN IMMEDIATE for whoever writes. PostgreSQL: READ COMMITTED with
rows locked by SELECT ... FOR UPDATE.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, create_engine, event, func, inspect, make_url, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.pool import StaticPool

from exchange.clock import Clock, SystemClock
from exchange.errors import ConfigError, ExchangeError
from exchange.instant import Instant, from_datetime


class Conflict(ExchangeError):
    """A constraint stood in the way: the second line held where the first one should have."""

    code = "conflict"


class Busy(ExchangeError):
    """Another writer was in the way (a lock waited for too long, a deadlock): nothing was done, try again."""

    code = "busy"


BUSY_MS = 10_000
"""How long a writer waits for another process's write on SQLite."""

_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", f"busy_timeout = {BUSY_MS}")


def connect(url: str) -> Engine:
    """An engine for ``sqlite://`` (in memory), ``sqlite:///FILE`` or ``postgresql://...``."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed, pool_pre_ping=True)
    if parsed.get_backend_name() != "sqlite":
        raise ConfigError(f"database: {parsed.get_backend_name()} is neither sqlite nor postgresql")
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed)
    else:
        engine = create_engine(parsed, poolclass=StaticPool, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def exists(url: str) -> bool:
    """Whether there is an exchange at a database URL; makes no file."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        return False
    engine = connect(url)
    try:
        return inspect(engine).has_table("heads")
    finally:
        engine.dispose()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: see _begin_sqlite
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that may write; committed at the end, rolled back on any exception.

    Raises Conflict where a constraint of the database stood in the way, Busy where another writer did.
    """
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection
    except OperationalError as error:
        if _is_busy(error):
            raise Busy(f"another writer was in the way: {type(error.orig).__name__}") from None
        raise
    except IntegrityError as error:
        raise Conflict(f"the database refused the write: {type(error.orig).__name__}: {error.orig}") from None


_BUSY_STATES = ("40001", "40P01", "55P03")
"""PostgreSQL: serialization failure, deadlock, lock not available."""


def _is_busy(error: OperationalError) -> bool:
    if getattr(error.orig, "sqlstate", None) in _BUSY_STATES:
        return True
    return getattr(error.orig, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads: one consistent view of everything."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def locked(statement: Select[Any]) -> Select[Any]:
    """The same rows, locked until the end of the transaction (on SQLite the transaction itself is the lock)."""
    return statement.with_for_update()


def one_writer(engine: Engine) -> bool:
    """Whether the whole database takes one writer at a time."""
    return engine.dialect.name == "sqlite"


def instant_of(connection: Connection, clock: Clock) -> Instant:
    """Now by the database host's clock; an injected clock stands for it.

    On PostgreSQL this is read after the locks are held and never from ``now()``, which is the beginning of the
    transaction.
    """
    if connection.dialect.name == "postgresql" and isinstance(clock, SystemClock):
        return from_datetime(connection.execute(select(func.clock_timestamp())).scalar_one())
    return clock.now()
