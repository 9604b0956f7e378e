"""Idempotency keys: the answers kept for them (rules.md §10). An answer is a stretch of a tape."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from exchange.errors import KeyReused
from exchange.instant import Instant
from exchange.schema import idempotency

_ANSWERED = select(
    idempotency.c.sector, idempotency.c.first_seq, idempotency.c.last_seq, idempotency.c.request_hash
).where(*(column == bindparam(column.name) for column in idempotency.primary_key))


@dataclass(frozen=True, slots=True)
class Key:
    """A key belongs to an organisation and a verb; ``part`` counts the orders of one batch.

    ``request_hash`` tells the same request from another one.
    """

    organisation: str
    verb: str
    key: str
    part: int
    request_hash: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries of one tape, both ends included: an order and its outcomes."""

    sector: str
    first_seq: int
    last_seq: int


def answered(connection: Connection, key: Key) -> Stretch | None:
    """What was answered to this key, or None; raises KeyReused where it was for another request."""
    whose = {"organisation": key.organisation, "verb": key.verb, "key": key.key, "part": key.part}
    row = connection.execute(_ANSWERED, whose).one_or_none()
    if row is None:
        return None
    if row.request_hash != key.request_hash:
        raise KeyReused(f"the key was used for another request of {key.verb!r}")
    return Stretch(row.sector, row.first_seq, row.last_seq)


def key_row(key: Key, stretch: Stretch, at: Instant, *, for_ever: bool) -> dict[str, Any]:
    """An answer as its row: kept for ever where it was a sale."""
    return {
        "organisation": key.organisation,
        "verb": key.verb,
        "key": key.key,
        "part": key.part,
        "request_hash": key.request_hash,
        "sector": stretch.sector,
        "first_seq": stretch.first_seq,
        "last_seq": stretch.last_seq,
        "created_at": at,
        "for_ever": for_ever,
    }


def write_keys(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write the answers of a transaction."""
    if rows:
        connection.execute(insert(idempotency), rows)


def purge_keys(connection: Connection, before: Instant) -> int:
    """Forget the answers given before an instant, but those of sales; returns how many."""
    old = delete(idempotency).where(idempotency.c.created_at < before, idempotency.c.for_ever.is_(False))
    return connection.execute(old).rowcount
