"""To whom in a firm a message goes: their mail address and their language, read only when it is sent."""

from typing import NamedTuple

from sqlalchemy import Connection, select

from exchange.schema.access import users

_ROLES = {"buyer": ("owner", "advisor"), "supplier": ("owner", "supplier")}
"""Who minds what a firm is told as a buyer, and as a supplier."""


class Addressee(NamedTuple):
    """One user's address and language."""

    email: str
    lang: str


def addressees(connection: Connection, organisation: str, side: str) -> list[Addressee]:
    """The users of a firm who mind one side of its trade and may log in, by id."""
    asked = select(users.c.email, users.c.lang).where(
        users.c.organisation == organisation, users.c.role.in_(_ROLES[side]), users.c.disabled_at.is_(None)
    )
    return [Addressee(row.email, row.lang) for row in connection.execute(asked.order_by(users.c.user_id))]
