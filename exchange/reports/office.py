"""Small figures of the operators' strip."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from exchange.instant import Instant
from exchange.schema import sales
from exchange.schema.operating import audit, audit_head, audit_seals


@dataclass(frozen=True, slots=True)
class Sealing:
    """Rows of the audit log with and without a seal, and how long the oldest of these has waited."""

    sealed: int
    waiting: int
    behind_us: int


def sealing(connection: Connection, now: Instant) -> Sealing:
    """How far the sealer is."""
    sealed = connection.execute(select(audit_head.c.n)).scalar_one_or_none() or 0
    there = select(audit_seals.c.audit_id).where(audit_seals.c.audit_id == audit.c.audit_id).exists()
    waiting, oldest = connection.execute(
        select(func.count(), func.min(audit.c.at)).select_from(audit).where(~there)
    ).one()
    return Sealing(int(sealed), int(waiting), max(0, now - oldest) if oldest is not None else 0)


def sold_since(connection: Connection, since: Instant) -> int:
    """Seats sold since an instant."""
    return int(connection.execute(select(func.count()).select_from(sales).where(sales.c.sold_at >= since)).scalar_one())
