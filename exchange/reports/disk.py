"""Room beside a SQLite file; a PostgreSQL's disk is on its own host and not seen from here."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from exchange.reports.health import BROKEN, OK, WARNING, Finding

ENOUGH_BYTES = 2 << 30
LEAST_BYTES = 256 << 20
"""Free disk below the first deserves a look, below the second the next busy day may end in a full disk."""
ENOUGH_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Room:
    """Of the disk the database lies on."""

    free_bytes: int
    total_bytes: int

    @property
    def share(self) -> float:
        """What is free of it, 0 to 1."""
        return self.free_bytes / self.total_bytes if self.total_bytes else 0.0


def room(engine: Engine) -> Room | None:
    """How much there is; None where that is not seen from here."""
    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file or file == ":memory:":
        return None
    usage = shutil.disk_usage(Path(file).resolve().parent)
    return Room(usage.free, usage.total)


def check_disk(found: Room) -> Finding:
    """Whether it will last."""
    says = f"{found.free_bytes / (1 << 30):.1f} GiB are free beside the database, {found.share:.0%} of its disk"
    if found.free_bytes >= ENOUGH_BYTES and found.share >= ENOUGH_SHARE:
        return Finding("disk", OK, says + ".")
    state = BROKEN if found.free_bytes < LEAST_BYTES else WARNING
    return Finding("disk", state, says + ": make room, a full one stops all orders.")
