"""``make contention``: many rounds of each shape on each engine, and what came of them.

Ends with 1 where a finding was made, a call stayed unanswered, or not exactly the seats were sold.
"""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter

from exchange.store import heartbeat
from tests.contention.checker import check
from tests.contention.crowd import ProcessRounds
from tests.contention.history import UNKNOWN
from tests.contention.rounds import Rounds, sold_out
from tests.databases import DATABASES, POSTGRES, SQLITE
from tests.postgres import NoPostgres

SHAPES = ("exclusive", "shared", "due", "wallet")


def main() -> int:
    """Play, print, say whether all was well."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=1_000, help="of each shape")
    asked.add_argument("--clients", type=int, default=64)
    asked.add_argument("--stores", type=int, default=4, help="each stands for a process")
    asked.add_argument("--processes", type=int, default=0, help="real ones, instead of stores in this one")
    asked.add_argument("--seconds", type=float, default=0, help="end a shape early after so long; 0 for never")
    asked.add_argument("--shape", choices=SHAPES, action="append")
    asked.add_argument("--engine", choices=(SQLITE, POSTGRES), action="append")
    told = asked.parse_args()
    heartbeat.SILENT_MS = 30_000  # clients in one process starve each other; real processes keep the house's
    found = 0
    try:
        for engine in told.engine or (SQLITE, POSTGRES):
            DATABASES.engine = engine
            with tempfile.TemporaryDirectory() as folder, DATABASES.lent():
                found += sum(play(Path(folder), shape, told) for shape in told.shape or SHAPES)
    except NoPostgres as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        DATABASES.close()
    return 1 if found else 0


def play(folder: Path, shape: str, told: argparse.Namespace) -> int:
    """One shape on a database of its own; returns how many findings there were."""
    rounds = _rounds(DATABASES.fresh(folder), told)
    said, sold, bids, findings, slowest_ms = Counter[str](), 0, 0, list[str](), 0.0
    begun, played = perf_counter(), 0
    while played < told.rounds and not (told.seconds and perf_counter() - begun > told.seconds):
        played += 1
        history = getattr(rounds, shape)()
        findings += check(history)
        findings += sold_out([history]) if shape != "wallet" else []
        said.update(call.said for call in history.calls)
        sold += len(history.sold)
        bids += sum(seat.bid for seat in history.sold)
        slowest_ms = max(slowest_ms, *((call.returned_ns - call.called_ns) / 1e6 for call in history.calls))
    took = perf_counter() - begun
    entries = rounds.proven()
    rounds.close()
    where = f"{told.processes} processes" if told.processes else f"{told.stores} stores"
    answers = ", ".join(f"{count:,} {name}" for name, count in said.most_common())
    print(
        f"{DATABASES.engine} {shape}: {played:,} rounds of {told.clients} clients in {where} in {took:.0f} s: {answers}"
    )
    print(
        f"  {sold:,} seats sold, {bids:,} of them to bids; slowest call {slowest_ms:.0f} ms; {entries:,} entries proven"
    )
    for one in findings[:20]:
        print(f"  FOUND {one}")
    print(f"  {len(findings)} findings, {said[UNKNOWN]} calls unanswered", flush=True)
    return len(findings) + said[UNKNOWN]


def _rounds(url: str, told: argparse.Namespace) -> Rounds:
    if told.processes:
        return ProcessRounds(url, clients=told.clients, processes=told.processes)
    return Rounds(url, clients=told.clients, stores=told.stores)


if __name__ == "__main__":
    sys.exit(main())
