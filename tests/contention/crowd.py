"""A process of clients: its own store, its own books and locks, let go at the same instant as all others."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

from exchange.desk import Desk, Queue
from exchange.store import open_store
from tests.contention.history import Call, History
from tests.contention.rounds import Listing, Rounds, buy_as

READY, OVER = "ready", "over"
_LETGO_NS = 3_000_000
"""Between the word and the gate: enough for it to reach every process."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What one client of one round is to try."""

    place: int
    buyer: str
    listing: Listing


class Crowd:
    """The coordinator's end of one process."""

    def __init__(self, url: str, *, combine: bool) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_be, args=(url, combine, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def prepare(self, errands: list[Errand]) -> None:
        """Let its clients stand at the gate."""
        self._pipe.send(errands)
        if self._pipe.recv() != READY:
            raise AssertionError("a crowd was not ready")

    def let_go(self, gate_ns: int) -> None:
        """All at this instant of the host's monotonic clock, which processes share."""
        self._pipe.send(gate_ns)

    def calls(self) -> list[Call]:
        """What its clients saw."""
        return list(self._pipe.recv())

    def close(self) -> None:
        self._pipe.send(OVER)
        self._process.join(60)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _be(url: str, combine: bool, pipe: Connection) -> None:
    desk = Desk(open_store(url), queue=Queue() if combine else None)
    with ThreadPoolExecutor(64) as pool:
        while (errands := pipe.recv()) != OVER:
            pipe.send(READY)
            gate_ns, history = pipe.recv(), History()
            asked = [pool.submit(_try, desk, errand, history, gate_ns) for errand in errands]
            for one in asked:
                one.result()
            pipe.send(history.calls)
    desk.store.close()


def _try(desk: Desk, errand: Errand, history: History, gate_ns: int) -> None:
    time.sleep(max(0, gate_ns - time.perf_counter_ns()) / 1e9)
    history.record(errand.buyer, errand.listing[1], lambda: buy_as(desk, errand.place, errand.buyer, errand.listing))


class ProcessRounds(Rounds):
    """The same rounds, their clients spread over processes; offers, bids and the alarm clock are this one's."""

    def __init__(self, url: str, *, clients: int = 64, processes: int = 4) -> None:
        super().__init__(url, clients=clients, stores=1)
        self._crowds = [Crowd(url, combine=place % 2 == 0) for place in range(processes)]

    def close(self) -> None:
        for crowd in self._crowds:
            crowd.close()
        super().close()

    def _compete(self, listings: list[Listing], buyers: list[str], history: History) -> None:
        errands = [Errand(place, buyer, listings[place % len(listings)]) for place, buyer in enumerate(buyers)]
        for number, crowd in enumerate(self._crowds):
            crowd.prepare(errands[number :: len(self._crowds)])
        self._await_step(*listings[-1][:2])
        gate_ns = time.perf_counter_ns() + _LETGO_NS
        for crowd in self._crowds:
            crowd.let_go(gate_ns)
        for crowd in self._crowds:
            history.calls += crowd.calls()
