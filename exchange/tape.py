"""The tape: numbered entries, each bound to the one before by a hash (rules.md §9). Pure.

``hash = SHA-256(previous hash, 32 bytes, then the entry's canonical bytes)``; the first previous hash is 32 zero
bytes. So an entry that was changed, left out, added or moved is found by whoever recomputes the chain.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from exchange.errors import TapeBroken
from exchange.instant import Instant, to_text
from exchange.payload import ORDERS, AnyOrder, AnyOutcome, canonical, decode, encode, parse

Numbered = tuple[Instant, int, AnyOrder | AnyOutcome]
"""What was decided: its instant, its number, the order or outcome."""

VERSION = 1
ZERO = bytes(32).hex()


@dataclass(frozen=True, slots=True)
class Head:
    """Where a tape ends: the last number and its hash (hexadecimal). A new tape ends before number 1."""

    seq: int = 0
    hash: str = ZERO


@dataclass(frozen=True, slots=True)
class Entry:
    """One order or outcome as it is kept. ``payload`` is canonical JSON text, ``hash`` is hexadecimal."""

    sector: str
    seq: int
    at: Instant
    kind: str
    payload: str
    hash: str

    @property
    def text(self) -> str:
        """The entry's canonical JSON."""
        return entry_text(self.sector, self.seq, self.at, self.kind, self.payload)

    def value(self) -> AnyOrder | AnyOutcome:
        """The order or outcome; raises TapeBroken where the payload is not one."""
        return decode(self.kind, self.payload)


def entry_text(sector: str, seq: int, at: Instant, kind: str, payload: str) -> str:
    """Canonical JSON of one entry around its canonical payload: the keys stand in order of code point."""
    return (
        f'{{"at":"{_spelled(at)}","kind":"{kind}","payload":{payload},'
        f'"sector":{_quoted(sector)},"seq":{seq},"v":{VERSION}}}'
    )


_spelled = lru_cache(maxsize=16)(to_text)
"""A batch's entries share their instant, a tape's its sector: neither is spelled out anew for each."""
_quoted = lru_cache(maxsize=256)(canonical)


def chained(previous: str, text: str) -> str:
    """The hash of an entry that follows one with the hash ``previous``."""
    return sha256(bytes.fromhex(previous) + text.encode()).hexdigest()


def append(head: Head, sector: str, decided: Iterable[Numbered]) -> tuple[Head, list[Entry]]:
    """What was decided as entries that continue the tape; raises TapeBroken for a gap in the numbers."""
    entries = []
    last, digest = head.seq, head.hash
    for at, seq, value in decided:
        if seq != last + 1:
            raise TapeBroken(f"{sector} {seq}: the tape ends at {last}")
        payload = encode(value)
        last, digest = seq, chained(digest, entry_text(sector, seq, at, value.kind, payload))
        entries.append(Entry(sector, seq, at, value.kind, payload, digest))
    return Head(last, digest), entries


def checked(
    entries: Iterable[Entry], sector: str, head: Head | None = None, *, compared: bool = False
) -> Iterator[Entry]:
    """The same entries, each proven to continue the one before; raises TapeBroken at the first that does not.

    ``compared``: whoever asks compares each payload to the byte with one it writes itself, so its spelling is not
    looked at here.
    """
    head = head or Head()
    last, digest = head.seq, head.hash
    before: Instant | None = None
    for entry in entries:
        if entry.seq != last + 1 or entry.sector != sector:
            raise TapeBroken(f"{sector} {last + 1}: missing, found {entry.sector} {entry.seq}")
        if not compared and canonical(parse_payload(entry)) != entry.payload:
            raise TapeBroken(f"{sector} {entry.seq}: the payload is not written canonically")
        if chained(digest, entry.text) != entry.hash:
            raise TapeBroken(f"{sector} {entry.seq}: the hash does not fit the entry and the one before")
        if before is not None and entry.at < before:
            raise TapeBroken(f"{sector} {entry.seq}: lies before the entry it follows")
        last, digest, before = entry.seq, entry.hash, entry.at
        yield entry


def parse_payload(entry: Entry) -> object:
    """The payload's JSON data; raises TapeBroken naming the entry."""
    try:
        return parse(entry.payload)
    except TapeBroken as error:
        raise TapeBroken(f"{entry.sector} {entry.seq}: {error}") from error


def is_order(value: object) -> bool:
    """Whether an entry asks (an order) or tells (an outcome)."""
    return isinstance(value, ORDERS)
