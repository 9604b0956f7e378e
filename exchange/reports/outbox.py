"""What waits to leave the house, what was given up, and which job processes see to it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from exchange.instant import Instant
from exchange.schema import outbox, processes

_WAITING = outbox.c.sent_at.is_(None) & outbox.c.dead_at.is_(None)

STATES: dict[str, ColumnElement[bool]] = {
    "waiting": _WAITING,
    "dead": outbox.c.dead_at.is_not(None),
    "sent": outbox.c.sent_at.is_not(None),
}
"""What a message is: due or tried again later; given up; done with."""


@dataclass(frozen=True, slots=True)
class PostFigures:
    """``overdue_us``: how long the longest due message has not been tried; ``age_us``: how old the oldest one is.

    ``trying`` counts those of the waiting that have failed at least once, ``error`` is the code of the one that waits
    longest, ``dead`` what was given up, ``dead_error`` why the last of them was.
    """

    waiting: int
    trying: int
    overdue_us: int
    age_us: int
    error: str
    dead: int
    dead_error: str


@dataclass(frozen=True, slots=True)
class Alive:
    """A job process: its last sign of life was ``silent_us`` ago."""

    kind: str
    host: str
    pid: int
    carrier: str
    started_at: Instant
    silent_us: int


@dataclass(frozen=True, slots=True)
class Posted:
    """One message of the outbox, as an operator reads it."""

    delivery_id: str
    topic: str
    organisation: str
    side: str
    sector: str
    seq: int
    payload: str
    state: str
    attempts: int
    posted_at: Instant
    next_at: Instant | None
    done_at: Instant | None
    last_error: str


def post_figures(connection: Connection, now: Instant) -> PostFigures:
    """The outbox in numbers."""
    failed = _WAITING & (outbox.c.last_error != "")
    counted = connection.execute(
        select(
            func.count().label("waiting"),
            func.min(outbox.c.next_at).label("next_at"),
            func.min(outbox.c.posted_at).label("posted_at"),
        ).where(_WAITING)
    ).one()
    trying = connection.execute(select(func.count()).select_from(outbox).where(failed)).scalar_one()
    oldest = select(outbox.c.last_error).where(failed).order_by(outbox.c.posted_at, outbox.c.delivery_id)
    dead = connection.execute(select(func.count()).select_from(outbox).where(STATES["dead"])).scalar_one()
    last_dead = select(outbox.c.last_error).where(STATES["dead"]).order_by(outbox.c.dead_at.desc())
    return PostFigures(
        waiting=counted.waiting,
        trying=trying,
        overdue_us=max(0, now - (now if counted.next_at is None else counted.next_at)),
        age_us=max(0, now - (now if counted.posted_at is None else counted.posted_at)),
        error=connection.execute(oldest.limit(1)).scalar() or "",
        dead=dead,
        dead_error=connection.execute(last_dead.limit(1)).scalar() or "",
    )


def job_processes(connection: Connection, now: Instant) -> list[Alive]:
    """Every job process that has not been forgotten, longest alive first."""
    rows = connection.execute(select(processes).order_by(processes.c.started_at, processes.c.process))
    return [Alive(row.kind, row.host, row.pid, row.carrier, row.started_at, max(0, now - row.beat_at)) for row in rows]


def posted(connection: Connection, state: str, most: int) -> list[Posted]:
    """Messages in one of `STATES`, newest first."""
    newest = select(outbox).where(STATES[state]).order_by(outbox.c.posted_at.desc(), outbox.c.delivery_id)
    return [_posted(row) for row in connection.execute(newest.limit(most))]


def posted_one(connection: Connection, delivery_id: str) -> Posted | None:
    """One message by its delivery id."""
    row = connection.execute(select(outbox).where(outbox.c.delivery_id == delivery_id)).one_or_none()
    return None if row is None else _posted(row)


def _posted(row: Row[Any]) -> Posted:
    done_at = row.sent_at if row.sent_at is not None else row.dead_at
    state = "sent" if row.sent_at is not None else "dead" if row.dead_at is not None else "waiting"
    return Posted(
        delivery_id=row.delivery_id,
        topic=row.topic,
        organisation=row.organisation,
        side=row.side,
        sector=row.sector,
        seq=row.seq,
        payload=row.payload,
        state=state,
        attempts=row.attempts,
        posted_at=row.posted_at,
        next_at=row.next_at if done_at is None else None,
        done_at=done_at,
        last_error=row.last_error,
    )
