"""Rates of a sector as rows: one for each entry of its tape that set them."""

from typing import Any

from sqlalchemy import Connection, select

from exchange.claims import ClaimRules
from exchange.orderbook.rates import Rates
from exchange.payload import encode, parse, read_value
from exchange.schema import sector_rates


def rates_row(rates: Rates) -> dict[str, Any]:
    """As their row, and the sector's own, have them."""
    return {
        "tick_cents": rates.tick_cents,
        "most_seats": rates.most_seats,
        "fee_bp": rates.fee_bp,
        "claims": encode(rates.claims),
    }


def read_rates(connection: Connection, sector: str) -> list[tuple[int, Rates]]:
    """All of a sector's, in order."""
    question = select(sector_rates).where(sector_rates.c.sector == sector).order_by(sector_rates.c.seq)
    return [
        (row.seq, Rates(row.tick_cents, row.most_seats, row.fee_bp, read_value(ClaimRules, parse(row.claims))))
        for row in connection.execute(question)
    ]
