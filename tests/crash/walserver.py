"""A PostgreSQL whose write-ahead log lies on a disk of its own, durable as in earnest, and which may give up."""

import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.crash.smalldisk import MOUNTED, SmallDisk
from tests.postgres import OwnPostgres

_SETTINGS = ("shared_buffers=32MB", "min_wal_size=2MB", "max_wal_size=1GB", "checkpoint_timeout=1h")


class WalServer(OwnPostgres):
    """Its log is written in segments of one megabyte, so that a small disk is soon full."""

    def __init__(self, programs: Path, disk: SmallDisk) -> None:
        self._disk = disk
        super().__init__(programs, _SETTINGS)

    def run(self, name: str, *arguments: object) -> None:
        """As ever, but the log is put elsewhere when the data are made."""
        elsewhere = ("-X", self._disk.folder / "pg_wal", "--wal-segsize=1") if name == "initdb" else ()
        super().run(name, *arguments, *elsewhere)

    def fill_disk(self) -> None:
        """No room for another segment."""
        if self._disk.kind == MOUNTED:
            self._disk.fill([])
            return
        for process in self.processes():  # only their own user may limit them
            subprocess.run(["prlimit", f"--pid={process}", "--fsize=1000000:unlimited"], check=True, **self._there)

    def start_again(self) -> None:
        """With room again: crash recovery, then as before."""
        if self._disk.kind == MOUNTED:
            self._disk.empty([])
        self.shut_down(signal.SIGQUIT)
        self.start()

    def processes(self) -> list[int]:
        """The server and those it has forked."""
        parent = self._process.pid
        path = Path(f"/proc/{parent}/task/{parent}/children")
        with suppress(OSError):  # it has ended
            return [parent, *map(int, path.read_text().split())]
        return []
