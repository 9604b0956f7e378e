"""What suppliers may be paid, what waits for a second operator, and what was paid last."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from exchange.instant import Instant
from exchange.ledger import payable
from exchange.money import Cents
from exchange.schema import organisations, payouts, transfers
from exchange.schema.access import users

MOST = 100


@dataclass(frozen=True, slots=True)
class PayableRow:
    """A supplier with what its payable account holds, and whether a payout waits."""

    supplier: str
    firm: str
    payable_cents: Cents
    waits: bool


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """A payout; ``asked_by`` and ``decided_by`` are names, ``asker`` the id of who asked."""

    payout_id: str
    supplier: str
    firm: str
    amount_cents: Cents
    reference: str
    state: str
    asker: str
    asked_by: str
    asked_at: Instant
    decided_by: str
    decided_at: Instant | None
    seq: int | None


def payable_now(connection: Connection) -> list[PayableRow]:
    """Suppliers to whom something is payable, the most first."""
    account = payable("") + organisations.c.organisation
    into = _sum(transfers.c.credit == account)
    out = _sum(transfers.c.debit == account)
    waits = select(payouts.c.supplier).where(payouts.c.state == "asked")
    waiting = set(connection.execute(waits).scalars())
    wanted = select(organisations.c.organisation, organisations.c.name, into.label("came"), out.label("went"))
    rows = connection.execute(wanted.where(organisations.c.supplier.is_(True))).all()
    cents = {one.organisation: int(one.came - one.went) for one in rows}  # sums are Decimals on PostgreSQL
    found = [PayableRow(name, firm, cents[name], name in waiting) for name, firm, *_ in rows]
    return sorted((one for one in found if one.payable_cents > 0), key=lambda one: (-one.payable_cents, one.supplier))


def payouts_waiting(connection: Connection) -> list[PayoutRow]:
    """What another operator has to book or drop, the oldest first."""
    return _found(connection, _ALL.where(payouts.c.state == "asked").order_by(payouts.c.asked_at).limit(MOST))


def payouts_decided(connection: Connection, most: int = 20) -> list[PayoutRow]:
    """The latest that were booked or dropped."""
    ended = _ALL.where(payouts.c.state != "asked")
    return _found(connection, ended.order_by(payouts.c.decided_at.desc()).limit(most))


def _sum(where: Any) -> Any:
    amount = func.coalesce(func.sum(transfers.c.amount_cents), 0)
    return select(amount).where(where).correlate(organisations).scalar_subquery()


_ASKER, _DECIDER = users.alias("asker"), users.alias("decider")
_ALL = (
    select(payouts, organisations.c.name.label("firm"), _ASKER.c.name.label("asked"), _DECIDER.c.name.label("decided"))
    .join(organisations, organisations.c.organisation == payouts.c.supplier)
    .join(_ASKER, _ASKER.c.user_id == payouts.c.asked_by)
    .outerjoin(_DECIDER, _DECIDER.c.user_id == payouts.c.decided_by)
)


def _found(connection: Connection, question: Any) -> list[PayoutRow]:
    return [
        PayoutRow(
            payout_id=row.payout_id,
            supplier=row.supplier,
            firm=row.firm,
            amount_cents=row.amount_cents,
            reference=row.reference,
            state=row.state,
            asker=row.asked_by,
            asked_by=row.asked,
            asked_at=row.asked_at,
            decided_by=row.decided or "",
            decided_at=row.decided_at,
            seq=row.seq,
        )
        for row in connection.execute(question)
    ]
