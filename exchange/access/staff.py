"""The people of a firm, as its owner keeps them; and one-time links, which the house's operators make too.

Each call is a transaction of its own. Somebody of another firm is unknown, whether they exist or not.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select, update

from exchange.access.api_keys import revoke_keys_of
from exchange.access.devices import forget_devices_of
from exchange.access.links import Link, Purpose, link_user, make_link, use_link
from exchange.access.password import Passwords, passwords
from exchange.access.sessions import end_sessions_of
from exchange.access.users import (
    NO_PASSWORD,
    Role,
    User,
    add_user,
    canonical_email,
    disable_user,
    enable_user,
    set_password,
    user_by_id,
)
from exchange.errors import Invalid, Unknown
from exchange.instant import Instant
from exchange.money import Cents
from exchange.schema.access import sessions, users
from exchange.store import Store

FIRM_ROLES: tuple[Role, ...] = ("owner", "advisor", "supplier")
MOST_LIMIT_CENTS = 100_000_000


@dataclass(frozen=True, slots=True)
class Colleague:
    """A user of a firm as its owner sees them; ``waiting`` for the password an invitation lets them set."""

    user_id: str
    name: str
    email: str
    role: Role
    daily_limit_cents: Cents | None
    disabled: bool
    waiting: bool
    seen_at: Instant | None


@dataclass(frozen=True, slots=True)
class Staff:
    """Users of firms."""

    store: Store
    passwords: Passwords = field(default_factory=passwords)

    def colleagues(self, organisation: str) -> list[Colleague]:
        """Everybody of a firm by name, those who are let in no more at the end."""
        seen = select(sessions.c.user_id, func.max(sessions.c.seen_at).label("seen_at")).group_by(sessions.c.user_id)
        last = seen.subquery()
        question = select(users, last.c.seen_at).outerjoin(last).where(users.c.organisation == organisation)
        with self.store.read() as connection:
            rows = connection.execute(question.order_by(users.c.disabled_at.is_not(None), users.c.name)).all()
        return [
            Colleague(
                user_id=row.user_id,
                name=row.name,
                email=row.email,
                role=row.role,
                daily_limit_cents=row.daily_limit_cents,
                disabled=row.disabled_at is not None,
                waiting=row.password_hash == NO_PASSWORD,
                seen_at=row.seen_at,
            )
            for row in rows
        ]

    def invite(self, organisation: str | None, *, email: str, name: str, role: Role, lang: str = "de") -> Link:
        """A new user without a password, and the link by which they set one; raises Invalid."""
        at = self.store.clock.now()
        with self.store.write_aside() as connection:
            user_id = add_user(
                connection, email=email, name=name, role=role, organisation=organisation, at=at, lang=lang
            )
            return make_link(connection, user_id, "invitation", at)

    def link_for(self, organisation: str, user_id: str) -> Link:
        """A new link for somebody of a firm: another invitation where they never came, else a reset."""
        with self.store.write_aside() as connection:
            row = _colleague(connection, organisation, user_id)
            if row.disabled_at is not None:
                raise Invalid("user", "is let in no more; let them in again first")
            purpose: Purpose = "invitation" if row.password_hash == NO_PASSWORD else "reset"
            return make_link(connection, user_id, purpose, self.store.clock.now())

    def link_for_address(self, email: str) -> Link:
        """The same for the operator, by address; raises Unknown."""
        with self.store.read() as connection:
            row = connection.execute(select(users).where(users.c.email == canonical_email(email))).first()
        if row is None or row.disabled_at is not None:
            raise Unknown("user", email)
        purpose: Purpose = "invitation" if row.password_hash == NO_PASSWORD else "reset"
        with self.store.write_aside() as connection:
            return make_link(connection, row.user_id, purpose, self.store.clock.now())

    def redeem(self, token: str, password: str) -> User:
        """Set a password by a link, once: ends sessions; raises Unknown for a link that holds no more, Poor."""
        at = self.store.clock.now()
        with self.store.read() as connection:
            user_id = link_user(connection, token, at)
            user = user_by_id(connection, user_id) if user_id else None
        if user is None:
            raise Unknown("link", "used up, too old, or none")
        password_hash = self.passwords.hash(password, (user.name, user.email, user.firm))
        with self.store.write_aside() as connection:
            if not use_link(connection, token, at):
                raise Unknown("link", "used up, too old, or none")
            set_password(connection, user.user_id, password_hash)
            end_sessions_of(connection, user.user_id)
            forget_devices_of(connection, user.user_id)
        return user

    def change(self, owner: User, user_id: str, *, role: Role, daily_limit_cents: Cents | None) -> None:
        """Another role or limit for a colleague; raises Unknown, Invalid. One's own role stays."""
        if role not in FIRM_ROLES:
            raise Invalid("role", f"one of {', '.join(FIRM_ROLES)}")
        if daily_limit_cents is not None and not 0 < daily_limit_cents <= MOST_LIMIT_CENTS:
            raise Invalid("limit", f"1 to {MOST_LIMIT_CENTS} cents, or nothing")
        if user_id == owner.user_id and role != owner.role:
            raise Invalid("role", "your own stays: let another owner change it")
        with self.store.write_aside() as connection:
            _colleague(connection, owner.organisation, user_id)
            kept = {"role": role, "daily_limit_cents": daily_limit_cents}
            connection.execute(update(users).where(users.c.user_id == user_id).values(**kept))

    def let_in(self, owner: User, user_id: str, *, allowed: bool) -> None:
        """Let a colleague in no more (ends sessions, keys and links at once), or again; raises Unknown, Invalid."""
        if user_id == owner.user_id:
            raise Invalid("user", "you cannot shut yourself out")
        at = self.store.clock.now()
        with self.store.write_aside() as connection:
            _colleague(connection, owner.organisation, user_id)
            if allowed:
                enable_user(connection, user_id)
            else:
                shut_out(connection, user_id, at)


def shut_out(connection: Connection, user_id: str, at: Instant) -> None:
    """Let somebody in no more, by no way."""
    disable_user(connection, user_id, at)
    end_sessions_of(connection, user_id)
    revoke_keys_of(connection, user_id, at)


def _colleague(connection: Connection, organisation: str, user_id: str) -> Any:
    row = connection.execute(
        select(users).where(users.c.user_id == user_id, users.c.organisation == organisation)
    ).first()
    if row is None or not organisation:
        raise Unknown("user", user_id)
    return row
