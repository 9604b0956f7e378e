"""Several client processes and alarm clocks on one PostgreSQL; what they saw, and whether it can all be true."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from exchange.desk import Desk
from exchange.errors import ExchangeError
from exchange.reports.health import OK, checkup
from exchange.schema import sales
from exchange.store import open_store
from exchange.store.proof import prove
from tests.contention import checker
from tests.contention import history as contention
from tests.crash.client import DONE, READ
from tests.crash.history import History, decided, fills, objections, read_history
from tests.crash.market import SECTORS, Summary

_JOBS = "from exchange.cli import main; main()"
_ASLEEP = ("punctuality", "jobs")
"""What the check-up finds when everybody has gone home."""
_SECONDS_TO_END = 120
"""An order in flight may wait for a lock, several times."""


class Call(NamedTuple):
    """One call of one client; instants of the machine's monotonic clock."""

    client: str
    key: str
    called_ns: int
    returned_ns: int
    said: str


@dataclass
class Report:
    """What happened, in figures; ``objections`` is empty where nothing was lost, doubled or changed."""

    shape: str
    events: int = 0
    seconds: float = 0
    asked: int = 0
    acknowledged: int = 0
    refused_for_now: int = 0
    done_but_unanswered: int = 0
    sales: int = 0
    entries: int = 0
    figures: dict[str, Any] = field(default_factory=dict)
    objections: list[str] = field(default_factory=list)

    def text(self) -> str:
        """One line of JSON a figure."""
        return json.dumps(asdict(self), indent=1)


class Load:
    """Clients and alarm clocks as processes of their own."""

    def __init__(self, url: str, folder: Path, *, clients: int = 3, jobs: int = 1) -> None:
        self.url, self.folder = url, folder
        self.jobs = [self.alarm_clock() for _ in range(jobs)]
        self._clients = {f"c{n}": self._client(f"c{n}") for n in range(clients)}
        self.objections: list[str] = []

    def alarm_clock(self, url: str | None = None) -> "subprocess.Popen[bytes]":
        """`exchange jobs`, perhaps by another way to the database."""
        command = [sys.executable, "-c", _JOBS, "jobs", "--database", url or self.url]
        return self._started(command, f"jobs-{time.monotonic_ns()}")

    def _client(self, name: str) -> "subprocess.Popen[bytes]":
        return self._started([sys.executable, "-m", "tests.crash.client", self.url, str(self.folder), name], name)

    def _started(self, command: list[str], name: str) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{name}.err").open("wb") as said:
            return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)

    def until_busy(self, orders: int = 6) -> None:
        """Until every client has been answered some times."""
        for _ in range(600):
            counted = Counter(call.client for call in self.calls() if call.said == DONE)
            if all(counted[name] >= orders for name in self._clients):
                return
            self._look()
            time.sleep(0.1)
        raise AssertionError(f"the market did not begin: {counted}")

    def end(self) -> None:
        """Let clients finish what they ask, stop the alarm clocks; whoever ended by itself is an objection."""
        try:
            self._look()
        finally:
            for process in self._clients.values():
                process.send_signal(signal.SIGTERM)
            for process in self._clients.values():
                self._ended(process)
            for job in self.jobs:
                job.kill()
                job.wait()

    def _ended(self, process: "subprocess.Popen[bytes]") -> None:
        try:
            if process.wait(_SECONDS_TO_END):
                self.objections.append(f"a client ended with {process.returncode}")
        except subprocess.TimeoutExpired:
            self.objections.append("a client hangs")
            process.kill()
            process.wait()

    def _look(self) -> None:
        for name, process in self._clients.items():
            if process.poll() is not None:
                said = (self.folder / f"{name}.err").read_text(errors="replace").strip()
                raise AssertionError(f"client {name} ended by itself: {said[-2000:]}")
        if any(job.poll() is not None for job in self.jobs):
            said = [one.read_text(errors="replace").strip()[-2000:] for one in sorted(self.folder.glob("jobs-*.err"))]
            raise AssertionError(f"an alarm clock ended by itself: {said}")

    def calls(self) -> list[Call]:
        """All calls so far."""
        return [
            Call(file.stem, *json.loads(line))
            for file in sorted(self.folder.glob("*.calls"))
            for line in file.read_text(encoding="utf-8").splitlines(keepends=True)
            if line.endswith("\n")
        ]

    def await_all(self, since_ns: int) -> float:
        """`silence_s` once everybody has been answered; raises AssertionError where somebody is not, in a minute."""
        while (silence_s := self.silence_s(since_ns)) == float("inf"):
            if time.monotonic_ns() - since_ns > 60e9:
                raise AssertionError("nobody answers since the disturbance")
            self._look()
            time.sleep(0.05)
        return silence_s

    def silence_s(self, since_ns: int) -> float:
        """How long it took from then until every client had been answered a call it made after that."""
        first = {
            name: min(
                (c.returned_ns for c in self.calls() if c.client == name and c.said == DONE and c.called_ns > since_ns),
                default=None,
            )
            for name in self._clients
        }
        return max(float("inf") if at is None else (at - since_ns) / 1e9 for at in first.values())


@contextmanager
def loaded(url: str, folder: Path, **how: int) -> Iterator[Load]:
    """A busy market that ends at the end."""
    load = Load(url, folder, **how)
    try:
        load.until_busy()
        yield load
    finally:
        load.end()


def judge(load: Load, report: Report, url: str | None = None) -> None:
    """Ask every key again, compare with what the clients noted, and let the independent checker explain the sales."""
    history, calls = read_history(sorted(load.folder.glob("*.journal"))), load.calls()
    desk = Desk(open_store(url or load.url))
    for sector in SECTORS:
        desk.settle(sector)
    prove_all(desk, report)
    again = {key: wish.ask(desk) for key, wish in history.wishes.items()}
    rows = _rows(desk)
    report.asked, report.acknowledged, report.sales = len(history.wishes), len(history.answers), len(rows)
    report.refused_for_now = sum(call.said != DONE for call in calls)
    report.done_but_unanswered = _done_before_told(history, calls)
    report.objections += load.objections
    report.objections += objections(history.answers, again, rows)
    report.objections += checker.check(_seen(history, calls, rows))
    prove_all(desk, report)
    desk.store.close()


def prove_all(desk: Desk, report: Report) -> None:
    """Everything recomputed from the orders, and the house's own check-up."""
    try:
        with desk.store.read() as connection:
            report.entries = sum(one.entries for one in prove(connection))
            found = [one for one in checkup(connection) if one.state != OK and one.check not in _ASLEEP]
    except ExchangeError as error:
        report.objections.append(f"verify: {error}")
    else:
        report.objections += [f"{one.check}: {one.says}" for one in found]


def _rows(desk: Desk) -> list[dict[str, Any]]:
    with desk.store.read() as connection:
        return [dict(row) for row in connection.execute(select(sales)).mappings()]


def _done_before_told(history: History, calls: list[Call]) -> int:
    """Orders older than the call that was answered: an earlier call had done them, and its answer was lost."""
    last = {call.key: call.called_ns for call in calls if call.said == DONE}
    refused = {call.key for call in calls if call.said not in (DONE, READ)}
    offset_ns = time.time_ns() - time.monotonic_ns()
    return sum(
        key in refused and key in last and answer[0][1][0][0] * 1_000 - offset_ns < last[key]
        for key, answer in history.answers.items()
    )


def _seen(history: History, calls: list[Call], rows: list[dict[str, Any]]) -> contention.History:
    """The purchases as the checker of contention knows them: from the first call to the last answer."""
    seen = contention.History()
    times: dict[str, list[Call]] = {}
    for call in calls:
        times.setdefault(call.key, []).append(call)
    for key, wish in history.wishes.items():
        if wish.verb == "list_leads":
            seen.seats |= {lead["listing_id"]: lead["seats"] for lead in wish.terms["leads"]}
        if wish.verb == "buy":
            answer = history.answers.get(key)
            mine = times.get(key) or [Call("", key, 0, time.monotonic_ns(), "")]
            said = ("unknown", "", 0, 0) if answer is None else _said(answer)
            called, returned = mine[0].called_ns, mine[-1].returned_ns
            seen.calls.append(contention.Call(wish.terms["buyer"], wish.terms["listing_id"], called, returned, *said))
    for row in rows:
        seat = (row["listing_id"], row["seat"], row["buyer"], row["ask_cents"] + row["vat_cents"])
        seen.sold.append(contention.Seat(*seat, bid=row["bid_id"] is not None))
    return seen


def _said(answer: Summary) -> tuple[str, str, int, int]:
    """What a buyer was told: its own seat, or why it got none."""
    entries = [(kind, json.loads(payload)) for one in answer if decided(one) for _, _, kind, payload in one[1]]
    order = next(payload for kind, payload in entries if kind == "buy")
    for fill in fills([answer]):
        if fill.get("bid_id") is None and fill["listing_id"] == order["listing_id"]:
            return contention.SOLD, fill["buyer"], fill["seat"], fill["ask_cents"] + fill["vat_cents"]
    refused = next(payload for kind, payload in entries if kind == "refused")
    reason = f":{refused['reason']}" if refused.get("reason") else ""
    return refused["code"] + reason, order["buyer"], 0, 0
