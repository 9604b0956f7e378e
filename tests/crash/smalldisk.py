"""Disks that are full: a small one of its own in memory where this process may mount, else writes that fail.

The second is no full disk but fails where one would: the processes concerned may not write any file beyond its size of
that moment (RLIMIT_FSIZE).
"""

import os
import resource
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

MOUNTED, LIMITED = "mounted", "limited"


class SmallDisk:
    """A folder that can be full."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder = folder
        self.kind = kind
        self._ballast = folder / "ballast"

    def fill(self, processes: Iterable[int], *, left_bytes: int = 0) -> None:
        """Leave so little room, to everybody or to these processes; a limit leaves none."""
        if self.kind == LIMITED:
            for process in processes:
                resource.prlimit(process, resource.RLIMIT_FSIZE, (8_192, resource.RLIM_INFINITY))
            return
        room = os.statvfs(self.folder)
        with self._ballast.open("wb") as file:
            file.write(bytes(max(0, room.f_bavail * room.f_frsize - left_bytes)))

    def empty(self, processes: Iterable[int]) -> None:
        """Make room again."""
        if self.kind == LIMITED:
            for process in processes:
                resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            return
        self._ballast.unlink()


@contextmanager
def small_disk(folder: Path, kind: str, *, mb: int = 16) -> Iterator[SmallDisk]:
    """A disk for the time of a test."""
    if kind == LIMITED:
        yield SmallDisk(folder, kind)
        return
    _mount(folder, mb)
    try:
        yield SmallDisk(folder, kind)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def kinds() -> tuple[str, ...]:
    """What this process can do; the limit always."""
    with TemporaryDirectory(prefix="mount-") as made:
        try:
            _mount(Path(made), 1)
        except (OSError, subprocess.CalledProcessError):
            return (LIMITED,)
        subprocess.run(["umount", "-l", made], check=True)
    return (MOUNTED, LIMITED)


def _mount(folder: Path, mb: int) -> None:
    command = ["mount", "-t", "tmpfs", "-o", f"size={mb}m,mode=0777", "leadboerse-test", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
