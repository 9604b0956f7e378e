"""A day's tree: its first leaf says which day it is and where every tape ends, then every entry of the day. Pure.

The day is Berlin's. Entries stand by sector, then by number; an entry's leaf is its hash, which holds all entries
before it too. Each day's head names the root of the day before.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from exchange.instant import Instant, to_text
from exchange.payload import canonical
from exchange.proofs.tree import root_of
from exchange.tape import ZERO, Head

VERSION = 1
FIRST = ZERO
"""Stands for the root of the day before the first."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day: ``date`` is ISO 8601 in Berlin, its entries' instants lie in [since_at, until_at).

    ``heads`` is where every tape ends at the day's end, ``before`` the root of the day before (hexadecimal).
    """

    date: str
    since_at: Instant
    until_at: Instant
    entries: int
    heads: Mapping[str, Head]
    before: str = FIRST

    @property
    def text(self) -> str:
        """The first leaf: canonical JSON."""
        return canonical(
            {
                "before": self.before,
                "date": self.date,
                "entries": self.entries,
                "heads": {sector: {"hash": head.hash, "seq": head.seq} for sector, head in self.heads.items()},
                "since": to_text(self.since_at),
                "until": to_text(self.until_at),
                "v": VERSION,
            }
        )


@dataclass(frozen=True, slots=True)
class Root:
    """A published day with the root of its tree (hexadecimal)."""

    day: Day
    root: str

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self.day.entries + 1


def leaves(day: Day, hashes: Iterable[str]) -> Iterator[bytes]:
    """The data of every leaf; ``hashes`` are those of the day's entries, hexadecimal, in order."""
    yield day.text.encode()
    for one in hashes:
        yield bytes.fromhex(one)


def closed(day: Day, hashes: Iterable[str]) -> Root:
    """The day with its root."""
    return Root(day, root_of(leaves(day, hashes)).hex())


def pseudonym(secret: str, name: str) -> str:
    """A name nobody can tell from another without the secret, the same within one receipt."""
    return sha256(f"{secret}:{name}".encode()).hexdigest()[:16]
