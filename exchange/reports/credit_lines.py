"""Raises of credit lines that wait for a second operator."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from exchange.instant import Instant
from exchange.money import Cents
from exchange.schema import credit_asks, organisations
from exchange.schema.access import users


@dataclass(frozen=True, slots=True)
class CreditAsk:
    """A raise; ``asker`` is the id of who asked, ``asked_by`` the name."""

    ask_id: str
    organisation: str
    firm: str
    credit_line_cents: Cents
    asker: str
    asked_by: str
    asked_at: Instant


def credit_asks_waiting(connection: Connection, organisation: str | None = None) -> list[CreditAsk]:
    """What another operator has to set or drop, the oldest first; of one firm."""
    known = credit_asks.c
    wanted = (
        select(
            known.ask_id,
            known.organisation,
            organisations.c.name.label("firm"),
            known.credit_line_cents,
            known.asked_by,
            users.c.name.label("by"),
            known.asked_at,
        )
        .join(organisations, organisations.c.organisation == known.organisation)
        .join(users, users.c.user_id == known.asked_by)
        .where(known.state == "asked")
    )
    if organisation is not None:
        wanted = wanted.where(known.organisation == organisation)
    return [CreditAsk(*row) for row in connection.execute(wanted.order_by(known.asked_at, known.ask_id))]
