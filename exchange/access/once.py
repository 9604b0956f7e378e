"""Insert a row unless it is there: what two processes may do at the same moment, on either database."""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_once(connection: Connection, table: Table, row: dict[str, object]) -> bool:
    """Insert a row; False, and nothing changed, where one of the same key is there."""
    return connection.execute(_insert(table, connection.dialect.name), row).rowcount == 1


@cache
def _insert(table: Table, engine: str) -> Any:
    made = postgresql.insert if engine == "postgresql" else sqlite.insert
    return made(table).on_conflict_do_nothing()
