"""`exchange serve` with several workers, and `exchange jobs`, as processes that may be killed."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.ports import free_port

_RUN = "from exchange.cli import main; main()"
_OPEN = ("01", "00000000")
"""In the system's table of connections: one is open, and nothing waits to be read."""
SESSION_KEY = "kein Geheimnis, nur ein Test: 0123456789"


class Serving:
    """The web's processes on one port: one that waits, some that work."""

    def __init__(self, url: str, folder: Path, *, workers: int, alarm: bool = True, port: int = 0) -> None:
        self.port = port or free_port()
        self._log = folder / "serve.log"
        self._command = [sys.executable, "-c", _RUN, "serve", "--port", str(self.port), "--database", url]
        self._command += ["--workers", str(workers), "--key-file", str(folder / "vault.key")]
        self._command += [] if alarm else ["--no-alarm"]
        self._workers = workers
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until pages are answered."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("EXCHANGE_")}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=env | {"EXCHANGE_SESSION_KEY": SESSION_KEY}, stdout=log, stderr=log
            )
        self.await_answer()

    def await_answer(self, seconds: float = 60.0) -> float:
        """Wait until somebody answers; returns how long that took."""
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=2)
            try:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return time.monotonic() - began
            except (OSError, HTTPException):
                time.sleep(0.05)
            finally:
                connection.close()
        raise AssertionError(f"nobody answers: {self._log.read_text(errors='replace')[-2000:]}")

    @property
    def parent(self) -> int:
        """The process that waits."""
        assert self._process is not None
        return self._process.pid

    def workers(self) -> list[int]:
        """The processes that work now; with one worker it is the only one."""
        if self._workers == 1:
            return [self.parent]
        path = Path(f"/proc/{self.parent}/task/{self.parent}/children")
        with suppress(OSError):  # it has ended
            return [int(word) for word in path.read_text().split()]
        return []

    def let_in(self) -> int:
        """How many connections those that work hold, with all read that was sent to them."""
        lines = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
        ours = ((line[3], line[4].partition(":")[2]) for line in lines if _is_taken_at(self.port, line))
        return sum(one == _OPEN for one in ours)

    def kill_worker(self, worker: int) -> None:
        """End one as a crash does."""
        os.kill(worker, signal.SIGKILL)

    def kill_parent(self) -> None:
        """End the one that waits as a crash does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def kill_all(self) -> None:
        """The same, and wait for those that work: they end by themselves."""
        workers = self.workers()
        self.kill_parent()
        for worker in workers:
            while is_running(worker):
                time.sleep(0.02)

    def stop(self) -> tuple[int, float]:
        """End in order; the exit code, and the seconds it took."""
        assert self._process is not None
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(60)
        return code, time.monotonic() - began

    def log(self) -> str:
        """What the processes wrote."""
        return self._log.read_text(errors="replace")


def _is_taken_at(port: int, line: list[str]) -> bool:
    """Whether a line of that table is a connection to this port; until somebody took it, it has no inode."""
    return int(line[1].partition(":")[2], 16) == port and line[9] != "0"


def is_running(process: int) -> bool:
    """Whether it runs; one that has ended may wait for whoever inherits it to look."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def jobs(url: str) -> "subprocess.Popen[bytes]":
    """`exchange jobs`."""
    return subprocess.Popen([sys.executable, "-c", _RUN, "jobs", "--database", url], stdout=subprocess.DEVNULL)
