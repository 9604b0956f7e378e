"""The entrance: log-in, log-out, who a token stands for, and how often somebody may knock."""

from dataclasses import dataclass, field

from exchange.access import throttle
from exchange.access.bid_names import name_bid
from exchange.access.devices import forget_devices_of, is_known, remember
from exchange.access.following import Follower, followers, touch_sessions
from exchange.access.half import begin_half
from exchange.access.password import Passwords, passwords
from exchange.access.preferences import Preferences, set_preferences
from exchange.access.second_factor import is_on
from exchange.access.sessions import (
    Lifetimes,
    SessionRow,
    begin_session,
    end_session,
    end_session_of,
    end_sessions_of,
    freshen,
    is_fresh,
    new_token,
    session_user,
    sessions_of,
    token_hash,
    touch_session,
)
from exchange.access.staff import shut_out
from exchange.access.tally import Tally
from exchange.access.users import (
    Role,
    User,
    add_user,
    password_of,
    set_look,
    set_password,
    user_by_id,
)
from exchange.access.watching import unwatch, watch
from exchange.errors import Invalid, Unknown
from exchange.instant import Instant
from exchange.store import Store


@dataclass(frozen=True, slots=True)
class Welcome:
    """A log-in that worked: the new session's token, and the one this browser is known by from now on."""

    token: str
    device: str


@dataclass(frozen=True, slots=True)
class HalfDone:
    """The password was right and a code is still asked for; ``token`` opens the page for it and nothing else."""

    token: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Unknown address, wrong password or wrong code: nobody is told which."""


@dataclass(frozen=True, slots=True)
class Throttled:
    """Too many tries; the next is possible at ``again_at``."""

    again_at: Instant


@dataclass(frozen=True, slots=True)
class Entrance:
    """Everything the web needs of users and sessions; each call is a transaction of its own.

    Users of the roles in ``factor_for`` come to nothing before they have set up a second factor.
    """

    store: Store
    passwords: Passwords = field(default_factory=passwords)
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    factor_for: frozenset[str] = frozenset()
    orders: Tally = field(default_factory=lambda: Tally(throttle.ORDERS))
    """Counted by each process: an order waits for no write but its own."""

    def log_in(
        self, email: str, password: str, sender: str, *, device: str = "", browser: str = ""
    ) -> Welcome | HalfDone | Wrong | Throttled:
        """Try a password. ``sender`` is the network address, kept only as part of a hash; ``device`` what the browser
        was told at an earlier log-in, ``browser`` its family in words."""
        now = self.store.clock.now()
        address = email.strip().casefold()
        with self.store.write_aside() as connection:
            known = is_known(connection, device, address, now)
            knocks = (
                [(throttle.LOGIN_DEVICE, f"{address} {token_hash(device)}")] if known else _strange(address, sender)
            )
            if wait_us := throttle.knock(connection, knocks, now):
                return Throttled(now + wait_us)
            found = password_of(connection, email)
        if not self.passwords.verify(found[1] if found else None, password) or found is None:
            return Wrong()
        renewed = self.passwords.again(password) if self.passwords.outdated(found[1]) else None
        device = device if known else new_token()
        with self.store.write_aside() as connection:
            throttle.forget(connection, *knocks[0])
            throttle.sweep(connection, now)
            if renewed:
                set_password(connection, found[0], renewed)
            if is_on(connection, found[0]):
                return HalfDone(begin_half(connection, found[0], now))
            remember(connection, device, found[0], now)
            return Welcome(begin_session(connection, found[0], now, self.lifetimes, browser), device)

    def lacks_factor(self, user: User) -> bool:
        """Whether somebody must set up a second factor before anything else."""
        return user.role in self.factor_for and not user.second_factor

    def is_fresh(self, token: str) -> bool:
        """Whether a session was proven within the last five minutes: by its log-in, a password or a code."""
        with self.store.read() as connection:
            return is_fresh(connection, token, self.store.clock.now())

    def freshen(self, token: str) -> None:
        """It was proven now."""
        with self.store.write_aside() as connection:
            freshen(connection, token, self.store.clock.now())

    def user_of(self, token: str) -> User | None:
        """Who a token stands for, if its session holds; writes a sign of life now and then."""
        now = self.store.clock.now()
        with self.store.read() as connection:
            found = session_user(connection, token, now, self.lifetimes)
            user = user_by_id(connection, found[0]) if found else None
        if found is None or user is None:
            return None
        if found[1]:
            with self.store.write_aside() as connection:
                touch_session(connection, token, now)
        return user

    def followers(self, tokens: list[str]) -> dict[str, Follower]:
        """Those tokens whose sessions hold, with whom they stand for: open streams are asked about together."""
        with self.store.read() as connection:
            return followers(connection, tokens, self.store.clock.now(), self.lifetimes, self.factor_for)

    def keep_alive(self, tokens: list[str]) -> None:
        """A page that follows the stream is in use, even if nobody clicks."""
        with self.store.write_aside() as connection:
            touch_sessions(connection, tokens, self.store.clock.now())

    def log_out(self, token: str) -> None:
        """End a session."""
        with self.store.write_aside() as connection:
            end_session(connection, token)

    def sessions_of(self, user: User, token: str) -> list[SessionRow]:
        """A user's living sessions; the one of ``token`` is marked."""
        with self.store.read() as connection:
            return sessions_of(connection, user.user_id, self.store.clock.now(), self.lifetimes, token)

    def end_session(self, user: User, session_id: str) -> None:
        """End one of a user's sessions; raises Unknown for any other."""
        with self.store.write_aside() as connection:
            if not end_session_of(connection, user.user_id, session_id):
                raise Unknown("session", session_id)

    def end_others(self, user: User, token: str) -> None:
        """End all of a user's sessions but this one."""
        with self.store.write_aside() as connection:
            end_sessions_of(connection, user.user_id, keep=token)

    def proves(self, user: User, password: str) -> bool:
        """Whether somebody logged in knows their password, asked before what matters; raises Invalid when guessed."""
        now = self.store.clock.now()
        with self.store.write_aside() as connection:
            if not throttle.take(connection, throttle.PROOF, user.user_id, now):
                raise Invalid("current_password", "too many tries; wait a few minutes")
            found = password_of(connection, user.email)
        if not self.passwords.verify(found[1] if found else None, password):
            return False
        with self.store.write_aside() as connection:
            throttle.forget(connection, throttle.PROOF, user.user_id)
        return True

    def set_look(self, user: User, *, lang: str | None, theme: str | None) -> None:
        """Keep the language and theme somebody chose."""
        with self.store.write_aside() as connection:
            set_look(connection, user.user_id, lang=lang, theme=theme)

    def set_preferences(self, user: User, wanted: Preferences) -> None:
        """Keep how somebody likes the pages; raises Invalid."""
        with self.store.write_aside() as connection:
            set_preferences(connection, user.user_id, wanted)

    def may_order(self, user: User) -> bool:
        """Whether a user may send one more order now (at most five a second in the long run)."""
        return self.orders.spend(user.user_id, self.store.clock.now()).granted

    def may_redeem(self, sender: str) -> bool:
        """Whether one-time links may be tried from an address."""
        with self.store.write_aside() as connection:
            return throttle.take(connection, throttle.LINKS, sender, self.store.clock.now())

    def name_bid(self, bid_id: str, name: str) -> None:
        """Remember what a firm calls its bid."""
        with self.store.write_aside() as connection:
            name_bid(connection, bid_id, name)

    def watch(self, user_id: str, listing_id: str, *, on: bool) -> None:
        """A user keeps an eye on a listing, or no longer."""
        with self.store.write_aside() as connection:
            if on:
                watch(connection, user_id, listing_id, self.store.clock.now())
            else:
                unwatch(connection, user_id, listing_id)

    def add_user(
        self, *, email: str, name: str, role: Role, organisation: str | None, password: str, lang: str = "de"
    ) -> str:
        """A new user; returns the id. Raises Invalid naming what to correct."""
        password_hash = self.passwords.hash(password, (name, email))
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

    def change_password(self, email: str, password: str, *, keep: str = "") -> None:
        """Another password; ends every session but the one kept, and every browser is a stranger again.

        Raises Poor for a password that is not taken, Unknown for an address nobody logs in with.
        """
        with self.store.read() as connection:
            known = password_of(connection, email)
            user = user_by_id(connection, known[0]) if known else None
        if user is None:
            raise Unknown("user", email)
        password_hash = self.passwords.hash(password, (user.name, user.email, user.firm))
        with self.store.write_aside() as connection:
            set_password(connection, user.user_id, password_hash)
            end_sessions_of(connection, user.user_id, keep=keep)
            forget_devices_of(connection, user.user_id)

    def disable(self, email: str) -> None:
        """Let somebody in no more; raises Unknown."""
        with self.store.write_aside() as connection:
            known = password_of(connection, email)
            if known is None:
                raise Unknown("user", email)
            shut_out(connection, known[0], self.store.clock.now())


def _strange(address: str, sender: str) -> list[tuple[throttle.Limit, str]]:
    """The buckets of a browser nobody knows."""
    return [
        (throttle.LOGIN_PAIR, f"{address} {sender}"),
        (throttle.LOGIN_ACCOUNT, address),
        (throttle.LOGIN_SENDER, sender),
    ]
