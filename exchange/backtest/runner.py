"""The process of one back-test: reads where the database is from its input, and what was asked from its folder."""

import json
import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from exchange.backtest.kept import Kept
from exchange.backtest.report import Asked, back_test
from exchange.backtest.runs import ASKED, GONE, KEPT, PROGRESS, REPORT, STOP, write
from exchange.errors import Invalid, TapeBroken, Unknown
from exchange.instant import Instant
from exchange.store import open_store

EVERY_S = 0.5
POLITE = 10
"""How far behind the pages and the market the playing stands."""


class Stopped(Exception):
    """Whoever asked wants it no more, or the house that started it has ended."""


class Reporting:
    """Writes how far it is, now and then; raises Stopped."""

    def __init__(self, folder: Path, now: Callable[[], Instant]) -> None:
        self._folder = folder
        self._now = now
        self._parent = os.getppid()
        self._told_s = 0.0

    def __call__(self, done: int, total: int) -> None:
        """So much is done."""
        if time.monotonic() - self._told_s < EVERY_S:
            return
        self._told_s = time.monotonic()
        if (self._folder / STOP).exists() or os.getppid() != self._parent:
            raise Stopped
        write(self._folder / PROGRESS, {"at": self._now(), "done": done, "total": total})


def run(folder: Path, url: str) -> None:
    """Play, and leave the report; of what failed the cause, in one word."""
    store = open_store(url)
    try:
        asked = Asked.from_payload(json.loads((folder / ASKED).read_text(encoding="utf-8"))["asked"])
        report = back_test(store, asked, Reporting(folder, store.clock.now), Kept(folder.parent / KEPT))
        write(folder / REPORT, report.to_payload())
    except Stopped:
        write(folder / GONE, {"cause": "stopped"})
    except Invalid as wrong:
        write(folder / GONE, {"cause": "no_leads" if wrong.field == "period" else f"invalid|{wrong}"})
    except (TapeBroken, Unknown) as broken:
        write(folder / GONE, {"cause": f"broken|{broken}"})
    except Exception:
        logging.getLogger(__name__).exception("a back-test ended")
        write(folder / GONE, {"cause": "error"})
    finally:
        store.close()


def main() -> None:
    """The folder is the first word, the database's URL the input."""
    os.nice(POLITE)
    run(Path(sys.argv[1]), sys.stdin.read())


if __name__ == "__main__":
    main()
