"""Sessions kept on the server: a cookie holds 256 random bits, the table their hash."""

from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, select, update

from exchange.instant import HOUR_US, MINUTE_US, Instant
from exchange.schema.access import sessions, users
from exchange.schema.second_factor import half_logins

HOUSE_ROLES = ("operator", "analyst")
TOUCH_US = MINUTE_US
"""A session's last sign of life is written at most this often."""
FRESH_US = 5 * MINUTE_US
"""So long a log-in, or a code or password given again, is proof enough for what matters most."""
SHOWN = 16
"""Letters of a token's hash that name a session on pages: nothing can be logged in with them."""


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a session holds without a sign of life, and at most. The house's own people are logged out sooner."""

    idle_us: int = 30 * MINUTE_US
    whole_us: int = 8 * HOUR_US

    @property
    def house_idle_us(self) -> int:
        return min(self.idle_us, 15 * MINUTE_US)

    def hold(self, at: Instant) -> ColumnElement[bool]:
        """That a session of a user who may log in still holds at an instant; for a join with users."""
        idle = case((users.c.role.in_(HOUSE_ROLES), self.house_idle_us), else_=self.idle_us)
        living = sessions.c.seen_at + idle > at
        return users.c.disabled_at.is_(None) & (sessions.c.begun_at > at - self.whole_us) & living


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One of a user's sessions; ``browser`` is its family and system, as it said itself."""

    session_id: str
    begun_at: Instant
    seen_at: Instant
    browser: str
    current: bool


def new_token() -> str:
    """256 random bits, as text for a cookie."""
    return token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the table keeps of a token."""
    return sha256(token.encode()).hexdigest()


def begin_session(connection: Connection, user_id: str, at: Instant, lifetimes: Lifetimes, browser: str = "") -> str:
    """The token of a new session; sessions that have ended are swept on the way."""
    connection.execute(delete(sessions).where(sessions.c.seen_at < at - lifetimes.whole_us))
    token = new_token()
    row = {"token_hash": token_hash(token), "user_id": user_id, "begun_at": at, "seen_at": at, "proven_at": at}
    connection.execute(insert(sessions).values(**row, browser=browser))
    return token


def session_user(connection: Connection, token: str, at: Instant, lifetimes: Lifetimes) -> tuple[str, bool] | None:
    """The user id of a living session, and whether its sign of life should be written again."""
    question = (
        select(sessions.c.user_id, sessions.c.seen_at)
        .join(users)
        .where(sessions.c.token_hash == token_hash(token), lifetimes.hold(at))
    )
    row = connection.execute(question).first()
    return None if row is None else (row.user_id, at - row.seen_at >= TOUCH_US)


def sessions_of(
    connection: Connection, user_id: str, at: Instant, lifetimes: Lifetimes, token: str
) -> list[SessionRow]:
    """A user's living sessions, the one in use first, then the last seen."""
    question = select(sessions).join(users).where(sessions.c.user_id == user_id, lifetimes.hold(at))
    ours = token_hash(token)
    found = [
        SessionRow(row.token_hash[:SHOWN], row.begun_at, row.seen_at, row.browser or "", current=row.token_hash == ours)
        for row in connection.execute(question)
    ]
    return sorted(found, key=lambda one: (not one.current, -one.seen_at))


def touch_session(connection: Connection, token: str, at: Instant) -> None:
    """Write a sign of life."""
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash(token)).values(seen_at=at))


def is_fresh(connection: Connection, token: str, at: Instant) -> bool:
    """Whether whoever holds this session has proven who they are within the last five minutes."""
    proven_at = func.coalesce(sessions.c.proven_at, sessions.c.begun_at)
    asked = select(sessions.c.user_id).where(sessions.c.token_hash == token_hash(token), proven_at > at - FRESH_US)
    return connection.execute(asked).first() is not None


def freshen(connection: Connection, token: str, at: Instant) -> None:
    """They have proven it once more."""
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash(token)).values(proven_at=at))


def end_session(connection: Connection, token: str) -> None:
    """Log out."""
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash(token)))


def end_session_of(connection: Connection, user_id: str, session_id: str) -> bool:
    """End one session by the name pages give it; False where this user has none of that name."""
    wanted = sessions.c.token_hash.startswith(session_id, autoescape=True)
    if len(session_id) != SHOWN:
        return False
    ended = connection.execute(delete(sessions).where(sessions.c.user_id == user_id, wanted))
    return ended.rowcount > 0


def end_sessions_of(connection: Connection, user_id: str, *, keep: str = "") -> None:
    """Log a user out everywhere (password changed, account disabled), but for the session whose token is kept.

    Log-ins that are half done end too.
    """
    wanted = sessions.c.user_id == user_id
    if keep:
        wanted &= sessions.c.token_hash != token_hash(keep)
    connection.execute(delete(sessions).where(wanted))
    connection.execute(delete(half_logins).where(half_logins.c.user_id == user_id))
