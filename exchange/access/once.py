"""Insert a row unless it is there: what two processes may do at the same moment, on either database."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_once(connection: Connection, table: Table, row: dict[str, object]) -> bool:
    """Insert a row; False, and nothing changed, where one of the same key is there."""
    made = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return connection.execute(made(table).values(**row).on_conflict_do_nothing()).rowcount == 1
