"""`make crash`: kill a busy market's processes, judge what is left, print figures; exit code 1 for any objection."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from exchange.migrations import upgrade
from tests.crash.harness import Harness, Report
from tests.crash.market import open_quick_market
from tests.crash.shapes import SHAPES
from tests.crash.webharness import WebHarness, WebReport


def main() -> int:
    """Play once."""
    asked = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--clients", type=int, default=3)
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--workers", type=int, default=3)
    asked.add_argument("--web", action="store_true", help="Buyers come over HTTP; web workers are killed.")
    asked.add_argument("--what", choices=SHAPES, help="What is disturbed on a PostgreSQL of our own, so many times.")
    asked.add_argument("--pause", type=float, default=60, help="Seconds an alarm clock stands still in --what jobs.")
    asked.add_argument("--database", metavar="URL", help="An empty database; else a SQLite file of its own.")
    given = asked.parse_args()
    with TemporaryDirectory(prefix="crash-") as made:
        if given.what:
            shaped = SHAPES[given.what](Path(made), given)
            print(shaped.text())
            return 1 if shaped.objections else 0
        url = given.database or f"sqlite:///{made}/market.db"
        upgrade(url)
        open_quick_market(url).store.close()
        report = _web(Path(made), url, given) if given.web else _desk(Path(made), url, given)
    print(json.dumps(asdict(report), indent=1))
    return 1 if report.objections else 0


def _desk(folder: Path, url: str, given: argparse.Namespace) -> Report:
    return Harness(folder, url, clients=given.clients, jobs=given.jobs, seed=given.seed).play(given.kills)


def _web(folder: Path, url: str, given: argparse.Namespace) -> WebReport:
    size = {"workers": given.workers, "jobs": given.jobs, "clients": given.clients}
    return WebHarness(folder, url, **size, seed=given.seed).play(given.kills)


if __name__ == "__main__":
    sys.exit(main())
