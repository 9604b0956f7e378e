"""One view of the database for several processes: none of them sees a commit that another one does not.

On PostgreSQL a snapshot is handed round. SQLite has none to hand round: there all writers are held for the moment in
which everybody begins to read.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from exchange.store.engine import one_writer, reading, writing

Snapshot = str | None
"""What others need to see the same; None where they only have to begin while writers are held."""


@contextmanager
def shared_view(engine: Engine, begin_all: Callable[[Snapshot], None]) -> Iterator[Connection]:
    """A connection that reads; ``begin_all`` has everybody else enter `same_view` and returns once all have."""
    with reading(engine) as connection:
        if one_writer(engine):
            with writing(engine):
                _look(connection)
                begin_all(None)
        else:
            begin_all(connection.execute(text("SELECT pg_export_snapshot()")).scalar_one())
        yield connection


@contextmanager
def same_view(engine: Engine, snapshot: Snapshot) -> Iterator[Connection]:
    """A connection of another process that reads what the sharing one does."""
    with reading(engine) as connection:
        if snapshot is not None:
            quoted = snapshot.replace("'", "")
            connection.execute(text(f"SET TRANSACTION SNAPSHOT '{quoted}'"))
        _look(connection)
        yield connection


def _look(connection: Connection) -> None:
    """A view begins with the first question."""
    connection.execute(text("SELECT count(*) FROM heads")).scalar_one()
