"""Announced deposits: one firm's own, and those operators have to look at."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from exchange.errors import Unknown
from exchange.instant import Instant
from exchange.money import Cents
from exchange.schema import deposits, organisations

WAITING = ("open", "checked", "received")
MOST = 200


@dataclass(frozen=True, slots=True)
class DepositRow:
    """Gross cents. ``first_by`` is the operator whose word was the first of two, ``seq`` the tape's number."""

    reference: str
    organisation: str
    firm: str
    provider: str
    amount_cents: Cents
    state: str
    asked_at: Instant
    received_cents: Cents | None
    first_by: str | None
    booked_at: Instant | None
    seq: int | None


_COLUMNS = [
    organisations.c.name.label("firm") if name == "firm" else deposits.c[name]
    for name in DepositRow.__dataclass_fields__
]
_ALL = select(*_COLUMNS).join(organisations, organisations.c.organisation == deposits.c.organisation)


def deposit_of(connection: Connection, organisation: str, reference: str) -> DepositRow:
    """A firm's own deposit; raises Unknown, also for another's."""
    mine = (deposits.c.reference == reference) & (deposits.c.organisation == organisation)
    row = connection.execute(_ALL.where(mine)).one_or_none()
    if row is None:
        raise Unknown("deposit", reference)
    return _deposit(row)


def deposits_of(connection: Connection, organisation: str) -> list[DepositRow]:
    """A firm's deposits on their way, the latest first."""
    mine = (deposits.c.organisation == organisation) & deposits.c.state.in_(WAITING)
    return _found(connection, _ALL.where(mine).order_by(deposits.c.asked_at.desc(), deposits.c.reference))


def deposits_waiting(connection: Connection, states: tuple[str, ...] = WAITING) -> list[DepositRow]:
    """What operators have to look at, the oldest first."""
    return _found(
        connection,
        _ALL.where(deposits.c.state.in_(states)).order_by(deposits.c.asked_at, deposits.c.reference).limit(MOST),
    )


def deposits_booked(connection: Connection, most: int = 20) -> list[DepositRow]:
    """The latest that were booked."""
    latest = _ALL.where(deposits.c.state == "booked").order_by(deposits.c.booked_at.desc()).limit(most)
    return _found(connection, latest)


def _found(connection: Connection, question: Any) -> list[DepositRow]:
    return [_deposit(row) for row in connection.execute(question)]


def _deposit(row: Any) -> DepositRow:
    return DepositRow(**row._mapping)
