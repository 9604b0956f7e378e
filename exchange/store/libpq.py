"""Statements through PostgreSQL's own library: prepared once a connection, asked and answered in one call.

A cursor of the driver takes five times as long as the library beneath it, which an order's way feels: it asks eight
times. The driver still owns the connection, its transaction is the same, and its lock is held meanwhile.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from types import NoneType
from typing import Any, get_args, get_type_hints
from weakref import WeakKeyDictionary

_IDLE, _IN_ORDER = 0, 0
"""libpq's numbers for a connection outside any transaction, and for one that is not lost."""
_WITHIN = (2, 3)
"""libpq's numbers for a connection within a transaction, and within one that failed."""
_DONE = (1, 2)
"""libpq's numbers for a command that was carried out, and for one that brought rows."""
_NO_SUCH_STATEMENT = b"26000"

_PREPARED: WeakKeyDictionary[Any, dict[str, bytes]] = WeakKeyDictionary()
"""The statements each connection knows, by their text."""

_READ: dict[type, Callable[[bytes], Any]] = {int: int, str: bytes.decode, bool: b"t".__eq__}
"""What PostgreSQL writes as text, by what it is."""


def begin(raw: Any, *, lasting: bool = True) -> None:
    """Begin a transaction that writes; raises the driver's error where the server is gone: nothing was done yet.

    The commit of one that is not ``lasting`` waits for no disk and no standby.
    """
    with raw.lock:
        _check(raw, raw.pgconn.exec_(b"BEGIN" if lasting else b"BEGIN; SET LOCAL synchronous_commit TO off"))


def roll_back(raw: Any) -> None:
    """End a transaction as if it had never been; the driver's own way has the server forget what was prepared."""
    if raw.pgconn.transaction_status in _WITHIN:
        with raw.lock, suppress(_lost()):  # where that fails the driver says so, who looks next
            raw.pgconn.exec_(b"ROLLBACK")


def is_alive(raw: Any) -> bool:
    """Whether a connection nobody used for a while still has its server."""
    with raw.lock, suppress(_lost()):
        raw.pgconn.exec_(b"")
        return bool(raw.pgconn.status == _IN_ORDER)
    return False


def _lost() -> Any:
    """What is raised where a server ends a connection while it is asked."""
    return import_module("psycopg").OperationalError


def answer(raw: Any, text: str, given: Iterable[str]) -> Any:
    """The result of a statement with placeholders ``$1`` and so on; raises the driver's errors."""
    if not raw.autocommit and raw.pgconn.transaction_status == _IDLE:
        raw.execute("SELECT")  # so the driver begins its own kind of transaction
    known = _PREPARED.setdefault(raw, {})
    with raw.lock:
        name = known.get(text)
        if name is None:
            name = f"house_{len(known)}".encode()
            _check(raw, raw.pgconn.prepare(name, text.encode()))
            known[text] = name
        return _check(raw, raw.pgconn.exec_prepared(name, [one.encode() for one in given]))


def rows(result: Any, row: type) -> list[list[Any]]:
    """A result's rows, each value read as what the row's type says it is."""
    columns = list(enumerate(_readers(row)))
    value = result.get_value
    return [
        [None if (told := value(place, column)) is None else read(told) for column, read in columns]
        for place in range(result.ntuples)
    ]


@cache
def _readers(row: type) -> Sequence[Callable[[bytes], Any]]:
    kinds = get_type_hints(row).values()
    return [_READ[next((one for one in get_args(kind) if one is not NoneType), kind)] for kind in kinds]


def _check(raw: Any, result: Any) -> Any:
    if result.status in _DONE:
        return result
    errors = import_module("psycopg.errors")
    if raw.pgconn.status != _IN_ORDER:
        raise errors.OperationalError(result.get_error_message())
    error = errors.error_from_result(result)
    if error.sqlstate == _NO_SUCH_STATEMENT.decode():  # somebody had the server forget them all
        _PREPARED.pop(raw, None)
    raise error
