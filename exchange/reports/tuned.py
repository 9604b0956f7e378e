"""The sectors as the studio lists them: which version is in force, what is drawn, what is planned."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from exchange.instant import Instant
from exchange.money import Cents
from exchange.reports.tunings import in_force
from exchange.schema import sectors
from exchange.schema.curves import curve_drafts


@dataclass(frozen=True, slots=True)
class TunedSector:
    """One sector: its grid and calendar, the main version in force and how many arms, a living draft's state."""

    sector: str
    tick_cents: Cents
    calendar: int
    main: int | None
    arms: int
    planned: tuple[tuple[Instant, int], ...]
    draft: str


def tuned_sectors(connection: Connection, now: Instant) -> list[TunedSector]:
    """Every sector, by its code."""
    known = curve_drafts.c
    living = select(known.sector, known.state).where(known.state.in_(("open", "asked")))
    drafts = {row.sector: row.state for row in connection.execute(living)}
    found = []
    for row in connection.execute(select(sectors).order_by(sectors.c.sector)):
        held = in_force(connection, row.sector, now)
        planned = tuple((from_at, max(shares, key=lambda arm: arm[1])[0]) for from_at, shares in held.plans)
        state = drafts.get(row.sector, "")
        found.append(TunedSector(row.sector, row.tick_cents, row.calendar, held.main, len(held.shares), planned, state))
    return found
