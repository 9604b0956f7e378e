"""Rows of one table as one statement writes them, and a page of such sheets as one transaction writes it.

On PostgreSQL a sheet goes out as one array a column (``unnest``) and a page as one statement; on SQLite, where nothing
travels, the rows of each sheet go through one prepared statement. Every row a sheet changes must be as it was read, or
nothing is written.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, LargeBinary, Table, Text

from exchange.errors import ExchangeError
from exchange.failpoint import failpoint
from exchange.store import libpq
from exchange.store.wire import bytes_array, driver, numbered, text_array, truth_array, whole_array

Row = Mapping[str, Any]

_ARRAYS: dict[type, tuple[str, Callable[[Iterable[Any]], str]]] = {
    BigInteger: ("bigint[]", whole_array),
    Text: ("text[]", text_array),
    Boolean: ("boolean[]", truth_array),
    LargeBinary: ("bytea[]", bytes_array),
}


class Sheet:
    """New rows of a table, or with ``found_by`` new values of these columns in rows that are there.

    ``found_by`` names, for each column a row is found by, the member of the given row that says what it must hold: its
    key, and what guards it. ``postgres`` is the statement that takes what `columns` returns.
    """

    def __init__(self, table: Table, columns: Iterable[str], found_by: Mapping[str, str] | None = None) -> None:
        self.table = table
        columns, found = tuple(columns), found_by or {}
        self._members = (*columns, *found.values())
        types = [table.c[name].type for name in (*columns, *found)]
        self._arrays = [_ARRAYS[type(one)] for one in types]
        self._in_order = itemgetter(*self._members)
        self.postgres = _postgres(table.name, columns, found, [array for array, _ in self._arrays])
        self._sqlite = _sqlite(table.name, columns, found)

    def write(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Write these rows now; raises where one that was to be changed is not as it was read."""
        if rows:
            with driver(connection) as raw:
                self.check(
                    self._run(raw, rows) if connection.dialect.name == "postgresql" else self.run(raw, rows), rows
                )

    def _run(self, raw: Any, rows: Sequence[Row]) -> int:
        return int(libpq.answer(raw, numbered(self.postgres), self.columns(rows)).command_tuples or 0)

    def run(self, raw: Any, rows: Sequence[Row]) -> int:
        """Write these rows on SQLite's own connection; returns how many were written."""
        written: int = raw.executemany(self._sqlite, list(map(self._in_order, rows))).rowcount
        return written

    def check(self, written: int, rows: Sequence[Row]) -> None:
        """Raise unless every row was written."""
        if written != len(rows):
            raise ExchangeError(f"{self.table.name}: {written} of {len(rows)} rows were as they had been read")

    def columns(self, rows: Sequence[Row]) -> list[str]:
        """These rows as one array a column."""
        return [
            write([row[member] for row in rows]) for member, (_, write) in zip(self._members, self._arrays, strict=True)
        ]


class Page:
    """What one transaction writes: rows are gathered sheet by sheet, then written in the order of the sheets."""

    def __init__(self, sheets: Sequence[tuple[Sheet, str]]) -> None:
        """``sheets`` in the order they are written, each with the name of the failpoint that follows it."""
        self._sheets = sheets
        self._rows: dict[Sheet, list[Row]] = defaultdict(list)

    def add(self, sheet: Sheet, rows: Iterable[Row]) -> None:
        """Gather rows for a sheet of this page."""
        self._rows[sheet] += rows

    def write(self, connection: Connection) -> None:
        """Write all that was gathered; raises where a row that was to be changed is not as it was read.

        On PostgreSQL nothing is sent before the whole statement is: a process that is stopped meanwhile is idle in its
        transaction, and the server ends that.
        """
        rows = {sheet: self._rows[sheet] for sheet, _ in self._sheets if self._rows[sheet]}
        if connection.dialect.name == "postgresql":
            counts = self._write_at_once(connection, rows)
        else:
            counts = self._write_in_turn(connection, rows)
        for sheet, count in zip(rows, counts, strict=True):
            sheet.check(count, rows[sheet])

    def _write_at_once(self, connection: Connection, rows: Mapping[Sheet, list[Row]]) -> Sequence[int]:
        given: list[str] = []
        for sheet, point in self._sheets:
            given += sheet.columns(rows[sheet]) if sheet in rows else ()
            failpoint(point)
        if not rows:
            return ()
        with driver(connection) as raw:
            told = libpq.answer(raw, _statement(tuple(rows)), given)
        return [int(told.get_value(0, place)) for place in range(len(rows))]

    def _write_in_turn(self, connection: Connection, rows: Mapping[Sheet, list[Row]]) -> Sequence[int]:
        counts = []
        with driver(connection) as raw:
            for sheet, point in self._sheets:
                if sheet in rows:
                    counts.append(sheet.run(raw, rows[sheet]))
                failpoint(point)
        return counts


@cache
def _statement(sheets: tuple[Sheet, ...]) -> str:
    """Several sheets as one statement, which says how many rows each has written."""
    parts = ", ".join(f"part{place} AS ({sheet.postgres} RETURNING 1)" for place, sheet in enumerate(sheets))
    counts = ", ".join(f"(SELECT count(*) FROM part{place})" for place in range(len(sheets)))  # noqa: S608
    return numbered(f"WITH {parts} SELECT {counts}")


def _postgres(table: str, columns: Sequence[str], found: Mapping[str, str], arrays: Sequence[str]) -> str:
    given = f"unnest({', '.join(f'%s::{array}' for array in arrays)})"
    if not found:
        return f"INSERT INTO {table} ({_named(columns)}) SELECT * FROM {given}"  # noqa: S608 - our own names
    values = ", ".join(f'"{name}" = given."{name}"' for name in columns)
    named = _named([*columns, *(f"old_{name}" for name in found)])
    where = " AND ".join(f'{table}."{name}" = given."old_{name}"' for name in found)
    return f"UPDATE {table} SET {values} FROM {given} AS given ({named}) WHERE {where}"  # noqa: S608 - our own names


def _sqlite(table: str, columns: Sequence[str], found: Mapping[str, str]) -> str:
    if not found:
        return f"INSERT INTO {table} ({_named(columns)}) VALUES ({', '.join('?' for _ in columns)})"  # noqa: S608 - our own names
    values = ", ".join(f'"{name}" = ?' for name in columns)
    where = " AND ".join(f'"{name}" = ?' for name in found)
    return f"UPDATE {table} SET {values} WHERE {where}"  # noqa: S608


def _named(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
