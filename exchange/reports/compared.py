"""One lead of the past under another curve: its prices, and when the bids that bought it would have met them.

A comparison, not what happened: everything else stands still. A standing bid buys at the limit it had when it bought,
from its entry on; who bought by hand cannot be asked again.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from exchange.instant import Instant
from exchange.money import Cents
from exchange.pricing.curve import Curve
from exchange.pricing.schedule import Schedule
from exchange.reports.schedules import Rulebook
from exchange.schema import bids, listings, sales
from exchange.store.snapshots import state_after


@dataclass(frozen=True, slots=True)
class Compared:
    """Steps until the end, and per sale: its seat, then when and at which ask, None where the limit is never met.

    ``by_hand`` sales have no counterpart.
    """

    steps: list[tuple[Instant, Cents]]
    ends_at: Instant | None
    sold: list[tuple[int, Instant | None, Cents | None]]
    by_hand: int


def compared(connection: Connection, sector: str, listing_id: str, rulebook: Rulebook, curve: Curve) -> Compared | None:
    """A lead of a sector under a curve, with the curve's own running time; None where the sector has no such lead."""
    mine = (listings.c.listing_id == listing_id, listings.c.sector == sector)
    row = connection.execute(select(listings).where(*mine)).one_or_none()
    if row is None:
        return None
    schedule = rulebook.otherwise(connection, row, curve)
    asked = select(sales.c.seq, sales.c.seat, sales.c.bid_id).where(sales.c.listing_id == listing_id)
    found = connection.execute(asked.order_by(sales.c.seq)).all()
    sold = [(one.seat, *_met(connection, sector, one, schedule)) for one in found if one.bid_id]
    return Compared(schedule.steps(), schedule.expires_at, sold, sum(not one.bid_id for one in found))


def _met(connection: Connection, sector: str, sale: Any, schedule: Schedule) -> tuple[Instant | None, Cents | None]:
    """When the bid of a sale would have bought, and at which ask."""
    bid_id: str = sale.bid_id
    limit_cents = state_after(connection, sector, sale.seq - 1).book.bids[bid_id].terms.limit_cents
    entered_at = connection.execute(select(bids.c.entered_at).where(bids.c.bid_id == bid_id)).scalar_one()
    reached_at = schedule.reached_at(limit_cents)
    if reached_at is None:
        return None, None
    at = max(reached_at, entered_at)
    ask_cents = schedule.ask_at(at)
    return (None, None) if ask_cents is None else (at, ask_cents)
