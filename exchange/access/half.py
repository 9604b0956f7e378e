"""Log-ins that are half done: the password was right, a code is still asked for.

They are no sessions: their token opens nothing but the page for the code, in this browser, for ten minutes.
"""

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from exchange.access.sessions import new_token, token_hash
from exchange.instant import MINUTE_US, Instant
from exchange.schema.access import users
from exchange.schema.second_factor import half_logins

LASTS_US = 10 * MINUTE_US


class Half(NamedTuple):
    """Whose log-in it is."""

    user_id: str
    email: str


def begin_half(connection: Connection, user_id: str, at: Instant) -> str:
    """The token of a half log-in; those whose time has passed are swept on the way."""
    connection.execute(delete(half_logins).where(half_logins.c.begun_at <= at - LASTS_US))
    token = new_token()
    connection.execute(insert(half_logins).values(token_hash=token_hash(token), user_id=user_id, begun_at=at))
    return token


def half_of(connection: Connection, token: str, at: Instant) -> Half | None:
    """Whose half log-in a token stands for; None for none, one too old, or a user who is let in no more."""
    question = (
        select(users.c.user_id, users.c.email)
        .join(half_logins)
        .where(
            half_logins.c.token_hash == token_hash(token),
            half_logins.c.begun_at > at - LASTS_US,
            users.c.disabled_at.is_(None),
        )
    )
    row = connection.execute(question).first()
    return None if row is None else Half(row.user_id, row.email)


def end_half(connection: Connection, token: str) -> None:
    """It became a session."""
    connection.execute(delete(half_logins).where(half_logins.c.token_hash == token_hash(token)))
