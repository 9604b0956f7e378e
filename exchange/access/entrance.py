"""The entrance: log-in, log-out, who a token stands for, and how often somebody may knock."""

from dataclasses import dataclass, field

from exchange.access import throttle
from exchange.access.bid_names import name_bid
from exchange.access.password import Passwords, passwords
from exchange.access.sessions import (
    begin_session,
    end_session,
    end_sessions_of,
    living,
    session_user,
    token_hash,
    touch_session,
)
from exchange.access.users import (
    Role,
    User,
    add_user,
    disable_user,
    password_of,
    set_look,
    set_password,
    user_by_id,
)
from exchange.errors import Unknown
from exchange.instant import Instant
from exchange.store import Store


@dataclass(frozen=True, slots=True)
class Welcome:
    """A log-in that worked: the new session's token."""

    token: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Unknown address or wrong password: nobody is told which."""


@dataclass(frozen=True, slots=True)
class Throttled:
    """Too many tries; the next is possible at ``again_at``."""

    again_at: Instant


@dataclass(frozen=True, slots=True)
class Entrance:
    """Everything the web needs of users and sessions; each call is a transaction of its own."""

    store: Store
    passwords: Passwords = field(default_factory=passwords)

    def log_in(self, email: str, password: str, sender: str) -> Welcome | Wrong | Throttled:
        """Try a password. ``sender`` is the network address; it is kept only as part of a hash."""
        now = self.store.clock.now()
        knocks = (
            (throttle.LOGIN_PAIR, f"{email.casefold()} {sender}"),
            (throttle.LOGIN_ACCOUNT, email.casefold()),
            (throttle.LOGIN_SENDER, sender),
        )
        with self.store.write_aside() as connection:
            wait_us = max(throttle.wait_us(connection, limit, who, now) for limit, who in knocks)
            if wait_us:
                return Throttled(now + wait_us)
            for limit, who in knocks:
                throttle.take(connection, limit, who, now)
            known = password_of(connection, email)
        if not self.passwords.verify(known[1] if known else None, password) or known is None:
            return Wrong()
        renewed = self.passwords.hash(password) if self.passwords.outdated(known[1]) else None
        with self.store.write_aside() as connection:
            throttle.forget(connection, *knocks[0])
            throttle.sweep(connection, now)
            if renewed:
                set_password(connection, known[0], renewed)
            return Welcome(begin_session(connection, known[0], now))

    def user_of(self, token: str) -> User | None:
        """Who a token stands for, if its session holds; writes a sign of life now and then."""
        now = self.store.clock.now()
        with self.store.read() as connection:
            found = session_user(connection, token, now)
            user = user_by_id(connection, found[0]) if found else None
        if found is None or user is None:
            return None
        if found[1]:
            with self.store.write_aside() as connection:
                touch_session(connection, token, now)
        return user

    def still_in(self, tokens: list[str]) -> set[str]:
        """Those tokens whose sessions hold: open streams are asked about together."""
        hashes = {token_hash(token): token for token in tokens}
        with self.store.read() as connection:
            return {hashes[found] for found in living(connection, list(hashes), self.store.clock.now())}

    def keep_alive(self, tokens: list[str]) -> None:
        """A page that follows the stream is in use, even if nobody clicks."""
        now = self.store.clock.now()
        with self.store.write_aside() as connection:
            for token in tokens:
                touch_session(connection, token, now)

    def log_out(self, token: str) -> None:
        """End a session."""
        with self.store.write_aside() as connection:
            end_session(connection, token)

    def set_look(self, user: User, *, lang: str | None, theme: str | None) -> None:
        """Keep the language and theme somebody chose."""
        with self.store.write_aside() as connection:
            set_look(connection, user.user_id, lang=lang, theme=theme)

    def may_order(self, user: User) -> bool:
        """Whether a user may send one more order now (at most five a second in the long run)."""
        with self.store.write_aside() as connection:
            return throttle.take(connection, throttle.ORDERS, user.user_id, self.store.clock.now())

    def name_bid(self, bid_id: str, name: str) -> None:
        """Remember what a firm calls its bid."""
        with self.store.write_aside() as connection:
            name_bid(connection, bid_id, name)

    def add_user(
        self, *, email: str, name: str, role: Role, organisation: str | None, password: str, lang: str = "de"
    ) -> str:
        """A new user; returns the id. Raises Invalid naming what to correct."""
        password_hash = self.passwords.hash(password)
        with self.store.write_aside() as connection:
            return add_user(
                connection,
                email=email,
                name=name,
                role=role,
                organisation=organisation,
                password_hash=password_hash,
                at=self.store.clock.now(),
                lang=lang,
            )

    def change_password(self, email: str, password: str) -> None:
        """Another password; raises Invalid for a poor one, Unknown for an address nobody logs in with."""
        password_hash = self.passwords.hash(password)
        with self.store.write_aside() as connection:
            known = password_of(connection, email)
            if known is None:
                raise Unknown("user", email)
            set_password(connection, known[0], password_hash)
            end_sessions_of(connection, known[0])

    def disable(self, email: str) -> None:
        """Let somebody in no more; raises Unknown."""
        with self.store.write_aside() as connection:
            known = password_of(connection, email)
            if known is None:
                raise Unknown("user", email)
            disable_user(connection, known[0], self.store.clock.now())
            end_sessions_of(connection, known[0])
