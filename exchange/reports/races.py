"""By how much a buyer was late: never who was quicker."""

from sqlalchemy import Connection, func, select

from exchange.instant import Instant
from exchange.schema import sales


def lost_by_us(connection: Connection, listing_id: str, at: Instant) -> int | None:
    """How long before an instant the listing's last seat was sold; None where none was."""
    last = select(func.max(sales.c.sold_at)).where(sales.c.listing_id == listing_id, sales.c.sold_at <= at)
    sold_at = connection.execute(last).scalar_one()
    return None if sold_at is None else at - sold_at
