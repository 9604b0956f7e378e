"""How the market is beating: new leads, the median sale, what a filter has seen lately."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from exchange.instant import DAY_US, MINUTE_US, Instant
from exchange.money import Cents
from exchange.reports.question import Question, Viewer, covers
from exchange.schema import listings, sales, sectors


@dataclass(frozen=True, slots=True)
class Pulse:
    """New leads of the last ten minutes, the median net sale since an instant (None without a sale)."""

    new_leads: int
    median_cents: Cents | None


@dataclass(frozen=True, slots=True)
class Halted:
    """A sector that stands still, and why."""

    sector: str
    reason: str
    halted_at: Instant


def pulse(connection: Connection, viewer: Viewer, now: Instant, midnight_at: Instant) -> Pulse:
    """What the footer says."""
    everywhere = listings.c.sector.in_(select(sectors.c.sector))  # the index begins with the sector
    lately_listed = listings.c.listed_at > now - 10 * MINUTE_US
    fresh = select(func.count()).select_from(listings).where(everywhere, lately_listed, covers(viewer))
    return Pulse(connection.execute(fresh).scalar_one(), _median(connection, sales.c.sold_at >= midnight_at))


def lately(connection: Connection, viewer: Viewer, asked: Question, now: Instant) -> tuple[int, Cents | None]:
    """How many leads a filter has seen in seven days, and the median of what they sold for."""
    wanted: list[ColumnElement[bool]] = [listings.c.listed_at > now - 7 * DAY_US, covers(viewer)]
    if asked.sector:
        wanted.append(listings.c.sector == asked.sector)
    if asked.regions:
        wanted.append(listings.c.region.in_(asked.regions))
    if asked.seats:
        wanted.append(listings.c.seats == 1 if asked.seats == "exclusive" else listings.c.seats > 1)
    seen = connection.execute(select(func.count()).select_from(listings).where(*wanted)).scalar_one()
    return seen, _median(connection, sales.c.listing_id.in_(select(listings.c.listing_id).where(*wanted)))


def _median(connection: Connection, which: ColumnElement[bool]) -> Cents | None:
    """The lower median of the net prices of these sales."""
    many = connection.execute(select(func.count()).select_from(sales).where(which)).scalar_one()
    if not many:
        return None
    middle = select(sales.c.ask_cents).where(which).order_by(sales.c.ask_cents).offset((many - 1) // 2).limit(1)
    return int(connection.execute(middle).scalar_one())


def halted_sectors(connection: Connection) -> list[Halted]:
    """Every sector that stands still now."""
    question = select(sectors).where(sectors.c.halted_at.is_not(None)).order_by(sectors.c.sector)
    return [Halted(row.sector, row.halt_reason, row.halted_at) for row in connection.execute(question)]


def vat_rates(connection: Connection) -> dict[str, tuple[int, Cents, str]]:
    """VAT in basis points, tick and claim rules (JSON) of every open sector."""
    return {row.sector: (row.vat_bp, row.tick_cents, row.claims) for row in connection.execute(select(sectors))}
