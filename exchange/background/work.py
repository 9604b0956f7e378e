"""The process of a run: reads where the database is from its input and what was asked from its folder, and answers."""

import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from exchange.background.runs import ASKED, GONE, PROGRESS, REPORT, STOP, read, write
from exchange.instant import Instant
from exchange.store import Store, open_store

EVERY_S = 0.5
POLITE = 10
"""How far behind the pages and the market the work stands."""

Answer = Callable[[Store, dict[str, Any], "Reporting"], dict[str, Any]]
"""The work itself: from the payload of what was asked to that of the report."""
Cause = Callable[[Exception], str | None]
"""One word for what an answer may raise; None for a mistake of the program."""


class Stopped(Exception):
    """Whoever asked wants it no more, or the house that started it has ended."""


class Reporting:
    """Writes how far it is, now and then; raises Stopped. ``folder`` is the run's."""

    def __init__(self, folder: Path, now: Callable[[], Instant]) -> None:
        self.folder = folder
        self._now = now
        self._parent = os.getppid()
        self._told_s = 0.0

    def __call__(self, done: int, total: int) -> None:
        """So much is done."""
        if time.monotonic() - self._told_s < EVERY_S:
            return
        self._told_s = time.monotonic()
        if (self.folder / STOP).exists() or os.getppid() != self._parent:
            raise Stopped
        write(self.folder / PROGRESS, {"at": self._now(), "done": done, "total": total})


def run(folder: Path, url: str, answer: Answer, cause: Cause) -> None:
    """Answer, and leave the report; of what failed the cause, in one word."""
    store = open_store(url)
    try:
        report = answer(store, read(folder / ASKED)["asked"], Reporting(folder, store.clock.now))
        write(folder / REPORT, report)
    except Stopped:
        write(folder / GONE, {"cause": "stopped"})
    except Exception as wrong:
        known = cause(wrong)
        if known is None:
            logging.getLogger(__name__).exception("a run ended")
        write(folder / GONE, {"cause": known or "error"})
    finally:
        store.close()


def main(answer: Answer, cause: Cause) -> None:
    """The folder is the first word, the database's URL the input."""
    os.nice(POLITE)
    run(Path(sys.argv[1]), sys.stdin.read(), answer, cause)
