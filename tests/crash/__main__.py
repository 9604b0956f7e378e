"""`make crash`: kill a busy market's processes, judge what is left, print figures; exit code 1 for any objection."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from exchange.migrations import upgrade
from tests.crash.harness import Harness
from tests.crash.market import open_quick_market


def main() -> int:
    """Play once."""
    asked = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--clients", type=int, default=3)
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--database", metavar="URL", help="An empty database; else a SQLite file of its own.")
    given = asked.parse_args()
    with TemporaryDirectory(prefix="crash-") as made:
        url = given.database or f"sqlite:///{made}/market.db"
        upgrade(url)
        open_quick_market(url).store.close()
        harness = Harness(Path(made), url, clients=given.clients, jobs=given.jobs, seed=given.seed)
        report = harness.play(given.kills)
    print(json.dumps(asdict(report), indent=1))
    return 1 if report.objections else 0


if __name__ == "__main__":
    sys.exit(main())
