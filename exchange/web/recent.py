"""The last events, ready to be told again: who was away for a moment is caught up from memory, not from the tapes."""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from exchange.reports.tapes import Position
from exchange.web.events import Event, frame, position_text

KEPT = 2_000
MOST_MISSED = 500
"""Events a browser is told after it was away; beyond that a fresh page is quicker."""


class Said(NamedTuple):
    """An event, and its bytes with the place on every tape that it leads to."""

    event: Event
    data: bytes


class Recent:
    """What was said since a place, newest `KEPT` events; ``position`` is where it ends on every tape."""

    def __init__(self, position: Position) -> None:
        self.position = dict(position)
        self._floor = dict(position)
        """What is older, sector by sector, is forgotten."""
        self._said: deque[Said] = deque()
        self._answers: dict[tuple[str, str], bytes | None] = {}

    def add(self, events: Iterable[Event], reached: Position) -> list[Said]:
        """Go on to a place, by way of these events."""
        self._answers.clear()
        fresh = []
        for event in events:
            self.position[event.sector] = event.seq
            fresh.append(Said(event, frame(event.kind, event.data, position_text(self.position))))
        self.position = dict(reached)
        self._said.extend(fresh)
        while len(self._said) > KEPT:
            event = self._said.popleft().event
            self._floor[event.sector] = event.seq
        return fresh

    def covers(self, place: Position) -> bool:
        """Whether this has come at least as far as a place."""
        return all(seq <= self.position.get(sector, 0) for sector, seq in place.items())

    def remembers(self, place: Position) -> bool:
        """Whether everything since a place is still known."""
        return all(seq >= self._floor.get(sector, 0) for sector, seq in place.items())

    def since(self, place: Position, organisation: str) -> bytes | None:
        """What this firm has missed since a place it remembers; None where that is too much to tell.

        Browsers that were cut off together ask the same: the answer is made once for a firm.
        """
        key = (position_text(place), organisation)
        if key not in self._answers:
            self._answers[key] = told(
                [one for one in self._said if one.event.seq > place.get(one.event.sector, 0)], organisation
            )
        return self._answers[key]


def told(said: Sequence[Said], organisation: str) -> bytes | None:
    """What concerns a firm of this, in one piece; None where that is too much to tell."""
    mine = [one.data for one in said if one.event.concerns(organisation)]
    return b"".join(mine) if len(mine) <= MOST_MISSED else None
