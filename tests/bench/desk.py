"""`make bench-desk`: buys per second through the desk, each beside its floor in the same run.

The floor is what the engine does at best when every order is a commit of its own: ``pgbench -N`` with as many clients
on the same server, or a bare loop of BEGIN IMMEDIATE, UPDATE, INSERT, COMMIT on a SQLite file beside the market's.
A buy writes a seat, a wallet, three transfers, two chained entries and an idempotency key. For scale the same run says
what this machine takes for SHA-256 over 1 KiB and for one UPDATE of 10,000 rows.
"""

import argparse
import re
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter, process_time, sleep

from sqlalchemy import Connection, event

from exchange.calendars import make_calendar
from exchange.clock import SystemClock
from exchange.desk import Desk, OfferedLead, Queue
from exchange.errors import ExchangeError
from exchange.instant import DAY_US
from exchange.orderbook.order import Arm
from exchange.pricing.curve import Curve, CurveVersion, Linear
from exchange.store import open_store
from tests.bench.desk_http import WARM_S, secrets_of, through_http
from tests.bench.figures import Figure, scale, show
from tests.bench.stages import stages
from tests.postgres import NoPostgres, OwnPostgres, binaries, program

CLIENTS = (1, 16, 32, 64)
SECTORS = ("baufi", "bu", "gkv", "kfz", "leben", "pkv", "pv", "wp")
SHAPES = (*((clients, 1) for clients in CLIENTS), *((clients, len(SECTORS)) for clients in CLIENTS[1:]))
"""So many clients on so many sectors."""
HTTP_CLIENTS = (1, 16, 64)
QUICK = ((1, 1), (16, 1), (16, len(SECTORS)))
LISTED_AT_ONCE = 1_000
_SLOW = CurveVersion(1, "a year", Curve(Linear(), 365 * DAY_US, 0, 0))


@dataclass
class Slice:
    """What one way of selling came to: buys per second in each round, how long each buy took, Python's time for all."""

    per_second: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    python_s: float = 0.0


class Stall:
    """Sectors with more exclusive leads than anybody buys, and buyers with money for all of them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.desk = Desk(open_store(url, create=True))
        self.buyers = [f"buyer{number}" for number in range(max(CLIENTS))]
        self._listed = dict.fromkeys(SECTORS, 0)
        self.bought = {sector: count() for sector in SECTORS}
        for sector in SECTORS:
            self.desk.open_sector(
                sector,
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

    def sell(self, clients: int, sectors: int, seconds: float, *, combine: bool, into: Slice) -> None:
        """Let so many clients buy on so many sectors."""
        self.desk.queue = Queue() if combine else None
        for sector in SECTORS[:sectors]:
            self.stock(sector, int(4_000 * seconds / sectors))
        began, spent = perf_counter(), process_time()
        with ThreadPoolExecutor(clients) as pool:
            places = ((self.buyers[n], SECTORS[n % sectors]) for n in range(clients))
            took = [one for some in pool.map(lambda place: self.buy(*place, began + seconds), places) for one in some]
        into.per_second.append(len(took) / (perf_counter() - began))
        into.took += took
        into.python_s += process_time() - spent

    def buy(self, buyer: str, sector: str, ends: float) -> list[float]:
        """One client, until it is time; how long each buy took."""
        took = []
        while (begun := perf_counter()) < ends:
            name = f"{sector}{next(self.bought[sector])}"
            answer = self.desk.buy(sector, buyer=buyer, listing_id=name, most_cents=9_000, key=name)
            if not answer.fills:
                raise AssertionError(answer)
            took.append(perf_counter() - begun)
        return took

    def stock(self, sector: str, wanted: int) -> None:
        """List as many leads as one slice may buy."""
        bought = next(self.bought[sector])
        while self._listed[sector] - bought < wanted:
            first = self._listed[sector]
            leads = [
                OfferedLead(f"{sector}{number}", "DE-BY", "86150", 1, 9_000, 3_000, SystemClock().now() - DAY_US)
                for number in range(first, first + LISTED_AT_ONCE)
            ]
            for answer in self.desk.list_leads(sector, supplier="nord", leads=leads):
                if isinstance(answer, ExchangeError):
                    raise answer
            self._listed[sector] += LISTED_AT_ONCE


class PostgresFloor:
    """``pgbench -N`` in a database of its own on the market's server."""

    def __init__(self, server: OwnPostgres, pgbench: Path) -> None:
        self._run = [pgbench, "-h", server.folder, "-U", "postgres", "floor"]
        server.create("floor")
        subprocess.run([*self._run, "-i", "-s", "10", "-q"], check=True, capture_output=True)

    def per_second(self, clients: int, seconds: float) -> float:
        """Transactions per second of so many clients."""
        asked = ["-N", "-n", "-c", str(clients), "-j", str(min(clients, 2)), "-T", str(max(1, round(seconds)))]
        told = subprocess.run([*self._run[:-1], *asked, "floor"], check=True, capture_output=True, text=True).stdout
        found = re.search(r"^tps = ([\d.]+)", told, re.M)
        if found is None:
            raise ValueError(told)
        return float(found[1])


class SqliteFloor:
    """One writer: more would only wait for each other."""

    def __init__(self, file: Path, commit_s: float) -> None:
        self._commit_s = commit_s
        self._connection = sqlite3.connect(file, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript("CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER); CREATE TABLE b (n INTEGER)")
        self._connection.execute("INSERT INTO a VALUES (1, 0)")

    def per_second(self, _clients: int, seconds: float) -> float:
        """Transactions per second."""
        begun, done = perf_counter(), 0
        while perf_counter() - begun < seconds:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("UPDATE a SET n = n + 1 WHERE id = 1")
            self._connection.execute("INSERT INTO b VALUES (?)", (done,))
            sleep(self._commit_s)
            self._connection.execute("COMMIT")
            done += 1
        return done / (perf_counter() - begun)


Floor = PostgresFloor | SqliteFloor


def figures(engine: str, stall: Stall, floor: Floor, asked: argparse.Namespace) -> Iterator[Figure]:
    """Medians over the rounds; in each round floor, one order a commit, and shared commits follow each other."""
    for clients, sectors in QUICK if asked.quick else SHAPES:
        floors, alone, shared = [], Slice(), Slice()
        for _ in range(asked.rounds):
            floors.append(floor.per_second(clients, asked.seconds))
            for one, combine in ((alone, False), (shared, True)):
                stall.sell(clients, sectors, asked.seconds, combine=combine, into=one)
        for one, how in ((alone, "one order a commit"), (shared, "shared commits")):
            yield Figure(f"{engine}, {clients} on {sectors}, {how}", median(one.per_second), "buys/s", median(floors))
            times = sorted(one.took)
            half, late = 1e3 * median(times), 1e3 * times[int(0.99 * len(times))]
            yield Figure("  half within", half, "ms")
            yield Figure("  99 of 100 within (floor: ten times half)", late, "ms", 10 * half)
            yield Figure("  Python's own time for each", 1e6 * one.python_s / len(times), "us")
    if asked.http:
        yield from _http(engine, stall, floor, asked)
    if asked.profile:
        stall.desk.queue = None
        stall.stock(SECTORS[0], 3_000)
        yield from stages(lambda: len(stall.buy(stall.buyers[0], SECTORS[0], perf_counter() + asked.seconds)))


def _http(engine: str, stall: Stall, floor: Floor, asked: argparse.Namespace) -> Iterator[Figure]:
    """The same through the real server, every client with listings of its own of one sector."""
    sector = SECTORS[0]
    secrets = {buyer: secrets_of(stall.desk, buyer) for buyer in stall.buyers[: max(HTTP_CLIENTS)]}
    for clients in HTTP_CLIENTS:
        each = int(1_000 * (asked.seconds + WARM_S) / clients)
        stall.stock(sector, each * clients)
        names = [f"{sector}{next(stall.bought[sector])}" for _ in range(each * clients)]
        ours = [(secrets[stall.buyers[place]], names[place::clients]) for place in range(clients)]
        per_second = floor.per_second(clients, asked.seconds)
        with tempfile.TemporaryDirectory() as folder:
            yield from through_http(
                engine, stall.url, Path(folder), ours, per_second, seconds=asked.seconds, workers=asked.workers
            )


def on_sqlite(asked: argparse.Namespace) -> Iterator[Figure]:
    """The bench in a folder of this disk."""
    with tempfile.TemporaryDirectory() as folder:
        stall, commit_s = Stall(f"sqlite:///{folder}/market.db"), asked.commit_ms / 1e3
        if commit_s:
            event.listen(stall.desk.store.engine, "commit", lambda one: _slow_commit(one, commit_s))
        with closing(stall.desk.store):
            yield from figures("SQLite", stall, SqliteFloor(Path(folder) / "floor.db", commit_s), asked)


def _slow_commit(connection: Connection, seconds: float) -> None:
    if connection.get_execution_options().get("writes"):
        sleep(seconds)


def on_postgres(asked: argparse.Namespace) -> Iterator[Figure]:
    """The bench on a server of its own that keeps what it commits; raises NoPostgres."""
    folder, pgbench = next(binaries(), None), program("pgbench")
    if folder is None or pgbench is None:
        raise NoPostgres("no PostgreSQL with pgbench: nothing to compare with")
    slow = (f"commit_delay={round(1e3 * asked.commit_ms)}", "commit_siblings=0") if asked.commit_ms else ()
    server = OwnPostgres(folder, ("shared_buffers=256MB", *slow))
    try:
        server.create("market")
        stall = Stall(server.url_of("market"))
        with closing(stall.desk.store):
            yield from figures("PostgreSQL", stall, PostgresFloor(server, pgbench), asked)
    finally:
        server.stop()


def main() -> None:
    """Print everything."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--seconds", type=float, default=3.0, help="of each slice")
    asked.add_argument("--quick", action="store_true", help="three shapes, one round of a second")
    asked.add_argument("--profile", action="store_true", help="also where one client's time goes")
    asked.add_argument("--http", action="store_true", help="also through `exchange serve`")
    asked.add_argument("--workers", type=int, default=1, help="of `exchange serve`")
    asked.add_argument("--commit-ms", type=float, default=0.0, help="so much longer takes a commit, the floor's too")
    asked.add_argument("--only", choices=("sqlite", "postgresql"))
    asked.add_argument("--json", action="store_true")
    told = asked.parse_args()
    if told.quick:
        told.rounds, told.seconds = 1, 1.0
    found = [*scale()]
    found += on_sqlite(told) if told.only != "postgresql" else ()
    found += on_postgres(told) if told.only != "sqlite" else ()
    show(found, as_json=told.json)


if __name__ == "__main__":
    main()
