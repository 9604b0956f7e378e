"""What an operator's graphs are drawn from: sector by sector, and of the house."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from exchange.instant import Instant
from exchange.reports.backups import last_backup
from exchange.reports.disk import Room, room
from exchange.reports.health import punctuality
from exchange.reports.hooks import HookFigures, hook_figures
from exchange.reports.outbox import Alive, PostFigures, job_processes, post_figures
from exchange.reports.retention import retention_runs
from exchange.reports.standby import Standbys, standbys
from exchange.schema import bids, listings


@dataclass(frozen=True, slots=True)
class SectorFigures:
    """One tape: how late what fell due is, how far the clock lies behind what was settled (microseconds), up to when
    that was, what is open and alive."""

    sector: str
    late_us: int
    behind_us: int
    settled_until_at: Instant
    open_listings: int
    living_bids: int


@dataclass(frozen=True, slots=True)
class HouseFigures:
    """All sectors, what waits to leave the house, the job processes, webhooks; what keeps the database itself.

    ``backup_at`` is None where no backup was ever noted, ``retention_at`` where nobody noted that personal data goes by
    age, ``standbys`` and ``room`` where they are not this engine's.
    """

    sectors: list[SectorFigures]
    post: PostFigures
    processes: list[Alive]
    hooks: HookFigures
    backup_at: Instant | None
    standbys: Standbys | None
    room: Room | None
    retention_at: Instant | None


def house_figures(connection: Connection, now: Instant) -> HouseFigures:
    """Everything at once."""
    post, processes = post_figures(connection, now), job_processes(connection, now)
    kept = last_backup(connection), standbys(connection), room(connection.engine), retention_runs(connection, 1).at
    return HouseFigures(figures(connection, now), post, processes, hook_figures(connection, now), *kept)


def figures(connection: Connection, now: Instant) -> list[SectorFigures]:
    """The figures of every tape that was begun, the house's own among them."""
    alive = bids.c.state.in_(("active", "paused"))
    is_open = listings.c.state == "open"
    many = func.count().label("many")
    opened = select(listings.c.sector, many).where(is_open).group_by(listings.c.sector)
    living = select(bids.c.sector, many).where(alive).group_by(bids.c.sector)
    listed = {row.sector: row.many for row in connection.execute(opened)}
    placed = {row.sector: row.many for row in connection.execute(living)}
    return [
        SectorFigures(
            one.sector,
            one.late_us,
            max(0, one.settled_until_at - now),
            one.settled_until_at,
            listed.get(one.sector, 0),
            placed.get(one.sector, 0),
        )
        for one in punctuality(connection, now)
    ]
