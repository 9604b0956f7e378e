"""Back-tests asked for from a page: each in a process of its own, its progress and its report in a folder, for a while.

A run is a folder named by its id: ``asked.json`` (whose it is, and what was asked), ``progress.json`` (renewed while
its process lives), ``report.json`` or ``failed.json`` at its end. Every process of the house that has the folder sees
all of them, so whichever answers a request can say how far a run is.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from threading import Thread
from typing import Any

from exchange.backtest.report import Asked
from exchange.desk import Conflict
from exchange.errors import Unknown
from exchange.instant import DAY_US, SECOND_US, Instant
from exchange.store import Store

KEPT_US = 7 * DAY_US
MOST_KEPT = 20
SILENT_US = 120 * SECOND_US
"""After so long without a word its process is taken for dead."""
_TELLING, _SOME_US = 8, 5 * SECOND_US
"""A rest is told after an eighth of the work and some seconds: reading has another pace than playing."""
RUNNING, DONE, FAILED = "running", "done", "failed"

KEPT = "kept"
"""The folder of what was checked (`kept.Kept`)."""
ASKED, PROGRESS, REPORT, GONE, STOP = "asked.json", "progress.json", "report.json", "failed.json", "stop"


@dataclass(frozen=True, slots=True)
class Run:
    """One back-test of a user; ``report`` once it is done, ``cause`` where it failed.

    While it runs, ``done`` of ``total`` parts were done at ``told_at``.
    """

    run_id: str
    asked: Asked
    begun_at: Instant
    state: str
    done: int = 0
    total: int = 0
    cause: str = ""
    folder: Path = Path()
    told_at: Instant = 0

    @property
    def rest_us(self) -> int | None:
        """How long it may still take at its pace; None as long as that is a guess."""
        if self.done * _TELLING < self.total or not self.total or self.told_at - self.begun_at < _SOME_US:
            return None
        return (self.told_at - self.begun_at) * (self.total - self.done) // self.done

    @property
    def report(self) -> dict[str, Any]:
        """What `report.Report.to_payload` wrote."""
        return _read(self.folder / REPORT)


class Runs:
    """All runs in a folder; a user sees their own, and has one at a time."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store

    def begin(self, user_id: str, asked: Asked, key: str = "") -> Run:
        """Start one; raises Conflict while another of this user runs. ``key`` finds it again (`of_key`)."""
        now = self._store.clock.now()
        if any(run.state == RUNNING for run in self.of(user_id)):
            raise Conflict("one back-test at a time: wait for the other one, or stop it")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        run_id = _keyed(user_id, key) if key else token_hex(8)
        folder = self._folder / run_id
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            raise Conflict("this key is being answered") from None
        self._claim(user_id, run_id)
        write(folder / PROGRESS, {"at": now, "done": 0, "total": 0})
        write(folder / ASKED, {"owner": _owner(user_id), "begun_at": now, "asked": asked.to_payload()})
        self._start(folder)
        return self.find(user_id, run_id)

    def of_key(self, user_id: str, key: str) -> Run | None:
        """What a key began, as long as it is kept; None where it began nothing."""
        run_id = _keyed(user_id, key)
        return next((run for run in self.of(user_id) if run.run_id == run_id), None)

    def find(self, user_id: str, run_id: str) -> Run:
        """One of the user's own; raises Unknown."""
        known = next((run for run in self.of(user_id) if run.run_id == run_id), None)
        if known is None:
            raise Unknown("back-test", run_id)
        return known

    def of(self, user_id: str) -> list[Run]:
        """The user's, the latest first; those kept long enough are thrown away."""
        now, found = self._store.clock.now(), []
        for folder, told in self._all():
            if now - told["begun_at"] > KEPT_US:
                rmtree(folder, ignore_errors=True)
            elif told["owner"] == _owner(user_id):
                found.append(_run(folder, told, now))
        found.sort(key=lambda run: (run.begun_at, run.run_id), reverse=True)
        for old in found[MOST_KEPT:]:
            rmtree(old.folder, ignore_errors=True)
        return found[:MOST_KEPT]

    def stop(self, user_id: str, run_id: str) -> None:
        """Tell a run to end; its process hears it when it next says how far it is."""
        run = self.find(user_id, run_id)
        if run.state == RUNNING:
            (run.folder / STOP).touch()

    def _all(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            if (folder / ASKED).is_file():
                yield folder, _read(folder / ASKED)

    def _claim(self, user_id: str, run_id: str) -> None:
        """Of two requests at one moment only one may begin; raises Conflict for the other."""
        mark = self._folder / f"{_owner(user_id)}.busy"
        try:
            with mark.open("x", encoding="ascii") as file:
                file.write(run_id)
        except FileExistsError:
            holder = mark.read_text(encoding="ascii")
            told = self._folder / holder / ASKED
            if not holder or (
                told.is_file() and _run(told.parent, _read(told), self._store.clock.now()).state == RUNNING
            ):
                rmtree(self._folder / run_id)
                raise Conflict("one back-test at a time: wait for the other one, or stop it") from None
            mark.write_text(run_id, encoding="ascii")

    def _lives(self, run_id: str) -> bool:
        """Whether a run goes on, or is just being begun."""
        told = self._folder / run_id / ASKED
        if not run_id or not told.is_file():
            return not run_id
        return _run(told.parent, _read(told), self._store.clock.now()).state == RUNNING

    def _start(self, folder: Path) -> None:
        """A process of its own: playing takes all of a processor, and pages must go on meanwhile."""
        url = self._store.engine.url.render_as_string(hide_password=False)
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "exchange.backtest.runner", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        Thread(target=process.communicate, args=(url.encode(),), name="backtest", daemon=True).start()


def write(path: Path, told: dict[str, Any]) -> None:
    """A whole file or none."""
    half = path.with_suffix(".half")
    half.write_text(json.dumps(told), encoding="utf-8")
    half.replace(path)


def _read(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def _keyed(user_id: str, key: str) -> str:
    return sha256(f"{user_id}\n{key}".encode()).hexdigest()[:16]


def _owner(user_id: str) -> str:
    return sha256(user_id.encode()).hexdigest()[:16]


def _run(folder: Path, told: dict[str, Any], now: Instant) -> Run:
    known = folder.name, Asked.from_payload(told["asked"]), told["begun_at"]
    if (folder / REPORT).is_file():
        return Run(*known, DONE, folder=folder)
    if (folder / GONE).is_file():
        return Run(*known, FAILED, cause=_read(folder / GONE)["cause"], folder=folder)
    progress = _read(folder / PROGRESS)
    if now - progress["at"] > SILENT_US:
        return Run(*known, FAILED, cause="silent", folder=folder)
    return Run(*known, RUNNING, progress["done"], progress["total"], folder=folder, told_at=progress["at"])
