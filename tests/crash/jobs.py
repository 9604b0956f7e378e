"""Alarm clocks that are killed, stopped, stopped with a sector in hand, cut off: another one is punctual (C10).

Nobody trades meanwhile but the harness, a little, so that prices fall only by the alarm clocks.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import func, select

from exchange.clock import SystemClock
from exchange.desk import Desk
from exchange.errors import ExchangeError
from exchange.schema import heads, sales
from exchange.store import open_store
from exchange.store.engine import instant_of
from tests.crash.load import Report, prove_all
from tests.crash.market import BUYERS, SECTORS
from tests.crash.proxy import Proxy
from tests.crash.server import market_on
from tests.desk.floor import lead
from tests.postgres import DURABLE, own_postgres

MOST_LATE_S = 2.0
WAYS = ("killed", "stopped", "stopped with a sector in hand", "frozen", "cut")
_PLAIN = "from exchange.cli import main; main()"
_STOPPING = """
import os, signal
from exchange.failpoint import arm
from exchange.cli import main
left = [5]
def stop(name):
    left[0] -= name == "begin.locked"
    if left[0] == 0 and name == "begin.locked":
        os.kill(os.getpid(), signal.SIGSTOP)
arm(stop)
main()
"""
_EACH_S, _LOOK_S, _AFTER_S = 1.0, 0.05, 1.5


class Watch(Thread):
    """Looks how late the latest sector is, and keeps the market supplied."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._desk = Desk(open_store(url))
        self._over = Event()
        self._listed = 0
        self._failure: BaseException | None = None
        self.latest_s = 0.0

    def run(self) -> None:
        """Until ended."""
        try:
            self._look()
        except BaseException as failure:
            self._failure = failure

    def _look(self) -> None:
        listed_at = 0.0
        while not self._over.wait(_LOOK_S):
            if time.monotonic() - listed_at > _EACH_S:
                listed_at = time.monotonic()
                self._supply()
            self.latest_s = max(self.latest_s, self._late_s())

    def end(self) -> None:
        """Stop looking; raises what went wrong."""
        self._over.set()
        self.join()
        self._desk.store.close()
        if self._failure is not None:
            raise self._failure

    def _late_s(self) -> float:
        with self._desk.store.read() as connection:
            now = instant_of(connection, SystemClock())
            due = connection.execute(select(heads.c.next_due_at).where(heads.c.next_due_at.is_not(None))).scalars()
            return max(((now - at) / 1e6 for at in due), default=0.0)

    def _supply(self) -> None:
        """Three leads, in one sector or the other, and a bid."""
        self._listed += 1
        asked_at = SystemClock().now()
        sector, name = SECTORS[self._listed % 2], f"w{asked_at}"
        offered = [lead(f"{name}-{n}", asked_at=asked_at, seats=2) for n in range(3)]
        for answer in self._desk.list_leads(sector, supplier="nord", leads=offered):
            if isinstance(answer, ExchangeError):
                raise answer
        buyer = BUYERS[self._listed % len(BUYERS)]
        self._desk.place(sector, bid_id=name, buyer=buyer, limit_cents=5_000, quantity=1)


def play_jobs(
    folder: Path, kills: int, *, pause_s: float = 60.0, ways: Sequence[str] = WAYS, most_late_s: float = MOST_LATE_S
) -> Report:
    """Each disturbance in turn, so many in all, each while two other alarm clocks are awake; then judge.

    ``most_late_s`` must lie well below ``pause_s``: a sector that waits for who is disturbed is as late as that lasts.
    """
    report, began = Report("jobs", kills), time.monotonic()
    server = own_postgres(DURABLE, in_memory=True)
    try:
        url = market_on(server)
        proxy = Proxy(server.folder / ".s.PGSQL.5432")
        with _awake(url, folder, "first") as first, _awake(url, folder, "second") as second:
            late: dict[str, float] = {"undisturbed": _latest(url, min(pause_s, 5.0))}
            for way, _ in zip(cycle(ways), range(kills), strict=False):
                seen = _disturb(url, folder, way, proxy, pause_s)
                late[way] = max(seen, late.get(way, 0.0))
            if first.poll() is not None or second.poll() is not None:
                report.objections.append("an alarm clock ended by itself")
        report.figures = {"latest_s": {way: round(seen, 2) for way, seen in late.items()}}
        report.objections += [f"{way}: {seen:.1f} s late" for way, seen in late.items() if seen > most_late_s]
        desk = Desk(open_store(url))
        prove_all(desk, report)
        with desk.store.read() as connection:
            report.sales = connection.execute(select(func.count()).select_from(sales)).scalar_one()
        desk.store.close()
        proxy.close()
    finally:
        server.stop()
    report.seconds = round(time.monotonic() - began, 1)
    return report


@contextmanager
def _awake(url: str, folder: Path, name: str, code: str = _PLAIN) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-c", code, "jobs", "--database", url]
    with (folder / f"{name}.err").open("ab") as said:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.communicate()


def _latest(url: str, seconds: float) -> float:
    watch = Watch(url)
    watch.start()
    time.sleep(seconds)
    watch.end()
    return watch.latest_s


def _disturb(url: str, folder: Path, way: str, proxy: Proxy, pause_s: float) -> float:
    """Disturb a third alarm clock for a while; returns how late the latest sector was meanwhile and after."""
    by, code = (proxy.url_of(url) if way in ("frozen", "cut") else url), _PLAIN
    if way == "stopped with a sector in hand":
        code = _STOPPING
    watch = Watch(url)
    watch.start()
    with _awake(by, folder, way.replace(" ", "-"), code) as third:
        if code == _STOPPING:
            _await_stop(third.pid)
        else:
            time.sleep(1.0)
        _begin(way, third, proxy)
        time.sleep(pause_s)
        if way == "frozen":
            proxy.thaw()
        third.send_signal(signal.SIGCONT)
        time.sleep(_AFTER_S)
        if way != "killed" and third.poll() is not None:
            raise AssertionError(f"who was {way} ended")
    watch.end()
    return watch.latest_s


def _await_stop(pid: int) -> None:
    for _ in range(600):
        ended, status = os.waitpid(pid, os.WUNTRACED | os.WNOHANG)
        if ended:
            assert os.WIFSTOPPED(status), status
            return
        time.sleep(0.05)
    raise AssertionError("it never had a sector in hand")


def _begin(way: str, third: "subprocess.Popen[bytes]", proxy: Proxy) -> None:
    if way == "killed":
        third.kill()
    elif way == "stopped":
        third.send_signal(signal.SIGSTOP)
    elif way == "frozen":
        proxy.freeze()
    elif way == "cut":
        proxy.cut()
