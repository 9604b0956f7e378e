"""The driver beneath SQLAlchemy, where an order's way is short: questions and rows without a layer between.

SQL text is made once; a question takes its names, and a write its rows, as one parameter a column, so the same prepared
statement serves one order and sixty.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection

from exchange.store import libpq

R = TypeVar("R", bound=NamedTuple)

CLOCK = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
"""PostgreSQL's clock, as an instant: not that of the transaction's beginning."""

_WORDS = {
    "postgresql": {
        **{"among": "= ANY (%s::text[])", "locked": "FOR UPDATE", "if_free": "FOR UPDATE NOWAIT"},
        **{"clock": CLOCK, "by_letters": 'COLLATE "C"'},
        **{"each": "CROSS JOIN LATERAL (SELECT * FROM", "where": "WHERE", "end": "OFFSET 0) AS known"},
    },
    "sqlite": {
        **{"among": "IN (SELECT value FROM json_each(?))", "locked": "", "if_free": ""},
        **{"clock": "NULL", "by_letters": ""},
        **{"each": "JOIN", "where": "ON", "end": ""},
    },
}
"""What the engines say differently: a list of names, rows locked until the end, the same without waiting for them, the
instant (of a host of its own only), the order of code points, and a table in which each given row is looked up by
itself: PostgreSQL, which plans while the table is small, would read all of it once it is large."""


@contextmanager
def driver(connection: Connection) -> Iterator[Any]:
    """The driver's own connection, within SQLAlchemy's transaction.

    What it raises is handed to SQLAlchemy as if it had asked itself, so that a lost server is noticed in one place.
    """
    mistakes: Any = connection.dialect.loaded_dbapi
    try:
        yield connection.connection.driver_connection
    except mistakes.Error as error:
        connection._handle_dbapi_exception(error, None, None, None, None)


class Question(Generic[R]):
    """A select over a list of names, given as one parameter; or of tuples of names, one parameter a column.

    ``{among}`` in its text stands for "is one of the names", ``{given}`` for a table of the tuples with the columns
    ``named``; ``{locked}`` and ``{if_free}`` for rows locked until the end, ``{clock}`` for the database's own, and
    ``{by_letters}`` behind a column that orders by code points. The members of ``row`` are whole numbers, texts or
    truths.
    """

    def __init__(self, text: str, row: type[R], *, named: Sequence[str] = ()) -> None:
        given = _given(named)
        self._texts = {engine: numbered(text.format(given=given[engine], **words)) for engine, words in _WORDS.items()}
        self._row: Any = row

    def ask(self, connection: Connection, names: Sequence[str] | Sequence[tuple[str, ...]]) -> list[R]:
        """The rows for these names."""
        engine = connection.dialect.name
        text, given = self._texts[engine], _parameters(engine, names)
        with driver(connection) as raw:
            if engine == "sqlite":
                rows = raw.execute(text, given).fetchall()
            else:
                rows = libpq.rows(libpq.answer(raw, text, given), self._row)
        return [self._row._make(row) for row in rows]


def numbered(text: str) -> str:
    """A statement with PostgreSQL's own placeholders."""
    first, *rest = text.split("%s")
    return first + "".join(f"${place}{part}" for place, part in enumerate(rest, 1))


def _given(named: Sequence[str]) -> dict[str, str]:
    arrays = ", ".join("%s::text[]" for _ in named)
    members = ", ".join(f"json_extract(value, '$[{place}]') AS {name}" for place, name in enumerate(named))
    return {
        "postgresql": f"unnest({arrays}) AS given ({', '.join(named)})",
        "sqlite": f"(SELECT {members} FROM json_each(?)) AS given",  # noqa: S608 - our own names
    }


def _parameters(engine: str, names: Sequence[str] | Sequence[tuple[str, ...]]) -> list[str]:
    if engine == "sqlite":
        return [json.dumps(list(names))]
    if isinstance(names[0], tuple):
        return [text_array(column) for column in zip(*names, strict=True)]
    return [text_array([str(name) for name in names])]


def text_array(values: Iterable[str | None]) -> str:
    """Texts as PostgreSQL writes an array of them."""
    return "{" + ",".join(["NULL" if one is None else f'"{_escaped(one)}"' for one in values]) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def whole_array(values: Iterable[int | None]) -> str:
    """Whole numbers as PostgreSQL writes an array of them."""
    return "{" + ",".join(["NULL" if one is None else str(one) for one in values]) + "}"


def truth_array(values: Iterable[bool | None]) -> str:
    """Truths as PostgreSQL writes an array of them."""
    return "{" + ",".join(["NULL" if one is None else "t" if one else "f" for one in values]) + "}"


def bytes_array(values: Iterable[bytes]) -> str:
    """Bytes as PostgreSQL writes an array of them."""
    return "{" + ",".join([f'"\\\\x{one.hex()}"' for one in values]) + "}"
