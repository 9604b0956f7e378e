"""Buys per second through the desk, each beside its floor in the same run.

The floor is what the engine does at best when every order is a commit of its own: ``pgbench -N`` with as many clients
on the same server, or a bare loop of BEGIN IMMEDIATE, UPDATE, INSERT, COMMIT on a SQLite file beside the market's.
A buy writes a seat, a wallet, three transfers, two chained entries and an idempotency key.
"""

import argparse
import re
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter

from exchange.calendars import make_calendar
from exchange.clock import SystemClock
from exchange.desk import Desk, OfferedLead, Queue
from exchange.errors import ExchangeError
from exchange.instant import DAY_US
from exchange.orderbook.order import Arm
from exchange.pricing.curve import Curve, CurveVersion, Linear
from exchange.store import open_store
from tests.bench.figures import Figure, show
from tests.postgres import NoPostgres, OwnPostgres, binaries, program

THREADS = (1, 16, 64)
LISTED_AT_ONCE = 1_000
_SLOW = CurveVersion(1, "a year", Curve(Linear(), 365 * DAY_US, 0, 0))


class Stall:
    """A sector with more exclusive leads than anybody buys, and buyers with money for all of them."""

    def __init__(self, url: str) -> None:
        self.desk = Desk(open_store(url, create=True))
        self.buyers = [f"buyer{number}" for number in range(max(THREADS))]
        self._listed = 0
        self._bought = count()
        self.desk.open_sector(
            "pv",
            tick_cents=50,
            most_seats=3,
            fee_bp=1_000,
            vat_bp=1_900,
            calendar=make_calendar(1, []),
            arms=(Arm(_SLOW, 10_000),),
        )
        self.desk.join("nord", name="Nord", supplier=True)
        for buyer in self.buyers:
            self.desk.join(buyer, name=buyer, buyer=True)
            self.desk.deposit(buyer, amount_cents=10**12)

    def sell(self, threads: int, seconds: float, *, combine: bool) -> tuple[float, list[float]]:
        """Buys per second of so many threads, and how long each took."""
        self.desk.queue = Queue() if combine else None
        self._stock(int(3_000 * seconds))
        ends = perf_counter() + seconds
        begun = perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            took = [one for some in pool.map(lambda place: self._buy(place, ends), range(threads)) for one in some]
        return len(took) / (perf_counter() - begun), took

    def _buy(self, place: int, ends: float) -> list[float]:
        took = []
        while (begun := perf_counter()) < ends:
            name = f"L{next(self._bought)}"
            answer = self.desk.buy("pv", buyer=self.buyers[place], listing_id=name, most_cents=9_000, key=name)
            if not answer.fills:
                raise AssertionError(answer)
            took.append(perf_counter() - begun)
        return took

    def _stock(self, wanted: int) -> None:
        """List as many leads as one slice may buy."""
        bought = next(self._bought)
        while self._listed - bought < wanted:
            leads = [
                OfferedLead(f"L{number}", "DE-BY", "86150", 1, 9_000, 3_000, SystemClock().now() - DAY_US)
                for number in range(self._listed, self._listed + LISTED_AT_ONCE)
            ]
            for answer in self.desk.list_leads("pv", supplier="nord", leads=leads):
                if isinstance(answer, ExchangeError):
                    raise answer
            self._listed += LISTED_AT_ONCE


class PostgresFloor:
    """``pgbench -N`` in a database of its own on the market's server."""

    def __init__(self, server: OwnPostgres, pgbench: Path) -> None:
        self._run = [pgbench, "-h", server.folder, "-U", "postgres", "floor"]
        server.create("floor")
        subprocess.run([*self._run, "-i", "-s", "10", "-q"], check=True, capture_output=True)

    def per_second(self, threads: int, seconds: float) -> float:
        """Transactions per second of so many clients."""
        asked = ["-N", "-n", "-c", str(threads), "-j", str(min(threads, 2)), "-T", str(max(1, round(seconds)))]
        told = subprocess.run([*self._run[:-1], *asked, "floor"], check=True, capture_output=True, text=True).stdout
        found = re.search(r"^tps = ([\d.]+)", told, re.M)
        if found is None:
            raise ValueError(told)
        return float(found[1])


class SqliteFloor:
    """One writer: more would only wait for each other."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript("CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER); CREATE TABLE b (n INTEGER)")
        self._connection.execute("INSERT INTO a VALUES (1, 0)")

    def per_second(self, _threads: int, seconds: float) -> float:
        """Transactions per second."""
        begun, done = perf_counter(), 0
        while perf_counter() - begun < seconds:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("UPDATE a SET n = n + 1 WHERE id = 1")
            self._connection.execute("INSERT INTO b VALUES (?)", (done,))
            self._connection.execute("COMMIT")
            done += 1
        return done / (perf_counter() - begun)


def figures(
    engine: str, stall: Stall, floor: PostgresFloor | SqliteFloor, rounds: int, seconds: float
) -> Iterator[Figure]:
    """Medians over the rounds; in each round floor, one order a commit, and shared commits follow each other."""
    for threads in THREADS:
        floors, found = [], {False: [], True: []}
        took: dict[bool, list[float]] = {False: [], True: []}
        for _ in range(rounds):
            floors.append(floor.per_second(threads, seconds))
            for combine in (False, True):
                rate, times = stall.sell(threads, seconds, combine=combine)
                found[combine].append(rate)
                took[combine] += times
        for combine, how in ((False, "one order a commit"), (True, "shared commits")):
            name = f"{engine}, {threads} threads, {how}"
            yield Figure(name, median(found[combine]), "buys/s", median(floors))
            times = sorted(took[combine])
            yield Figure("  half within", 1e3 * median(times), "ms")
            yield Figure("  99 of 100 within", 1e3 * times[int(0.99 * len(times))], "ms")


def on_sqlite(rounds: int, seconds: float) -> list[Figure]:
    """The bench in a folder of this disk."""
    with tempfile.TemporaryDirectory() as folder:
        stall = Stall(f"sqlite:///{folder}/market.db")
        with closing(stall.desk.store):
            return list(figures("SQLite", stall, SqliteFloor(Path(folder) / "floor.db"), rounds, seconds))


def on_postgres(rounds: int, seconds: float) -> list[Figure]:
    """The bench on a server of its own that keeps what it commits; raises NoPostgres."""
    folder, pgbench = next(binaries(), None), program("pgbench")
    if folder is None or pgbench is None:
        raise NoPostgres("no PostgreSQL with pgbench: nothing to compare with")
    server = OwnPostgres(folder, ("shared_buffers=256MB",))
    try:
        server.create("market")
        stall = Stall(server.url_of("market"))
        with closing(stall.desk.store):
            return list(figures("PostgreSQL", stall, PostgresFloor(server, pgbench), rounds, seconds))
    finally:
        server.stop()


def main() -> None:
    """Print everything."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--seconds", type=float, default=3.0, help="of each slice")
    asked.add_argument("--json", action="store_true")
    told = asked.parse_args()
    show([*on_sqlite(told.rounds, told.seconds), *on_postgres(told.rounds, told.seconds)], as_json=told.json)


if __name__ == "__main__":
    main()
