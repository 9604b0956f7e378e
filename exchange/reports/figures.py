"""What an operator's graphs are drawn from, sector by sector."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from exchange.instant import Instant
from exchange.reports.health import punctuality
from exchange.schema import bids, listings


@dataclass(frozen=True, slots=True)
class SectorFigures:
    """One tape: how late what fell due is (microseconds), up to when it is settled, what is open and alive."""

    sector: str
    late_us: int
    settled_until_at: Instant
    open_listings: int
    living_bids: int


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
            one.sector, one.late_us, one.settled_until_at, listed.get(one.sector, 0), placed.get(one.sector, 0)
        )
        for one in punctuality(connection, now)
    ]
