"""Whether the database can be written: a disk that is full answers every question and keeps nothing."""

from secrets import token_hex
from time import monotonic

from sqlalchemy import Connection, delete, insert

from exchange.schema.access import throttle

FRESH_S = 5.0
"""A write that succeeded so lately need not be tried again."""

_ROOM = (
    "SET LOCAL temp_tablespaces = ''",
    "SET LOCAL work_mem = '64kB'",
    "WITH room AS MATERIALIZED (SELECT repeat('x', 8192) FROM generate_series(1, 128)) SELECT count(*) FROM room",
)
"""PostgreSQL: a megabyte beside the tables, gone with the question. A row finds a place in pages that are there, and
its log has a disk of its own; only what makes a file longer finds the tables' disk full."""


class Probe:
    """When this process last wrote, and a write that leaves nothing behind."""

    def __init__(self) -> None:
        self._wrote_s: float | None = None
        self._in_doubt = False

    def wrote(self) -> None:
        """A transaction was committed."""
        self._wrote_s = monotonic()

    def failed(self) -> None:
        """The database did not take a transaction: one that is taken now proves nothing for others, which need more."""
        self._in_doubt = True

    def passed(self) -> None:
        """What was tried was taken."""
        self._in_doubt = False

    @property
    def is_fresh(self) -> bool:
        """Whether something was written within `FRESH_S`, and nothing failed since the last trial."""
        return not self._in_doubt and self._wrote_s is not None and monotonic() - self._wrote_s < FRESH_S

    @staticmethod
    def write(connection: Connection) -> None:
        """One row, written and taken back: pages are dirtied and the log grows, as with an order; and room is asked."""
        bucket = f"probe {token_hex(16)}"
        connection.execute(insert(throttle).values(bucket=bucket, tokens_micro=0, updated_at=0))
        connection.execute(delete(throttle).where(throttle.c.bucket == bucket))
        if connection.dialect.name == "postgresql":
            for statement in _ROOM:
                connection.exec_driver_sql(statement)
