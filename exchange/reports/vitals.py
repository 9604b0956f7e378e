"""The house's health over time: figures of `exchange doctor`, a row a minute, for seven days.

The figures are those that are cheap to ask. Sums over the whole ledger and hashes of the tapes' ends are not among
them: `exchange doctor` and the overview's button compute those when somebody asks.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from exchange.clock import Clock
from exchange.instant import DAY_US, MINUTE_US, SECOND_US, Instant
from exchange.reports.health import LATE_US, SILENT_US, SKEW_US, UNTRIED_US, punctuality, readiness, worst
from exchange.reports.office import sealing, sold_since
from exchange.reports.outbox import job_processes, post_figures
from exchange.reports.pulse import halted_sectors
from exchange.schema import listings
from exchange.schema.operating import health_minutes
from exchange.store.engine import instant_of
from exchange.store.timekeeper import Timekeeper

KEPT_US = 7 * DAY_US
SEALED_LATE_US = 5 * SECOND_US

LIMITS: dict[str, int | None] = {
    "late_us": LATE_US,
    "apart_us": SKEW_US,
    "sold": None,
    "listed": None,
    "post_waiting": None,
    "post_overdue_us": UNTRIED_US,
    "post_dead": 0,
    "audit_behind_us": SEALED_LATE_US,
    "halted": 0,
    "processes": None,
}
"""Every figure, and above what somebody should look (None: no such limit)."""


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute: ``state`` is the worst finding of that moment."""

    at: Instant
    state: str
    figures: dict[str, int]


@dataclass(frozen=True, slots=True)
class Past:
    """A figure over time. ``points`` is one value an even stretch, the worst of it, None where nothing was kept."""

    name: str
    limit: int | None
    now: int | None
    highest: int | None
    points: tuple[int | None, ...]
    kept: int


def vitals(connection: Connection, clock: Clock, *, carries: bool = False) -> Minute:
    """The figures now."""
    now = instant_of(connection, clock)
    minute_at = now - now % MINUTE_US
    post, sealed = post_figures(connection, now), sealing(connection, now)
    listed = select(func.count()).select_from(listings).where(listings.c.listed_at >= now - MINUTE_US)
    figures = {
        "late_us": max((one.late_us for one in punctuality(connection, now)), default=0),
        "apart_us": Timekeeper().read(connection, clock)[1],
        "sold": sold_since(connection, now - MINUTE_US),
        "listed": int(connection.execute(listed).scalar_one()),
        "post_waiting": post.waiting,
        "post_overdue_us": post.overdue_us if carries else 0,
        "post_dead": post.dead,
        "audit_behind_us": sealed.behind_us,
        "halted": len(halted_sectors(connection)),
        "processes": sum(one.silent_us <= SILENT_US for one in job_processes(connection, now)),
    }
    return Minute(minute_at, worst(readiness(connection, clock, carries=carries)), figures)


def is_kept(connection: Connection, at: Instant) -> bool:
    """Whether somebody has kept this minute."""
    there = select(health_minutes.c.at).where(health_minutes.c.at == at)
    return connection.execute(there).first() is not None


def minutes(connection: Connection, since: Instant) -> list[Minute]:
    """What was kept since an instant, the oldest first."""
    question = select(health_minutes).where(health_minutes.c.at >= since).order_by(health_minutes.c.at)
    return [Minute(row.at, row.state, json.loads(row.figures)) for row in connection.execute(question)]


def past(found: Sequence[Minute], name: str, since: Instant, until: Instant, many: int) -> Past:
    """A figure as so many points between two instants; the worst value of a stretch stands for it."""
    points: list[int | None] = [None] * many
    kept = [(one.at, one.figures[name]) for one in found if name in one.figures and since <= one.at < until]
    for at, value in kept:
        place = (at - since) * many // (until - since)
        before = points[place]
        points[place] = value if before is None else max(before, value)
    values = [value for _, value in kept]
    return Past(
        name, LIMITS.get(name), values[-1] if values else None, max(values, default=None), tuple(points), len(values)
    )
