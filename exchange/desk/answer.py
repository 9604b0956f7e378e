"""What the desk answers: the order's own entry and its outcomes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from exchange.house import HouseDecided
from exchange.instant import Instant
from exchange.member import HOUSE
from exchange.orderbook.outcome import Decided, Filled, Refused
from exchange.payload import AnyOrder, AnyOutcome
from exchange.tape import Entry

Entered = Decided | HouseDecided
"""An instant, a number of the tape, an order or outcome."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One order as it was decided. ``replayed``: the answer to an idempotency key that was known already."""

    sector: str
    entries: tuple[Entered, ...]
    replayed: bool = False

    @property
    def at(self) -> Instant:
        """The instant of the decision."""
        return self.entries[0].at

    @property
    def order(self) -> AnyOrder | AnyOutcome:
        """The order as it stands on the tape, with its facts."""
        return self.entries[0].value

    @property
    def outcomes(self) -> tuple[AnyOrder | AnyOutcome, ...]:
        """What came of it, in order."""
        return tuple(entry.value for entry in self.entries[1:])

    @property
    def refused(self) -> Refused | None:
        """The refusal, if the order did nothing."""
        return next((value for value in self.outcomes if isinstance(value, Refused)), None)

    @property
    def fills(self) -> tuple[Filled, ...]:
        """The seats that were sold by this order, to whomever."""
        return tuple(value for value in self.outcomes if isinstance(value, Filled))


def replayed(sector: str, entries: Iterable[Entry]) -> Answer:
    """The answer a known key had, read back from the tape."""
    return Answer(sector, tuple(_entered(entry) for entry in entries), replayed=True)


def _entered(entry: Entry) -> Entered:
    made: Any = HouseDecided if entry.sector == HOUSE else Decided
    found: Entered = made(entry.at, entry.seq, entry.value())
    return found
