"""The shapes of `make crash` that need a PostgreSQL of their own: ``--what server`` and so on."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from tests.crash.commits import play_commits
from tests.crash.failover import play_failover
from tests.crash.jobs import play_jobs
from tests.crash.load import Report
from tests.crash.server import play_server

SHAPES: dict[str, Callable[[Path, Namespace], Report]] = {
    "server": lambda folder, given: play_server(folder, given.kills, **_size(given)),
    "commits": lambda folder, given: play_commits(folder, given.kills, clients=given.clients, seed=given.seed),
    "failover": lambda folder, given: play_failover(folder, given.kills, **_size(given)),
    "jobs": lambda folder, given: play_jobs(folder, given.kills, pause_s=given.pause),
}


def _size(given: Namespace) -> dict[str, int]:
    return {"clients": given.clients, "jobs": given.jobs, "seed": given.seed}
