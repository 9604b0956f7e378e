"""Whether the database can be written: a disk that is full answers every question and keeps nothing."""

from secrets import token_hex
from time import monotonic

from sqlalchemy import Connection, delete, insert

from exchange.schema.access import throttle

FRESH_S = 5.0
"""A write that succeeded so lately need not be tried again."""


class Probe:
    """When this process last wrote, and a write that leaves nothing behind."""

    def __init__(self) -> None:
        self._wrote_s: float | None = None

    def wrote(self) -> None:
        """A transaction was committed."""
        self._wrote_s = monotonic()

    def failed(self) -> None:
        """The database did not take a transaction."""
        self._wrote_s = None

    @property
    def is_fresh(self) -> bool:
        """Whether something was written within `FRESH_S`, and nothing failed since."""
        return self._wrote_s is not None and monotonic() - self._wrote_s < FRESH_S

    @staticmethod
    def write(connection: Connection) -> None:
        """One row, written and taken back: pages are dirtied and the log grows, as with an order."""
        bucket = f"probe {token_hex(16)}"
        connection.execute(insert(throttle).values(bucket=bucket, tokens_micro=0, updated_at=0))
        connection.execute(delete(throttle).where(throttle.c.bucket == bucket))
