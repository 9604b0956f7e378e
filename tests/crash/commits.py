"""The wire is cut after a commit was sent: nobody knows whether it was done, until the same key is asked again (C7)."""

import time
from itertools import cycle
from pathlib import Path
from random import Random

from tests.crash.load import Load, Report, judge, loaded
from tests.crash.proxy import Proxy
from tests.crash.server import market_on
from tests.postgres import DURABLE, OwnPostgres, own_postgres

SHARE = 0.4
"""Of all commits."""
_MOST_S = 240


def play_commits(folder: Path, kills: int, *, clients: int = 3, seed: int = 1) -> Report:
    """Lose the answers to so many commits, half of them after the server had given one; then judge.

    No alarm clock is awake: the commits are those of orders.
    """
    report, began = Report("commits", kills), time.monotonic()
    server = own_postgres(DURABLE, in_memory=True)
    try:
        direct, proxy = market_on(server), Proxy(_socket(server))
        with loaded(proxy.url_of(direct), folder, clients=clients, jobs=0) as load:
            _lose(proxy, load, kills, Random(seed))
        report.events = proxy.lost
        proxy.close()
        judge(load, report, direct)
    finally:
        server.stop()
    report.seconds = round(time.monotonic() - began, 1)
    if not report.done_but_unanswered:
        report.objections.append("no lost answer was one to an order that had been done")
    return report


def _lose(proxy: Proxy, load: Load, many: int, random: Random) -> None:
    ways, began = cycle(("answer", "wire")), time.monotonic()
    proxy.lose = lambda: next(ways) if proxy.lost < many and random.random() < SHARE else ""
    while proxy.lost < many and time.monotonic() - began < _MOST_S:
        time.sleep(0.1)
    load.await_all(time.monotonic_ns())


def _socket(server: OwnPostgres) -> Path:
    return server.folder / ".s.PGSQL.5432"
