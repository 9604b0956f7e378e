"""A whole SQLite database copied page by page, by the backup interface: the only copy that is right while others write.

A plain copy of the file is not: what stands in the write-ahead log would be missing.
"""

import os
import sqlite3
from pathlib import Path
from typing import cast

from sqlalchemy import Engine

from exchange.errors import ConfigError
from exchange.store.engine import connect


def copy_database(source: Engine, target: Engine) -> None:
    """Make ``target`` what ``source`` is at this moment; raises ConfigError where either is not SQLite."""
    if {source.dialect.name, target.dialect.name} != {"sqlite"}:
        raise ConfigError("only SQLite databases are copied like this; PostgreSQL has pg_basebackup")
    with source.connect() as read, target.connect() as written:
        reading = cast(sqlite3.Connection, read.connection.driver_connection)
        writing = cast(sqlite3.Connection, written.connection.driver_connection)
        reading.backup(writing)


def back_up(source: Engine, file: Path) -> None:
    """Copy a SQLite database into a new file, which has its name only once it is whole and on the disk.

    Raises ConfigError where the file exists, the source is not SQLite, or the copy is damaged.
    """
    if file.exists():
        raise ConfigError(f"{file}: exists already; a backup overwrites nothing")
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        _copy_whole(source, part)
        os.link(part, file)
    except FileExistsError:
        raise ConfigError(f"{file}: exists already; a backup overwrites nothing") from None
    finally:
        part.unlink(missing_ok=True)
    _sync(file.parent)


def _copy_whole(source: Engine, part: Path) -> None:
    """The copy in one file, its write-ahead log written into it, on the disk."""
    target = connect(f"sqlite:///{part}")
    try:
        copy_database(source, target)
        with target.connect() as connection:
            found = cast(sqlite3.Connection, connection.connection.driver_connection)
            (said,) = found.execute("PRAGMA quick_check").fetchone()
            found.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        target.dispose()
    if said != "ok":
        raise ConfigError(f"{part.name}: the copy is damaged ({said}); so may the database be")
    _sync(part)


def _sync(path: Path) -> None:
    found = os.open(path, os.O_RDONLY)
    try:
        os.fsync(found)
    finally:
        os.close(found)
