"""A client process that is never killed: it asks until it is answered, and notes every call.

`python -m tests.crash.client URL FOLDER NAME`: until SIGTERM. In FOLDER it writes a journal (see `history`) and
NAME.calls, a line a call: key, called and returned (nanoseconds of the machine's monotonic clock), what was said. Only
what the house says counts as an answer; any other exception ends the process.
"""

import json
import signal
import sys
from pathlib import Path
from threading import Event
from time import monotonic_ns
from typing import IO

from exchange.desk import Desk
from exchange.store import Busy, Unavailable, open_store
from tests.crash.history import Journal
from tests.crash.market import Summary, Wish, Wisher

AGAIN_S = 0.05
NOT_NOW = ("unavailable", "busy")
DONE, READ = "done", "read"


class Client:
    """One client: draws, writes down, asks until it is answered, writes down."""

    def __init__(self, url: str, folder: Path, name: str) -> None:
        self._desk = Desk(open_store(url))
        self._wisher = Wisher(name, name)
        self._folder, self._name = folder, name
        self._stop = Event()

    def run(self) -> None:
        """Until told to stop; what is being asked then stays unanswered."""
        signal.signal(signal.SIGTERM, lambda *_: self._stop.set())
        journal_file, calls_file = self._folder / f"{self._name}.journal", self._folder / f"{self._name}.calls"
        with journal_file.open("w", encoding="utf-8") as written, calls_file.open("w", encoding="utf-8") as calls:
            journal = Journal(written)
            while not self._stop.is_set():
                wish = self._draw(calls)
                if wish is None:
                    self._stop.wait(AGAIN_S)
                    continue
                journal.asked(wish)
                told = self._ask(wish, calls)
                journal.told(wish, told)
                self._wisher.learn(wish, told)
        self._desk.store.close()

    def _draw(self, calls: IO[str]) -> Wish | None:
        called = monotonic_ns()
        try:
            return self._wisher.draw(self._desk, 1)
        except (Busy, Unavailable) as error:
            _note(calls, READ, called, error.code)
            return None

    def _ask(self, wish: Wish, calls: IO[str]) -> Summary:
        while True:
            called = monotonic_ns()
            told = wish.ask(self._desk)
            refused = [one[0] for one in told if len(one) == 1 and one[0] in NOT_NOW]
            _note(calls, wish.key, called, refused[0] if refused else DONE)
            if not refused or self._stop.is_set():
                return told
            self._stop.wait(AGAIN_S)


def _note(calls: IO[str], key: str, called: int, said: str) -> None:
    calls.write(json.dumps([key, called, monotonic_ns(), said]) + "\n")
    calls.flush()


if __name__ == "__main__":
    Client(sys.argv[1], Path(sys.argv[2]), sys.argv[3]).run()
