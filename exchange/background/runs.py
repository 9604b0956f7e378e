"""Runs asked for from a page: each in a process of its own, its progress and its result in a folder, for a while.

A run is a folder named by its id: ``asked.json`` (whose it is, and what was asked), ``progress.json`` (renewed while
its process lives), ``report.json`` or ``failed.json`` at its end. Every process of the house that has the folder sees
all of them, so whichever answers a request can say how far a run is.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from threading import Thread
from typing import Any, Generic, Protocol, TypeVar

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

ASKED, PROGRESS, REPORT, GONE, STOP = "asked.json", "progress.json", "report.json", "failed.json", "stop"


class Question(Protocol):
    """What a run is to answer, as JSON data."""

    def to_payload(self) -> dict[str, Any]:
        """Integers and texts only."""
        ...


Q = TypeVar("Q", bound=Question)


@dataclass(frozen=True, slots=True)
class Run(Generic[Q]):
    """One run of a user; ``report`` once it is done, ``cause`` where it failed.

    While it runs, ``done`` of ``total`` parts were done at ``told_at``.
    """

    run_id: str
    asked: Q
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
        """What its process wrote at the end."""
        return read(self.folder / REPORT)


class Runs(Generic[Q]):
    """All runs in a folder; a user sees their own, and has one at a time.

    ``module`` is the process's, ``read_asked`` reads what a question's `to_payload` wrote, ``noun`` is for messages.
    """

    def __init__(
        self,
        folder: Path,
        store: Store,
        *,
        module: str,
        noun: str,
        read_asked: Callable[[dict[str, Any]], Q],
        most_kept: int = MOST_KEPT,
    ) -> None:
        self._folder = folder
        self._store = store
        self._module = module
        self._noun = noun
        self._read_asked = read_asked
        self._most_kept = most_kept

    def begin(self, user_id: str, asked: Q, key: str = "") -> Run[Q]:
        """Start one; raises Conflict while another of this user runs. ``key`` finds it again (`of_key`)."""
        now = self._store.clock.now()
        if any(run.state == RUNNING for run in self.of(user_id)):
            raise self._busy()
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

    def of_key(self, user_id: str, key: str) -> Run[Q] | None:
        """What a key began, as long as it is kept; None where it began nothing."""
        run_id = _keyed(user_id, key)
        return next((run for run in self.of(user_id) if run.run_id == run_id), None)

    def find(self, user_id: str, run_id: str) -> Run[Q]:
        """One of the user's own; raises Unknown."""
        known = next((run for run in self.of(user_id) if run.run_id == run_id), None)
        if known is None:
            raise Unknown(self._noun, run_id)
        return known

    def of(self, user_id: str) -> list[Run[Q]]:
        """The user's, the latest first; those kept long enough are thrown away."""
        now, found = self._store.clock.now(), []
        for folder, told in self._all():
            if now - told["begun_at"] > KEPT_US:
                rmtree(folder, ignore_errors=True)
            elif told["owner"] == _owner(user_id):
                found.append(self._run(folder, told, now))
        found.sort(key=lambda run: (run.begun_at, run.run_id), reverse=True)
        for old in found[self._most_kept :]:
            rmtree(old.folder, ignore_errors=True)
        return found[: self._most_kept]

    def stop(self, user_id: str, run_id: str) -> None:
        """Tell a run to end; its process hears it when it next says how far it is."""
        run = self.find(user_id, run_id)
        if run.state == RUNNING:
            (run.folder / STOP).touch()

    def _all(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            if (folder / ASKED).is_file():
                yield folder, read(folder / ASKED)

    def _claim(self, user_id: str, run_id: str) -> None:
        """Of two requests at one moment only one may begin; raises Conflict for the other."""
        mark = self._folder / f"{_owner(user_id)}.busy"
        try:
            with mark.open("x", encoding="ascii") as file:
                file.write(run_id)
        except FileExistsError:
            holder = mark.read_text(encoding="ascii")
            if not holder or self._lives(self._folder / holder):
                rmtree(self._folder / run_id)
                raise self._busy() from None
            mark.write_text(run_id, encoding="ascii")

    def _lives(self, folder: Path) -> bool:
        told = folder / ASKED
        return told.is_file() and self._run(folder, read(told), self._store.clock.now()).state == RUNNING

    def _busy(self) -> Conflict:
        return Conflict(f"one {self._noun} at a time: wait for the other one, or stop it")

    def _run(self, folder: Path, told: dict[str, Any], now: Instant) -> Run[Q]:
        known = folder.name, self._read_asked(told["asked"]), told["begun_at"]
        if (folder / REPORT).is_file():
            return Run(*known, DONE, folder=folder)
        if (folder / GONE).is_file():
            return Run(*known, FAILED, cause=read(folder / GONE)["cause"], folder=folder)
        progress = read(folder / PROGRESS)
        if now - progress["at"] > SILENT_US:
            return Run(*known, FAILED, cause="silent", folder=folder)
        return Run(*known, RUNNING, progress["done"], progress["total"], folder=folder, told_at=progress["at"])

    def _start(self, folder: Path) -> None:
        """A process of its own: the work takes all of a processor, and pages must go on meanwhile."""
        url = self._store.engine.url.render_as_string(hide_password=False)
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", self._module, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        Thread(target=process.communicate, args=(url.encode(),), name="background", daemon=True).start()


def write(path: Path, told: dict[str, Any]) -> None:
    """A whole file or none."""
    half = path.with_suffix(".half")
    half.write_text(json.dumps(told), encoding="utf-8")
    half.replace(path)


def read(path: Path) -> dict[str, Any]:
    """What `write` wrote."""
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def _keyed(user_id: str, key: str) -> str:
    return sha256(f"{user_id}\n{key}".encode()).hexdigest()[:16]


def _owner(user_id: str) -> str:
    return sha256(user_id.encode()).hexdigest()[:16]
