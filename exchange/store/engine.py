"""The one place that knows which database it is: connecting, beginning, locking, asking the time.

SQLite: WAL, synchronous FULL, foreign keys, BEGIN IMMEDIATE for whoever writes. PostgreSQL: READ COMMITTED with
rows locked by SELECT ... FOR UPDATE.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Select,
    create_engine,
    event,
    inspect,
    make_url,
)
from sqlalchemy.exc import ArgumentError, IntegrityError, InternalError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import StaticPool

from exchange.clock import Clock, SystemClock
from exchange.errors import ConfigError, ExchangeError
from exchange.instant import Instant
from exchange.store import libpq
from exchange.store.postgres import WARNED, connect_postgres
from exchange.store.wire import CLOCK, driver


class Conflict(ExchangeError):
    """A constraint stood in the way: the second line held where the first one should have."""

    code = "conflict"


class Busy(ExchangeError):
    """Another writer was in the way (a lock waited for too long, a deadlock): nothing was done, try again."""

    code = "busy"


class Unavailable(ExchangeError):
    """The database went away or could not write: whether it was done is unknown until the same key is asked again."""

    code = "unavailable"


class Away(ConfigError):
    """Nobody opens a database at this address: a wrong address, or a server that is just not there."""


BUSY_MS = 10_000
"""How long a writer waits for another process's write on SQLite."""

_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", f"busy_timeout = {BUSY_MS}")


def connect(url: str) -> Engine:
    """An engine for ``sqlite://`` (in memory), ``sqlite:///FILE`` or ``postgresql://...``.

    What it is asked with stays out of its errors, and so out of logs. Raises ConfigError for anything else, or where
    the driver is not installed; asks nothing of the database yet.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "postgresql":
        return connect_postgres(parsed)
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


def exists(url: str) -> bool:
    """Whether there is an exchange at a database URL; makes no file. Raises Away where nobody opens."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        return False
    engine = connect(url)
    try:
        return inspect(engine).has_table("heads")
    except OperationalError as error:
        name = parsed.render_as_string(hide_password=True)
        raise Away(f"database: {name} cannot be opened: {_first_line(error)}") from None
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
def writing(engine: Engine, *, lasting: bool = True) -> Iterator[Connection]:
    """A transaction that may write; committed at the end, rolled back on any exception.

    A power cut may take back what was not ``lasting``, all of it: its commit waits for no disk.

    Raises Conflict where a constraint of the database stood in the way, Busy where another writer did, Unavailable
    where the database did not answer to the end (no connection, server gone, disk full).
    """
    try:
        with _begun(engine, lasting=lasting) as connection:
            warned = connection.info.get(WARNED, [])
            with connection.begin():
                yield connection
                warned.clear()
            if "WARNING" in warned:  # of the commit: whoever waited for a synchronous standby was told to stop waiting
                raise Unavailable("the database committed, but not on its standby")
    except _GONE as error:
        if _is_busy(error):
            raise Busy(f"another writer was in the way: {_cause(error)}") from None
        if _is_gone(error):
            if _state(error) == _READ_ONLY:
                engine.dispose()  # it became a standby: look again for the one that takes writes
            raise _unavailable(error) from error
        raise
    except IntegrityError as error:
        raise Conflict(f"the database refused the write: {type(error.orig).__name__}: {_said(error)}") from None


def _begun(engine: Engine, *, lasting: bool) -> Connection:
    """A connection for whoever writes; on PostgreSQL its transaction has begun there.

    Where that fails the server had gone before anything was asked: tried once more on a connection of its own.
    """
    for last in (False, True):
        connection = engine.connect().execution_options(writes=True)
        try:
            with driver(connection) as raw:
                if one_writer(engine):
                    raw.execute(f"PRAGMA synchronous = {'FULL' if lasting else 'NORMAL'}")
                else:
                    libpq.begin(raw, lasting=lasting)
        except OperationalError:
            connection.close()
            if last:
                raise
        else:
            break
    return connection


def _said(error: IntegrityError) -> str:
    """Which constraint stood in the way; PostgreSQL would add the row, which belongs in no log."""
    told = getattr(error.orig, "diag", None)
    return str(error.orig) if told is None else str(told.message_primary)


def _first_line(error: OperationalError) -> str:
    return next(iter(str(error.orig).splitlines()), "no reason given")


_GONE = (OperationalError, InternalError, ProgrammingError, PoolTimeout)
"""What is raised where the database is busy or not there; among mistakes of ours, which are left as they are."""
_LOST = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")
_READ_ONLY = "25006"
_TURNED_OUT = ("25P03", _READ_ONLY)
"""PostgreSQL: a transaction that was idle too long; a server that takes no writes any more."""
_GAVE_UP = ("FATAL", "PANIC")
"""PostgreSQL: it ended this session, or itself, whatever the reason."""


def _unavailable(error: Exception) -> Unavailable:
    if _is_full(error):
        return Unavailable("the disk of the database is full: make room on it; nothing that was answered is lost")
    return Unavailable(f"the database did not answer to the end: {_cause(error)}")


_DISK_FULL = "53100"
"""PostgreSQL: no space left on device."""


def _is_full(error: Exception) -> bool:
    said = getattr(error, "orig", None)
    full = getattr(said, "sqlite_errorname", "") == "SQLITE_FULL"
    return full or getattr(said, "sqlstate", None) == _DISK_FULL


def _is_gone(error: Exception) -> bool:
    if isinstance(error, InternalError | ProgrammingError):
        return _state(error) in _TURNED_OUT or _severity(error) in _GAVE_UP
    return getattr(getattr(error, "orig", None), "sqlite_errorname", _LOST[0]).startswith(_LOST)


def _severity(error: Exception) -> object:
    return getattr(getattr(getattr(error, "orig", None), "diag", None), "severity_nonlocalized", None)


def _state(error: Exception) -> object:
    """PostgreSQL's five letters for what happened."""
    return getattr(getattr(error, "orig", None), "sqlstate", None)


def _cause(error: Exception) -> str:
    """The driver's name for it; its message may hold rows and addresses."""
    return type(getattr(error, "orig", None) or error).__name__


_BUSY_STATES = ("40001", "40P01", "55P03", "26000")
"""PostgreSQL: serialization failure, deadlock, lock not available, a prepared statement somebody had it forget."""


def _is_busy(error: Exception) -> bool:
    name: str = getattr(getattr(error, "orig", None), "sqlite_errorname", "")
    return _state(error) in _BUSY_STATES or name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


@contextmanager
def reading(engine: Engine, *, glance: bool = False) -> Iterator[Connection]:
    """A transaction that only reads: one consistent view of everything. Raises Unavailable like `writing`.

    A ``glance`` at what never changes once it is there needs no view, and on PostgreSQL no transaction.
    """
    level = "AUTOCOMMIT" if glance else "REPEATABLE READ"
    options = {"isolation_level": level} if engine.dialect.name == "postgresql" else {}
    try:
        with engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection
    except _GONE as error:
        if _is_gone(error):
            raise _unavailable(error) from error
        raise


def confirm(engine: Engine) -> None:
    """Return once all that is committed is as safe as what is acknowledged must be. Raises Unavailable like `writing`.

    A commit that still waits for its standby can be read if its wait was cancelled, or the server restarted meanwhile;
    a commit of our own waits for the standby, and for everything before it.
    """
    if not one_writer(engine):
        with writing(engine) as connection:
            connection.exec_driver_sql("SELECT pg_logical_emit_message(true, 'leadboerse', '')")


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
        with driver(connection) as raw:
            return int(raw.execute(f"SELECT {CLOCK}").fetchone()[0])
    return clock.now()
