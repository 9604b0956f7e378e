"""The terms of every sector that trades: grid, seats, VAT, claim rules, halt."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from exchange.instant import Instant
from exchange.money import BasisPoints, Cents
from exchange.schema import sectors


@dataclass(frozen=True, slots=True)
class SectorTerms:
    """One sector; ``claims`` is JSON, ``halted_at`` None while it trades."""

    sector: str
    tick_cents: Cents
    most_seats: int
    buyout_bp: BasisPoints
    seat_bp: BasisPoints
    vat_bp: BasisPoints
    claims: str
    halted_at: Instant | None
    halt_reason: str


def sector_terms(connection: Connection) -> list[SectorTerms]:
    """All of them by code."""
    columns = (
        "sector",
        "tick_cents",
        "most_seats",
        "buyout_bp",
        "seat_bp",
        "vat_bp",
        "claims",
        "halted_at",
        "halt_reason",
    )
    question = select(*(sectors.c[name] for name in columns)).order_by(sectors.c.sector)
    return [SectorTerms(*row) for row in connection.execute(question)]
