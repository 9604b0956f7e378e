"""Orders that wait for one sector are decided together and share one commit (rules.md §8.3).

No thread of its own: whoever comes to an empty queue leads. While the leader's transaction holds the sector, others
arrive and wait; when it is over the first of them leads the next transaction, for all who wait by then. Nobody waits
for company, and an order that comes alone goes the same way as without a queue.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Event, Lock

from exchange.desk.answer import Answer
from exchange.desk.request import Request
from exchange.errors import ExchangeError

AT_ONCE = 64
"""Most orders of several askers in one transaction."""

Decide = Callable[[Sequence[Request]], list[Answer | ExchangeError]]
"""Decides requests of one sector in order of arrival, in one transaction."""


class _Asker:
    """One thread with its requests; ``turn`` is set once they are answered, have failed, or it is to lead."""

    def __init__(self, requests: Sequence[Request]) -> None:
        self.requests = requests
        self.turn = Event()
        self.results: list[Answer | ExchangeError] | None = None
        self.failure: BaseException | None = None


class Queue:
    """Who waits for each sector in this process. The first of a line leads, or is being decided for."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._lock = Lock()
        self._lines: dict[str, deque[_Asker]] = {}

    def ask(self, sector: str, requests: Sequence[Request], decide: Decide) -> list[Answer | ExchangeError]:
        """The results of these requests, decided by this thread or by another one with its own.

        Raises what ``decide`` raises, to everybody it was deciding for: nothing of theirs is known to be done.
        """
        mine = _Asker(requests)
        with self._lock:
            line = self._lines.setdefault(sector, deque())
            line.append(mine)
            leads = line[0] is mine
        if not leads:
            mine.turn.wait()
        if mine.results is None and mine.failure is None:
            self._lead(line, decide)
        if mine.failure is not None:
            raise mine.failure
        return mine.results or []

    def _lead(self, line: deque[_Asker], decide: Decide) -> None:
        """Decide for the first of the line, then let the next one lead."""
        with self._lock:
            together = self._first(line)
        try:
            results = iter(decide([one for asker in together for one in asker.requests]))
            for asker in together:
                asker.results = [next(results) for _ in asker.requests]
        except BaseException as failure:
            for asker in together:
                asker.failure = failure
        with self._lock:
            for _ in together:
                line.popleft()
            following = line[0] if line else None
        for asker in together[1:] if following is None else (*together[1:], following):
            asker.turn.set()

    def _first(self, line: Sequence[_Asker]) -> list[_Asker]:
        """The leader and as many behind it as one transaction takes."""
        together, orders = [line[0]], len(line[0].requests)
        for asker in list(line)[1:]:
            orders += len(asker.requests)
            if orders > self._at_once:
                break
            together.append(asker)
        return together
