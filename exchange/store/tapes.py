"""Tapes in the database: their heads, their entries."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from exchange.errors import ExchangeError
from exchange.instant import Instant
from exchange.schema import heads, tape
from exchange.store.engine import locked
from exchange.tape import Entry, Head

READ_AHEAD = 2_000

_LOCKED = locked(select(heads).where(heads.c.sector.in_(bindparam("sectors", expanding=True))).order_by(heads.c.sector))
_MOVE_HEAD = (
    update(heads)
    .where(heads.c.sector == bindparam("whose"), heads.c.head_seq == bindparam("before"))
    .values(
        head_seq=bindparam("seq"),
        head_hash=bindparam("hash"),
        settled_until_at=bindparam("until"),
        next_due_at=bindparam("due"),
    )
)


def lock_heads(connection: Connection, sectors: Sequence[str]) -> dict[str, Row[Any]]:
    """The heads of these tapes, locked in the order of their names; those that are not there are missing."""
    return {row.sector: row for row in connection.execute(_LOCKED, {"sectors": list(sectors)})}


def begin_tape(connection: Connection, sector: str) -> None:
    """An empty tape."""
    connection.execute(
        insert(heads).values(sector=sector, head_seq=0, head_hash=Head().hash, settled_until_at=0, next_due_at=None)
    )


def move_head(
    connection: Connection,
    sector: str,
    *,
    before: int,
    head: Head,
    settled_until: Instant,
    next_due: Instant | None,
) -> None:
    """Write where a tape ends now; raises where someone else wrote it meanwhile."""
    moved = connection.execute(
        _MOVE_HEAD,
        {
            "whose": sector,
            "before": before,
            "seq": head.seq,
            "hash": head.hash,
            "until": settled_until,
            "due": next_due,
        },
    )
    if moved.rowcount != 1:
        raise ExchangeError(f"the tape of {sector} grew while it was locked")


def add_entries(connection: Connection, entries: Sequence[Entry]) -> None:
    """Write entries that continue their tape."""
    rows = [
        {
            "sector": entry.sector,
            "seq": entry.seq,
            "at": entry.at,
            "kind": entry.kind,
            "payload": entry.payload,
            "hash": entry.hash,
        }
        for entry in entries
    ]
    if rows:
        connection.execute(insert(tape), rows)


def read_entries(connection: Connection, sector: str, first: int = 1, last: int | None = None) -> Iterator[Entry]:
    """A tape's entries in order, from one number to another (both included), a bounded number in memory."""
    while True:
        rows = select(tape).where(tape.c.sector == sector, tape.c.seq >= first).order_by(tape.c.seq)
        if last is not None:
            rows = rows.where(tape.c.seq <= last)
        found = connection.execute(rows.limit(READ_AHEAD)).all()
        for row in found:
            yield Entry(row.sector, row.seq, row.at, row.kind, row.payload, row.hash)
        if len(found) < READ_AHEAD:
            return
        first = found[-1].seq + 1
