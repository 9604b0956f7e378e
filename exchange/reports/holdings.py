"""What a wallet held over time, and which standing bid holds what of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from exchange.instant import HOUR_US, Instant
from exchange.money import Cents
from exchange.schema import bids, transfers
from exchange.schema.access import bid_names


@dataclass(frozen=True, slots=True)
class Holding:
    """What one standing bid holds, gross, and the quantity it still may buy for that."""

    bid_id: str
    name: str
    sector: str
    reserved_cents: Cents
    left: int
    paused: bool


def holdings_of(connection: Connection, organisation: str) -> list[Holding]:
    """A firm's reservations, the largest first."""
    mine = (bids.c.buyer == organisation) & bids.c.state.in_(("active", "paused")) & (bids.c.reserved_cents > 0)
    question = (
        select(bids, bid_names.c.name)
        .outerjoin(bid_names, bid_names.c.bid_id == bids.c.bid_id)
        .where(mine)
        .order_by(bids.c.reserved_cents.desc(), bids.c.bid_id)
    )
    return [
        Holding(
            row.bid_id, row.name or "", row.sector, row.reserved_cents, row.quantity - row.filled, row.state == "paused"
        )
        for row in connection.execute(question)
    ]


def closing_balances(connection: Connection, organisation: str, midnights: Sequence[Instant]) -> list[Cents]:
    """What the wallet held when each day ended: the day from each of these midnights to the next, the last to now.

    Midnights are whole hours of UTC, so the last movement of each hour is enough to know.
    """
    mine = transfers.c.wallet == organisation
    earlier = select(transfers.c.balance_cents).where(mine, transfers.c.at < midnights[0])
    held = connection.execute(earlier.order_by(transfers.c.movement.desc()).limit(1)).scalar() or 0
    hour = transfers.c.at // HOUR_US
    last = select(func.max(transfers.c.movement)).where(mine, transfers.c.at >= midnights[0]).group_by(hour)
    question = select(transfers.c.at, transfers.c.balance_cents).where(mine, transfers.c.movement.in_(last))
    rows = connection.execute(question.order_by(transfers.c.movement)).all()
    found, position = [], 0
    for ends_at in (*midnights[1:], None):
        while position < len(rows) and (ends_at is None or rows[position].at < ends_at):
            held, position = rows[position].balance_cents, position + 1
        found.append(held)
    return found


def months_of(connection: Connection, organisation: str) -> tuple[Instant, Instant] | None:
    """When a wallet moved first and last; None where it never did."""
    mine = transfers.c.wallet == organisation
    for_ends = [
        connection.execute(select(transfers.c.at).where(mine).order_by(order).limit(1)).scalar()
        for order in (transfers.c.movement, transfers.c.movement.desc())
    ]
    return None if for_ends[0] is None or for_ends[1] is None else (for_ends[0], for_ends[1])
