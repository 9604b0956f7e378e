"""Connecting to PostgreSQL: how long anybody waits, how many connections there are, which host takes writes."""

from functools import cache
from importlib import import_module
from time import monotonic
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError

from exchange.errors import ConfigError
from exchange.store import heartbeat
from exchange.store.libpq import is_alive, roll_back

_SESSION = """SET lock_timeout = '10s'; SET client_encoding = 'UTF8'; SET tcp_user_timeout = '5s';
SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3"""
"""Nobody waits longer for a lock."""

_WIRE = {
    "connect_timeout": 5,
    "tcp_user_timeout": 5_000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
"""Our end of the wire, unless the URL says otherwise: a database host that vanished is noticed within seconds."""

WAIT_S = 5
"""How long an order waits for one of the process's connections."""

COMMIT_S = 20
"""How long a commit may wait for the synchronous standby; whoever asked is told then that nobody knows."""

AT_ONCE = 16
"""Connections of one process that are kept open to PostgreSQL; as many again are made when needed."""

RESTED_S = 1.0
"""A connection nobody used for so long is looked at before it is used again."""

_USED_S = "used_s"

WARNED = "warned"
"""Where a connection keeps how grave what its server said by the way was."""


def connect_postgres(url: URL) -> Engine:
    """An engine for a server, or for several of which one takes writes; raises ConfigError without a driver."""
    pool = {"pool_size": AT_ONCE, "max_overflow": AT_ONCE, "pool_timeout": WAIT_S}
    wire = {name: value for name, value in _WIRE.items() if name not in url.query}
    try:
        engine = create_engine(_hosts_apart(url), connect_args=wire, hide_parameters=True, **pool)
    except ModuleNotFoundError as error:
        raise ConfigError(f"database: {error.name} is not installed; it comes with leadboerse[postgres]") from None
    engine.dialect.do_commit = _commit  # type: ignore[method-assign]
    event.listen(engine, "connect", _prepare_postgres)
    event.listen(engine, "checkout", _look)
    event.listen(engine, "checkin", _put_back)
    event.listen(engine, "rollback", _roll_back)
    event.listen(engine, "reset", lambda raw, _record, _state: roll_back(raw))
    heartbeat.Heartbeat(engine)
    return engine


def _hosts_apart(url: URL) -> URL:
    """``host=one:5432,two:5433`` as SQLAlchemy takes it: one ``host`` each."""
    named = url.query.get("host")
    if isinstance(named, str) and "," in named and ":" in named and "port" not in url.query:
        return url.update_query_dict({"host": named.split(",")})
    return url


def _commit(dbapi_connection: Any) -> None:
    """Commit, but do not wait for ever: SQLAlchemy's own way does.

    A server whose synchronous standbys are all gone answers no commit, and no time-out of its own ends that: it has
    written it, and keeps its locks. What becomes of it is known once a standby is back.
    """
    raw = dbapi_connection.driver_connection
    with raw.lock:
        try:
            raw.wait(raw._commit_gen(), timeout=COMMIT_S)
        except _errors()._WaitTimeout:
            raw.close()
            raise _unconfirmed()(f"a commit was not answered within {COMMIT_S} s") from None


def _errors() -> Any:
    return import_module("psycopg.errors")


@cache
def _unconfirmed() -> Any:
    class Unconfirmed(_errors().OperationalError):  # type: ignore[misc]
        """A commit was sent, and not answered in time."""

    return Unconfirmed


def _put_back(_connection: Any, record: Any) -> None:
    record.info[_USED_S] = monotonic()


def _look(connection: Any, record: Any, _proxy: object) -> None:
    """Whether a connection that lay for a while is still one; of one just put back whoever begins finds out."""
    used_s = record.info.get(_USED_S)
    if used_s is not None and monotonic() - used_s > RESTED_S and not is_alive(connection):
        raise InvalidatePoolError


def _roll_back(connection: Connection) -> None:
    if not connection.invalidated:
        roll_back(connection.connection.driver_connection)


def _prepare_postgres(connection: Any, record: Any) -> None:
    connection.autocommit = True
    connection.execute(_SESSION + heartbeat.silence())
    connection.autocommit = False
    warned: list[str] = record.info.setdefault(WARNED, [])
    connection.add_notice_handler(lambda notice: warned.append(str(notice.severity_nonlocalized)))
