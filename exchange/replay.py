"""Replay: a tape's orders through the core once more, each outcome compared to the byte (rules.md §9). Pure.

Orders carry their facts, price steps follow from terms, so a tape alone gives every outcome and every balance.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from exchange.errors import ExchangeError, TapeBroken
from exchange.house import House, decide_house
from exchange.instant import Instant
from exchange.ledger import Ledger, Transfer
from exchange.member import HOUSE
from exchange.orderbook import match
from exchange.orderbook.book import Book
from exchange.orderbook.decide import decide
from exchange.payload import encode
from exchange.tape import Entry, Head, Numbered, checked, is_order


class Replay:
    """One tape, replayed entry by entry. ``book`` is the sector's (``house`` on the house's own tape).

    Another book may be given: a `SleepingBook` decides the same and is sooner done.
    """

    def __init__(self, sector: str, book: Book | None = None) -> None:
        self.sector = sector
        self.book = book or Book(sector)
        self.house = House()
        self.head = Head()
        self.last_at: Instant = 0
        self.ledger = Ledger()
        self._expected: deque[Numbered] = deque()

    @property
    def pending(self) -> bool:
        """Whether outcomes of the last order, or of what fell due with it, are still to come on the tape."""
        return bool(self._expected)

    def run(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Numbered, list[Transfer]]]:
        """Each entry once it is proven, with what was decided and the money it moves.

        Raises TapeBroken naming sector and number of the first entry that is not what the rules say.
        """
        for entry in checked(entries, self.sector, self.head, compared=True):
            if not self._expected:
                self._expected.extend(self._decide(entry))
            if not self._expected:
                raise TapeBroken(f"{self.sector} {entry.seq}: {entry.kind}, but nothing was due then")
            expected = self._expected.popleft()
            self._compare(entry, expected)
            self.head, self.last_at = Head(entry.seq, entry.hash), entry.at
            yield entry, expected, self.ledger.post(self.sector, [expected])

    def finish(self, settled_until: Instant) -> None:
        """Raise TapeBroken where the tape ends before what was due by an instant it was settled to.

        That instant is itself no entry; it may not lie before the last one.
        """
        if settled_until < self.last_at:
            raise TapeBroken(f"{self.sector} {self.head.seq}: lies after the instant the tape was settled to")
        if not self._expected and self.sector != HOUSE:
            self._expected.extend(match.settle(self.book, settled_until))
        if self._expected:
            _, seq, value = self._expected[0]
            raise TapeBroken(f"{self.sector} {seq}: missing, {value.kind} was due: {encode(value)}")

    def _decide(self, entry: Entry) -> Iterable[Numbered]:
        """What the rules make of an entry: an order decided, or what fell due by the instant of an outcome."""
        value: Any = self._value(entry)
        try:
            if self.sector == HOUSE:
                return decide_house(self.house, value, entry.at) if is_order(value) else ()
            due = match.settle(self.book, entry.at)
            return due + decide(self.book, value, entry.at) if is_order(value) else due
        except (ExchangeError, LookupError, ValueError) as error:
            raise TapeBroken(f"{self.sector} {entry.seq}: {entry.kind} cannot be decided: {error}") from error

    def _value(self, entry: Entry) -> Any:
        try:
            return entry.value()
        except TapeBroken as error:
            raise TapeBroken(f"{self.sector} {entry.seq}: {error}") from error

    def _compare(self, entry: Entry, expected: Numbered) -> None:
        at, seq, value = expected
        payload = encode(value)
        if (entry.at, entry.seq, entry.kind, entry.payload) != (at, seq, value.kind, payload):
            found = f"{entry.kind} {entry.payload}"
            raise TapeBroken(
                f"{self.sector} {entry.seq}: differs: the tape says {found}, the rules say {value.kind} {payload}"
            )


def book_at(sector: str, entries: Iterable[Entry], at: Instant) -> Book:
    """The state of a sector at an instant of the past, after everything that happened at it; from the first entry on.

    `exchange.moment` gives the same sooner, from a state that was kept.
    """
    replay = Replay(sector)
    for _ in replay.run(entry for entry in entries if entry.at <= at):
        pass
    replay.finish(max(at, replay.last_at))
    return replay.book
