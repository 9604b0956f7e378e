"""The database server dies under load, is started again, and everybody goes on by themselves (C4, C9)."""

import signal
import time
from pathlib import Path
from random import Random

from exchange.migrations import upgrade
from tests.crash.load import Report, judge, loaded
from tests.crash.market import open_quick_market
from tests.postgres import DURABLE, OwnPostgres, own_postgres

WAYS = ("killed", "immediate", "restarted")
MOST_DOWN_S = 1.0
MOST_SILENT_S = 5.0
"""How long after the server is back every client must have been answered, where the machine has room for all."""


def play_server(
    folder: Path,
    kills: int,
    *,
    clients: int = 3,
    jobs: int = 1,
    seed: int = 1,
    settings: tuple[str, ...] = DURABLE,
    most_silent_s: float = MOST_SILENT_S,
) -> Report:
    """Kill all of a server's processes, stop it at once, restart it, so many times in all; then judge."""
    report, random, began = Report("server"), Random(seed), time.monotonic()
    server = own_postgres(settings, in_memory=True)
    try:
        url = market_on(server)
        with loaded(url, folder, clients=clients, jobs=jobs) as load:
            silences = []
            for place in range(kills):
                time.sleep(random.uniform(0.2, 1.2))
                _go_down(server, WAYS[place % len(WAYS)])
                time.sleep(random.uniform(0, MOST_DOWN_S))
                server.start()
                silences.append(load.await_all(time.monotonic_ns()))
        judge(load, report)
    finally:
        server.stop()
    report.events, report.seconds = kills, round(time.monotonic() - began, 1)
    report.figures = {"silence_s": spread(silences)}
    report.objections += [f"silent for {one:.1f} s after a start" for one in silences if one > most_silent_s]
    return report


def market_on(server: OwnPostgres, database: str = "market") -> str:
    """A quick market in a database of its own; its URL."""
    server.create(database)
    url = server.url_of(database)
    upgrade(url)
    open_quick_market(url).store.close()
    return url


def spread(figures: list[float]) -> dict[str, float]:
    """Least, middle and most."""
    ordered = sorted(figures)
    return {
        "least": round(ordered[0], 2),
        "median": round(ordered[len(ordered) // 2], 2),
        "most": round(ordered[-1], 2),
    }


def _go_down(server: OwnPostgres, way: str) -> None:
    if way == "killed":
        server.kill()
    else:
        server.shut_down(signal.SIGQUIT if way == "immediate" else signal.SIGINT)
