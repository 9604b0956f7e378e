"""What happened since a position: the tapes of all sectors, as the live board follows them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, and_, or_, select

from exchange.instant import Instant
from exchange.schema import heads, tape

Position = dict[str, int]
"""The last number seen of every sector's tape."""

SHOWN = (
    "listed",
    "filled",
    "expired",
    "withdrawn",
    "converted",
    "halted",
    "resumed",
    "placed",
    "changed",
    "cancelled",
    "upheld",
    "rejected",
    "claimed",
    "deposited",
    "credit_line_set",
)
"""Kinds of entries that pages show at once."""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry; ``payload`` is canonical JSON."""

    sector: str
    seq: int
    at: Instant
    kind: str
    payload: str


_HEADS = select(heads.c.sector, heads.c.head_seq)


def position(connection: Connection) -> Position:
    """Where every tape ends."""
    return {row.sector: row.head_seq for row in connection.execute(_HEADS)}


def entries_since(connection: Connection, since: Mapping[str, int], most: int) -> list[EntryRow]:
    """The shown entries after a position, sector by sector in order, at most so many in all."""
    if not since:
        return []
    after = or_(*(and_(tape.c.sector == sector, tape.c.seq > seq) for sector, seq in since.items()))
    question = (
        select(tape).where(after, tape.c.kind.in_(SHOWN)).order_by(tape.c.at, tape.c.sector, tape.c.seq).limit(most)
    )
    return [EntryRow(row.sector, row.seq, row.at, row.kind, row.payload) for row in connection.execute(question)]
