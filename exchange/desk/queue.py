"""Orders that wait are decided together and share one commit (rules.md §8.3), those of several sectors too.

No thread of its own: whoever comes while nobody decides for its sector, and few decide at all, leads. While leaders'
transactions run others arrive and wait; when one is over, the first who waits leads the next, for all who wait by then
and whose sectors are free. Nobody waits for company, and an order that comes alone goes as it would without a queue.
"""

from collections.abc import Callable, Sequence
from threading import Lock

from exchange.desk.answer import Answer
from exchange.desk.request import Request
from exchange.errors import ExchangeError

AT_ONCE = 64
"""Most orders of several askers in one transaction."""
LEADERS = 2
"""Most transactions of one process at a time: while one waits for the database, another one decides."""
PATIENCE_S = 1.0
"""Who has waited so long looks whether an earlier answer of theirs is known by now."""

Results = list[Answer | ExchangeError]
Asked = tuple[str, Request]
"""A request, and the sector it is for."""
Decide = Callable[[Sequence[Asked]], Results]
"""Decides requests in order of arrival, in one transaction."""
Known = Callable[[Sequence[Request]], Results | None]
"""What these requests were answered before, if all of them were: asked of nobody's lock."""


class _Asker:
    """One thread with its requests; ``turn`` is free once they are answered, have failed, or it ``leads``."""

    def __init__(self, sector: str, requests: Sequence[Request]) -> None:
        self.sector = sector
        self.requests = requests
        self.turn = Lock()
        self.turn.acquire()
        self.leads = False
        self.results: Results | None = None
        self.failure: BaseException | None = None


class Queue:
    """Who waits in this process, in order of arrival."""

    def __init__(self, at_once: int = AT_ONCE, leaders: int = LEADERS) -> None:
        self._at_once = at_once
        self._leaders = leaders
        self._lock = Lock()
        self._waiting: list[_Asker] = []
        self._held: dict[_Asker, set[str]] = {}
        """The sectors of each leader."""
        self._deciding = 0
        """How many askers are being decided for."""

    def ask(self, sector: str, requests: Sequence[Request], decide: Decide, known: Known | None = None) -> Results:
        """The results of these requests, decided by this thread or by another one with its own.

        Raises what ``decide`` raises, to everybody it was deciding for: nothing of theirs is known to be done. With
        ``known`` nobody waits for a sector that somebody else holds only to be told an answer that was given before.
        """
        mine = _Asker(sector, requests)
        with self._lock:
            self._waiting.append(mine)
            self._appoint()
        told = self._wait(mine, known)
        if told is not None:
            return told
        if mine.leads:
            self._lead(mine, decide)
        if mine.failure is not None:
            raise mine.failure
        return mine.results or []

    def _wait(self, mine: _Asker, known: Known | None) -> Results | None:
        """Wait for the turn; returns an earlier answer where one is known before."""
        while not mine.turn.acquire(timeout=-1 if known is None else PATIENCE_S):
            told = known and known(mine.requests)
            if told is not None and self._leaves(mine):
                return told
        return None

    def _leaves(self, mine: _Asker) -> bool:
        """Step out of the line; not who is being decided for already."""
        with self._lock:
            if mine not in self._waiting:
                return False
            self._waiting.remove(mine)
            return True

    def _lead(self, mine: _Asker, decide: Decide) -> None:
        """Decide for all who wait by now, then let the next one lead."""
        with self._lock:
            together = self._first(mine)
            self._deciding += len(together)
            held = self._held[mine]
            held.update(asker.sector for asker in together)
        try:
            results = iter(decide([(asker.sector, one) for asker in together for one in asker.requests]))
            for asker in together:
                asker.results = [next(results) for _ in asker.requests]
        except BaseException as failure:
            for asker in together:
                asker.failure = failure
        for asker in together[1:]:
            asker.turn.release()
        with self._lock:
            self._deciding -= len(together)
            del self._held[mine]
            self._appoint()

    def _appoint(self) -> None:
        """Let the first who waits for a sector that is free lead, unless enough do.

        Whoever hands in more than one transaction shares holds up its own sector, not the others.
        """
        if sum(len(leader.requests) <= self._at_once for leader in self._held) < self._leaders:
            free = next((asker for asker in self._waiting if self._is_free(asker.sector)), None)
            if free is not None:
                self._waiting.remove(free)
                self._held[free] = {free.sector}
                free.leads = True
                free.turn.release()

    def _is_free(self, sector: str) -> bool:
        return all(sector not in held for held in self._held.values())

    def _first(self, leader: _Asker) -> list[_Asker]:
        """The leader and as many behind it as one transaction takes, of those whose sectors nobody else holds.

        Askers stay whole, and nobody is overtaken in their own sector.
        """
        together, orders = [leader], len(leader.requests)
        for asker in self._waiting:
            if asker.sector != leader.sector and not self._is_free(asker.sector):
                continue
            orders += len(asker.requests)
            if orders > self._at_once:
                break
            together.append(asker)
        for asker in together[1:]:
            self._waiting.remove(asker)
        return together
