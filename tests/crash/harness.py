"""A busy market whose processes are killed at random; afterwards everything that was acknowledged must be there."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from exchange.desk import Desk
from exchange.errors import ExchangeError
from exchange.failpoint import arm
from exchange.reports.health import OK, checkup
from exchange.schema import heads, idempotency, sales
from exchange.store import open_store
from exchange.store.proof import prove
from tests.crash.deliveries import Spool, untold
from tests.crash.history import History, Journal, objections, read_history
from tests.crash.market import SECTORS, Summary, Wisher

MOST_PLACES = 1_500
"""Half of the clients die by themselves after so many failpoints at most: random kills miss the narrow windows."""
PAUSED_S = 2.0
"""How long an alarm clock is stopped before it goes on as if nothing had been."""


_UNATTENDED = ("punctuality", "jobs", "outbox")
"""What may be said of a house whose processes have all been killed."""


@dataclass
class Report:
    """What happened, in figures; ``objections`` is empty where nothing was lost, doubled or changed."""

    kills: int = 0
    deaths_at_failpoints: int = 0
    pauses: int = 0
    seconds: float = 0
    asked: int = 0
    acknowledged: int = 0
    unanswered: int = 0
    done_but_unanswered: int = 0
    entries: int = 0
    sales: int = 0
    messages: int = 0
    repeated: int = 0
    latest_s: float = 0
    objections: list[str] = field(default_factory=list)


class Harness:
    """Runs in a process of one thread, since clients are forked from it; no database is open while it forks."""

    def __init__(self, folder: Path, url: str, *, clients: int, jobs: int, seed: int) -> None:
        self._folder = folder
        self._url = url
        self._spool = Spool(folder)
        self._random = Random(seed)
        self._lives = 0
        self._clients = {f"c{n}": 0 for n in range(clients)}
        self._jobs: list[subprocess.Popen[bytes]] = []
        self._wanted_jobs = jobs
        self._heads: dict[str, tuple[int, int]] = {}
        self.report = Report()

    def play(self, kills: int) -> Report:
        """Let the market run until so many processes were killed, then judge."""
        began = time.monotonic()
        self._jobs = [self._job() for _ in range(self._wanted_jobs)]
        try:
            for name in self._clients:
                self._clients[name] = self._client(name)
            while self.report.kills < kills:
                time.sleep(self._random.uniform(0.05, 0.6))
                self._disturb()
                self._look_at_heads()
        finally:
            self._end()
        self.report.kills = kills
        self.report.seconds = round(time.monotonic() - began, 1)
        self._judge()
        return self.report

    # --- processes -----------------------------------------------------------------------------------------

    def _client(self, name: str) -> int:
        self._lives += 1
        child = os.fork()
        if child:
            return child
        try:
            self._live(name, self._lives)
        finally:
            os._exit(1)

    def _live(self, name: str, life: int) -> None:
        """One life of a client: write down, ask, write down, until killed."""
        desk, wisher = self._desk(), Wisher(name, f"{name} {life}")
        if life % 2:
            arm(_dying_after(Random(life).randrange(MOST_PLACES)))
        with open(self._folder / f"{name}-{life}.journal", "w", encoding="utf-8") as file:
            journal = Journal(file)
            while True:
                wish = wisher.draw(desk, life)
                journal.asked(wish)
                told = wish.ask(desk)
                journal.told(wish, told)
                wisher.learn(wish, told)

    def _desk(self) -> Desk:
        desk = Desk(open_store(self._url))
        desk.store.posts = True
        return desk

    def _job(self) -> "subprocess.Popen[bytes]":
        house = ["--config", str(self._spool.config), "jobs", "--database", self._url]
        command = [sys.executable, "-c", "from exchange.cli import main; main()", *house]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def _disturb(self) -> None:
        """Kill a client, kill an alarm clock, or stop one for a while."""
        what = self._random.choice(("client",) * 7 + ("job",) * 2 + ("pause",))
        if what == "client" or not self._jobs:
            name = self._random.choice(list(self._clients))
            self._kill_client(name)
            self._clients[name] = self._client(name)
        elif what == "job":
            at = self._random.randrange(len(self._jobs))
            self._jobs[at].kill()
            self._jobs[at].wait()
            self._jobs[at] = self._job()
            self.report.kills += 1
        else:
            job = self._random.choice(self._jobs)
            job.send_signal(signal.SIGSTOP)
            time.sleep(PAUSED_S)
            job.send_signal(signal.SIGCONT)
            self.report.pauses += 1

    def _kill_client(self, name: str) -> None:
        """A client that ended by itself failed: that is an objection."""
        ended, status = os.waitpid(self._clients[name], os.WNOHANG)
        if ended and os.waitstatus_to_exitcode(status) == -signal.SIGKILL:
            self.report.deaths_at_failpoints += 1
            return
        if ended:
            self.report.objections.append(f"client {name} ended by itself: {os.waitstatus_to_exitcode(status)}")
            return
        os.kill(self._clients[name], signal.SIGKILL)
        os.waitpid(self._clients[name], 0)
        self.report.kills += 1

    def _end(self) -> None:
        for name, process in self._clients.items():
            if process:
                self._kill_client(name)
        for job in self._jobs:
            job.kill()
            job.wait()

    # --- judging -------------------------------------------------------------------------------------------

    def _look_at_heads(self) -> None:
        """No tape gets shorter, no sector is settled less far than before."""
        desk = Desk(open_store(self._url))
        with desk.store.read() as connection:
            rows = connection.execute(select(heads)).all()
            now = desk.store.clock.now()
        desk.store.close()
        for row in rows:
            before = self._heads.get(row.sector, (0, 0))
            if (row.head_seq, row.settled_until_at) < before or row.settled_until_at < before[1]:
                self.report.objections.append(f"{row.sector} went back from {before}")
            self._heads[row.sector] = (row.head_seq, row.settled_until_at)
            if row.next_due_at is not None:
                self.report.latest_s = max(self.report.latest_s, round((now - row.next_due_at) / 1e6, 2))

    def _judge(self) -> None:
        report, history = self.report, read_history(sorted(self._folder.glob("*.journal")))
        report.asked, report.acknowledged = len(history.wishes), len(history.answers)
        report.unanswered = len(history.unanswered)
        desk = self._desk()
        for sector in SECTORS:
            desk.settle(sector)
        self._prove(desk)
        report.done_but_unanswered = _committed(desk, history)
        again = _asked_again(desk, history)
        sold = _sales(desk)
        report.sales = len(sold)
        report.objections += objections(history.answers, again, sold)
        report.objections += [
            f"key {key} is not settled by a retry"
            for key, answer in _asked_again(desk, history).items()
            if answer != again[key] and all(len(one) == 2 for one in again[key])
        ]
        self._prove(desk)
        desk.store.close()
        self._read_spool()

    def _read_spool(self) -> None:
        """Everybody was told of everything; of some things twice, under the same id."""
        self._spool.finish(self._url)
        lines, desk = self._spool.lines(), self._desk()
        with desk.store.read() as connection:
            self.report.objections += untold(connection, lines)
        desk.store.close()
        self.report.messages = len({line["id"] for line in lines})
        self.report.repeated = len(lines) - self.report.messages

    def _prove(self, desk: Desk) -> None:
        try:
            with desk.store.read() as connection:
                self.report.entries = sum(one.entries for one in prove(connection))
                found = [one for one in checkup(connection) if one.state != OK and one.check not in _UNATTENDED]
        except ExchangeError as error:
            self.report.objections.append(f"verify: {error}")
        else:
            self.report.objections += [f"{one.check}: {one.says}" for one in found]


def _dying_after(places: int) -> Callable[[str], None]:
    left = places

    def die(_name: str) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return die


def _committed(desk: Desk, history: History) -> int:
    """How many orders were done although nobody was told."""
    with desk.store.read() as connection:
        keys = set(connection.execute(select(idempotency.c.key)).scalars())
    return sum(wish.key in keys for wish in history.unanswered)


def _asked_again(desk: Desk, history: History) -> dict[str, Summary]:
    return {key: wish.ask(desk) for key, wish in history.wishes.items()}


def _sales(desk: Desk) -> list[dict[str, Any]]:
    with desk.store.read() as connection:
        return [dict(row) for row in connection.execute(select(sales)).mappings()]
