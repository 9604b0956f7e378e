"""Sessions kept on the server: a cookie holds 256 random bits, the table their hash."""

from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import Connection, delete, insert, select, update

from exchange.instant import HOUR_US, MINUTE_US, Instant
from exchange.schema.access import sessions, users

IDLE_US = 30 * MINUTE_US
WHOLE_US = 8 * HOUR_US
TOUCH_US = MINUTE_US
"""A session's last sign of life is written at most this often."""


def new_token() -> str:
    """256 random bits, as text for a cookie."""
    return token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the table keeps of a token."""
    return sha256(token.encode()).hexdigest()


def begin_session(connection: Connection, user_id: str, at: Instant) -> str:
    """The token of a new session; sessions that have ended are swept on the way."""
    connection.execute(delete(sessions).where(sessions.c.seen_at < at - WHOLE_US))
    token = new_token()
    row = {"token_hash": token_hash(token), "user_id": user_id, "begun_at": at, "seen_at": at}
    connection.execute(insert(sessions).values(**row))
    return token


def session_user(connection: Connection, token: str, at: Instant) -> tuple[str, bool] | None:
    """The user id of a living session, and whether its sign of life should be written again."""
    question = (
        select(sessions.c.user_id, sessions.c.begun_at, sessions.c.seen_at)
        .join(users)
        .where(sessions.c.token_hash == token_hash(token), users.c.disabled_at.is_(None))
    )
    row = connection.execute(question).first()
    if row is None or at - row.seen_at >= IDLE_US or at - row.begun_at >= WHOLE_US:
        return None
    return row.user_id, at - row.seen_at >= TOUCH_US


def touch_session(connection: Connection, token: str, at: Instant) -> None:
    """Write a sign of life."""
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash(token)).values(seen_at=at))


def end_session(connection: Connection, token: str) -> None:
    """Log out."""
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash(token)))


def end_sessions_of(connection: Connection, user_id: str) -> None:
    """Log a user out everywhere: password changed, account disabled."""
    connection.execute(delete(sessions).where(sessions.c.user_id == user_id))


def living(connection: Connection, hashes: list[str], at: Instant) -> set[str]:
    """Those of these token hashes whose sessions still hold: open streams are checked in one question."""
    question = (
        select(sessions.c.token_hash)
        .join(users)
        .where(
            sessions.c.token_hash.in_(hashes),
            users.c.disabled_at.is_(None),
            sessions.c.begun_at > at - WHOLE_US,
            sessions.c.seen_at > at - IDLE_US,
        )
    )
    return set(connection.execute(question).scalars())
