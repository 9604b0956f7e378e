"""The one place that knows which database it is: connecting, beginning, locking, asking the time.

SQLite: WAL, synchronous FULL, foreign keys, BEGIN IMMEDIATE for whoever writes. PostgreSQL: READ COMMITTED with
rows locked by SELECT ... FOR UPDATE.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Select, create_engine, event, func, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, IntegrityError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
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


class Unavailable(ExchangeError):
    """The database went away or could not write: whether it was done is unknown until the same key is asked again."""

    code = "unavailable"


BUSY_MS = 10_000
"""How long a writer waits for another process's write on SQLite."""

_TIMEOUTS = ("lock_timeout = '10s'", "idle_in_transaction_session_timeout = '30s'")
"""The same on PostgreSQL; and a process that stopped while it held a lock loses it."""

_AT_ONCE = 16
"""Connections of one process that are kept open to PostgreSQL; as many again are made when needed."""

_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", f"busy_timeout = {BUSY_MS}")


def connect(url: str) -> Engine:
    """An engine for ``sqlite://`` (in memory), ``sqlite:///FILE`` or ``postgresql://...``.

    What it is asked with stays out of its errors, and so out of logs. Raises ConfigError for anything else, or where
    the driver is not installed; asks nothing of the database yet.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "postgresql":
        return _connect_postgres(parsed)
    if parsed.get_backend_name() != "sqlite":
        raise ConfigError(f"database: {parsed.get_backend_name()} is neither sqlite nor postgresql")
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, hide_parameters=True)
    else:
        memory = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
        engine = create_engine(parsed, hide_parameters=True, **memory)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        raise ConfigError("database: the URL is none; write sqlite:///FILE or postgresql://USER@HOST/NAME") from None


def _connect_postgres(url: URL) -> Engine:
    try:
        engine = create_engine(url, pool_pre_ping=True, pool_size=_AT_ONCE, max_overflow=_AT_ONCE, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise ConfigError(f"database: {error.name} is not installed; it comes with leadboerse[postgres]") from None
    event.listen(engine, "connect", _prepare_postgres)
    return engine


def _prepare_postgres(connection: Any, _record: object) -> None:
    connection.autocommit = True
    for timeout in _TIMEOUTS:
        connection.execute(f"SET {timeout}")
    connection.autocommit = False


def exists(url: str) -> bool:
    """Whether there is an exchange at a database URL; makes no file. Raises ConfigError where nobody answers."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        return False
    engine = connect(url)
    try:
        return inspect(engine).has_table("heads")
    except OperationalError as error:
        name = parsed.render_as_string(hide_password=True)
        raise ConfigError(f"database: {name} cannot be opened: {_first_line(error)}") from None
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

    Raises Conflict where a constraint of the database stood in the way, Busy where another writer did, Unavailable
    where the database did not answer to the end (no connection, server gone, disk full).
    """
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection
    except _GONE as error:
        if _is_busy(error):
            raise Busy(f"another writer was in the way: {_cause(error)}") from None
        if _is_gone(error):
            raise _unavailable(error) from error
        raise
    except IntegrityError as error:
        raise Conflict(f"the database refused the write: {type(error.orig).__name__}: {_said(error)}") from None


def _said(error: IntegrityError) -> str:
    """Which constraint stood in the way; PostgreSQL would add the row, which belongs in no log."""
    told = getattr(error.orig, "diag", None)
    return str(error.orig) if told is None else str(told.message_primary)


def _first_line(error: OperationalError) -> str:
    return next(iter(str(error.orig).splitlines()), "no reason given")


_GONE = (OperationalError, InternalError, PoolTimeout)
"""What is raised where the database is busy or not there; among mistakes of ours, which are left as they are."""
_LOST = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")
_TURNED_OUT = "25P03"
"""PostgreSQL: a transaction that was idle too long."""


def _unavailable(error: Exception) -> Unavailable:
    return Unavailable(f"the database did not answer to the end: {_cause(error)}")


def _is_gone(error: Exception) -> bool:
    said = getattr(error, "orig", None)
    if isinstance(error, InternalError):
        return getattr(said, "sqlstate", None) == _TURNED_OUT
    return getattr(said, "sqlite_errorname", _LOST[0]).startswith(_LOST)


def _cause(error: Exception) -> str:
    """The driver's name for it; its message may hold rows and addresses."""
    return type(getattr(error, "orig", None) or error).__name__


_BUSY_STATES = ("40001", "40P01", "55P03")
"""PostgreSQL: serialization failure, deadlock, lock not available."""


def _is_busy(error: Exception) -> bool:
    said = getattr(error, "orig", None)
    if getattr(said, "sqlstate", None) in _BUSY_STATES:
        return True
    return getattr(said, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads: one consistent view of everything. Raises Unavailable like `writing`."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    try:
        with engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection
    except _GONE as error:
        if _is_gone(error):
            raise _unavailable(error) from error
        raise


def locked(statement: Select[Any], *, wait: bool = True) -> Select[Any]:
    """The same rows, locked until the end of the transaction (on SQLite the transaction itself is the lock).

    Without ``wait`` the transaction ends as Busy where another one holds any of them.
    """
    return statement.with_for_update(nowait=not wait)


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
