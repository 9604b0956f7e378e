"""Tapes in the database: their heads, their entries."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select

from exchange.clock import Clock, SystemClock
from exchange.instant import Instant
from exchange.member import HOUSE
from exchange.schema import heads, tape
from exchange.store.sheets import Row, Sheet
from exchange.store.wire import Question
from exchange.tape import Entry, Head

READ_AHEAD = 2_000


class HeadRow(NamedTuple):
    """Where a tape ends, how far its sector is settled, and when the next thing falls due in it."""

    sector: str
    head_seq: int
    head_hash: str
    settled_until_at: Instant
    next_due_at: Instant | None
    permits: str = ""


_LOCKED = Question(
    f"SELECT {', '.join(HeadRow._fields)} FROM heads WHERE sector {{among}} ORDER BY sector {{by_letters}} {{locked}}",  # noqa: S608
    HeadRow,
)


class _TimedRow(NamedTuple):
    """A head, and what the database's clock said when it was read."""

    sector: str
    head_seq: int
    head_hash: str
    settled_until_at: Instant
    next_due_at: Instant | None
    permits: str
    clock: Instant | None


_DUES = Question(
    f"SELECT {', '.join(HeadRow._fields)}, {{clock}} FROM heads WHERE sector {{among}} OR next_due_at IS NOT NULL",  # noqa: S608
    _TimedRow,
)

ENTRIES = Sheet(tape, ("sector", "seq", "at", "kind", "payload", "hash"))
"""New entries."""
HEADS = Sheet(
    heads,
    ("head_seq", "head_hash", "settled_until_at", "next_due_at"),
    found_by={"sector": "sector", "head_seq": "before"},
)
"""Heads that moved: nobody else wrote their tape meanwhile."""


_ENTRY = [tape.c[field.name] for field in fields(Entry)]
"""What an entry is made of, in its order."""


def lock_heads(connection: Connection, sectors: Sequence[str]) -> dict[str, HeadRow]:
    """The heads of these tapes, locked in the order of their names; those that are not there are missing."""
    return {row.sector: row for row in _LOCKED.ask(connection, sectors)}


class Dues:
    """The heads of all sectors that wait for something, and of the house, as they are committed; not locked."""

    def __init__(self) -> None:
        self.heads: dict[str, HeadRow] = {}

    def read(self, connection: Connection, clock: Clock) -> Instant:
        """Read them; returns the instant, which PostgreSQL says in the same breath (`engine.instant_of`)."""
        found = _DUES.ask(connection, [HOUSE])
        self.heads = {row.sector: HeadRow(*row[:-1]) for row in found}
        told = found[0].clock if found and isinstance(clock, SystemClock) else None
        return clock.now() if told is None else told


def begin_tape(connection: Connection, sector: str) -> None:
    """An empty tape."""
    connection.execute(
        insert(heads).values(sector=sector, head_seq=0, head_hash=Head().hash, settled_until_at=0, next_due_at=None)
    )


def head_row(before: HeadRow, head: Head, *, settled_until: Instant, next_due: Instant | None) -> Row:
    """Where a tape ends now, as its row."""
    return {
        "sector": before.sector,
        "before": before.head_seq,
        "head_seq": head.seq,
        "head_hash": head.hash,
        "settled_until_at": settled_until,
        "next_due_at": next_due,
    }


def entry_row(entry: Entry) -> dict[str, Any]:
    """An entry as its row."""
    return {
        "sector": entry.sector,
        "seq": entry.seq,
        "at": entry.at,
        "kind": entry.kind,
        "payload": entry.payload,
        "hash": entry.hash,
    }


def read_entries(connection: Connection, sector: str, first: int = 1, last: int | None = None) -> Iterator[Entry]:
    """A tape's entries in order, from one number to another (both included), a bounded number in memory."""
    while True:
        rows = select(*_ENTRY).where(tape.c.sector == sector, tape.c.seq >= first).order_by(tape.c.seq)
        if last is not None:
            rows = rows.where(tape.c.seq <= last)
        found = connection.execute(rows.limit(READ_AHEAD)).all()
        for row in found:
            yield Entry(*row)
        if len(found) < READ_AHEAD:
            return
        first = found[-1].seq + 1
