"""Job processes and their last sign of life: so that others can tell who sees to the house, and since when."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, update

from exchange.instant import DAY_US, Instant
from exchange.schema import processes

STALE_US = DAY_US
"""A process that has been silent for so long is forgotten."""


@dataclass(frozen=True, slots=True)
class Process:
    """``kind`` is the command it was started with, ``host`` a hash of its host's name, ``carrier`` as configured."""

    process: str
    host: str
    pid: int
    kind: str
    carrier: str
    started_at: Instant


def beat(connection: Connection, process: Process, now: Instant) -> None:
    """Write that a process lives; and forget those of yesterday."""
    connection.execute(delete(processes).where(processes.c.beat_at < now - STALE_US))
    alive = update(processes).where(processes.c.process == process.process).values(beat_at=now)
    if connection.execute(alive).rowcount:
        return
    row = {name: getattr(process, name) for name in Process.__slots__}
    connection.execute(insert(processes).values(**row, beat_at=now))


def leave(connection: Connection, process: Process) -> None:
    """Write that a process has ended in order."""
    connection.execute(delete(processes).where(processes.c.process == process.process))
