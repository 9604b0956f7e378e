"""What the courier meets in tests: carriers of our own, and a courier that dies at a named place."""

import os
import subprocess
import sys
from pathlib import Path

from exchange.clock import SetClock
from exchange.courier.courier import Courier
from exchange.courier.file import FileCarrier
from exchange.delivery import Attempt, Message
from exchange.desk import Desk
from exchange.failpoint import arm
from exchange.store import Store, open_store
from tests.desk.floor import clock_of, offer

DIED = 9


class Notebook:
    """A carrier that writes down what it was given, and answers as it is told."""

    def __init__(self, *answers: Attempt) -> None:
        self.given: list[Message] = []
        self._answers = list(answers)

    def deliver(self, message: Message) -> Attempt:
        self.given.append(message)
        return self._answers.pop(0) if self._answers else Attempt("carried")

    @property
    def ids(self) -> list[str]:
        return [message.delivery_id for message in self.given]


def courier_of(store: Store, *answers: Attempt) -> tuple[Courier, Notebook]:
    """A courier that always waits as long as it may, and what it was asked to hand over."""
    notebook = Notebook(*answers)
    return Courier(store, notebook, draw=lambda: 9_999), notebook


def bought(desk: Desk, *names: str, buyer: str = "anna") -> None:
    """Leads that were listed and sold."""
    for name in names:
        offer(desk, name)
        desk.buy("pv", buyer=buyer, listing_id=name, most_cents=9_000)


def die_at(place: str, url: str, desk: Desk, spool: Path) -> int:
    """A courier process of its own that dies there; returns how it ended."""
    asked = [sys.executable, "-m", "tests.courier.town", place, url, str(clock_of(desk).at_us), str(spool)]
    return subprocess.run(asked, timeout=60, check=False).returncode


def _go(place: str, url: str, now: str, spool: str) -> None:
    arm(lambda name: os._exit(DIED) if name == place else None)
    store = open_store(url, SetClock(int(now)))
    Courier(store, FileCarrier(Path(spool), store.clock)).round()


if __name__ == "__main__":
    _go(*sys.argv[1:])
