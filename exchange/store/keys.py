"""Idempotency keys: the answers kept for them (rules.md §10). An answer is a stretch of a tape."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete

from exchange.errors import KeyReused
from exchange.instant import Instant
from exchange.schema import idempotency
from exchange.store.sheets import Sheet
from exchange.store.tapes import read_entries
from exchange.store.wire import Question
from exchange.tape import Entry

KEYS = Sheet(idempotency, [column.name for column in idempotency.columns])
"""The answers of a transaction."""


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

    @property
    def whole(self) -> tuple[str, str, str, int]:
        """The key without the request."""
        return self.organisation, self.verb, self.key, self.part


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries of one tape, both ends included: an order and its outcomes."""

    sector: str
    first_seq: int
    last_seq: int


class KeyRow(NamedTuple):
    """Whose key it is, for which request, and the stretch of the tape that answers it."""

    organisation: str
    verb: str
    key: str
    part: int
    request_hash: str
    sector: str
    first_seq: int
    last_seq: int


_KNOWN = ", ".join(f"known.{name}" for name in KeyRow._fields)
ANSWERED = Question(
    f"SELECT {_KNOWN} FROM {{given}} {{each}} idempotency AS known {{where}} "  # noqa: S608
    "known.organisation = given.organisation AND known.verb = given.verb AND known.key = given.key {end}",
    KeyRow,
    named=("organisation", "verb", "key"),
)
"""What was answered to keys of organisations and verbs, every part of it."""


class Answered:
    """What was answered to some keys before."""

    def __init__(self, rows: Iterable[KeyRow] = ()) -> None:
        self._rows = {row[:4]: row for row in rows}

    def to(self, key: Key) -> Stretch | None:
        """What was answered to this key, or None; raises KeyReused where it was for another request."""
        row = self._rows.get(key.whole)
        if row is None:
            return None
        if row.request_hash != key.request_hash:
            raise KeyReused(f"the key was used for another request of {key.verb!r}")
        return Stretch(row.sector, row.first_seq, row.last_seq)

    def same(self, key: Key) -> Stretch | None:
        """What was answered to this key and request; None also where the key was for another one."""
        row = self._rows.get(key.whole)
        return None if row is None or row.request_hash != key.request_hash else self.to(key)


def read_stretch(connection: Connection, stretch: Stretch) -> list[Entry]:
    """The entries of an earlier answer."""
    return list(read_entries(connection, stretch.sector, stretch.first_seq, stretch.last_seq))


def answered(connection: Connection, keys: Sequence[Key]) -> Answered:
    """What was answered to these keys."""
    return Answered(ANSWERED.ask(connection, whose(keys)) if keys else ())


def whose(keys: Iterable[Key]) -> list[tuple[str, str, str]]:
    """What `ANSWERED` is asked for these keys: the parts of a batch share one."""
    return list({(key.organisation, key.verb, key.key): None for key in keys})


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


def purge_keys(connection: Connection, before: Instant) -> int:
    """Forget the answers given before an instant, but those of sales; returns how many."""
    old = delete(idempotency).where(idempotency.c.created_at < before, idempotency.c.for_ever.is_(False))
    return connection.execute(old).rowcount
