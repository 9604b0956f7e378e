"""A whole SQLite database copied page by page, by the backup interface: the only copy that is right while others write.

A plain copy of the file is not: what stands in the write-ahead log would be missing.
"""

import sqlite3
from typing import cast

from sqlalchemy import Engine

from exchange.errors import ConfigError


def copy_database(source: Engine, target: Engine) -> None:
    """Make ``target`` what ``source`` is at this moment; raises ConfigError where either is not SQLite."""
    if {source.dialect.name, target.dialect.name} != {"sqlite"}:
        raise ConfigError("only SQLite databases are copied like this; PostgreSQL has pg_basebackup")
    with source.connect() as read, target.connect() as written:
        reading = cast(sqlite3.Connection, read.connection.driver_connection)
        writing = cast(sqlite3.Connection, written.connection.driver_connection)
        reading.backup(writing)
