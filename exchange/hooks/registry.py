"""The webhooks of firms as their people keep them; each call is a transaction of its own.

Whatever is another firm's is unknown. What a webhook signs with is told when it is made and when it is changed, and
never again.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Update, delete, func, insert, select, update

from exchange.access.users import User
from exchange.delivery import Side
from exchange.errors import ConfigError, Invalid, Unknown
from exchange.hooks import history
from exchange.hooks.address import Barred, Nameless, Resolve, places_of, resolve
from exchange.hooks.hook import OFF, ON, TEST, TOPICS_OF, Hook, hook_of, hooks_of, ours, sides_of
from exchange.hooks.keyring import add_secret, overlap_until
from exchange.hooks.posts import post_row
from exchange.hooks.target import Bounds, read_target
from exchange.hooks.wording import written
from exchange.instant import MINUTE_US, Instant
from exchange.schema import hook_posts, hook_secrets, hooks
from exchange.store import Store
from exchange.vault import Vault

MOST_HOOKS = 10
MOST_TESTS = 5
"""Test messages a webhook may be sent in a minute."""
_WELL = {"fails": 0, "failing_since_at": None, "rest_until_at": 0}


@dataclass(frozen=True, slots=True)
class Webhooks:
    """``ask`` resolves the names of addresses; ``bounds`` says where they may lie."""

    store: Store
    bounds: Bounds = field(default_factory=Bounds)
    ask: Resolve = resolve

    def of(self, user: User) -> list[Hook]:
        """Those a user keeps."""
        with self.store.read() as connection:
            return hooks_of(connection, user)

    def one(self, user: User, hook_id: str) -> Hook:
        """One of them; raises Unknown."""
        with self.store.read() as connection:
            return _found(connection, user, hook_id)

    def overlap_until(self, user: User, hook_id: str) -> Instant | None:
        """Until when older secrets of it still sign beside the newest; raises Unknown."""
        with self.store.read() as connection:
            _found(connection, user, hook_id)
            return overlap_until(connection, hook_id, self.store.clock.now())

    def make(self, user: User, *, side: str, url: str, topics: Sequence[str]) -> tuple[str, Hook]:
        """A new one, and its secret: nobody can ever look that up again. Raises Invalid."""
        if side not in sides_of(user):
            raise Invalid("side", "unknown")
        chosen = _topics(side, topics)
        self._check(url)
        hook_id, now = f"wh-{token_hex(8)}", self.store.clock.now()
        row: dict[str, Any] = {"hook_id": hook_id, "organisation": user.organisation, "side": side, "url": url}
        row |= {"topics": chosen, "state": ON, "why": "", "made_by": user.user_id, "made_at": now, "tried_at": 0}
        with self.store.write_aside() as connection:
            _check_room(connection, user, side, url)
            connection.execute(insert(hooks).values(**row, **_WELL))
            secret = add_secret(connection, self._vault, hook_id, now)
            return secret, _found(connection, user, hook_id)

    def change(self, user: User, hook_id: str, *, url: str, topics: Sequence[str]) -> None:
        """Another address, other topics; what waits goes to the new address. Raises Unknown, Invalid."""
        hook = self.one(user, hook_id)
        chosen = _topics(hook.side, topics)
        if url != hook.url:
            self._check(url)
        with self._changing(user, hook_id) as connection:
            if url != hook.url:
                _check_room(connection, user, hook.side, url, new=False)
                history.due_now(connection, hook_id, self.store.clock.now())
            well = _WELL if url != hook.url else {}
            connection.execute(_update(hook_id).values(url=url, topics=chosen, **well))

    def switch(self, user: User, hook_id: str, *, on: bool) -> None:
        """Off: messages wait, up to thirty days. On: they are sent. Raises Unknown."""
        now = self.store.clock.now()
        with self._changing(user, hook_id) as connection:
            if on:
                connection.execute(_update(hook_id).values(state=ON, why="", off_at=None, **_WELL))
                history.due_now(connection, hook_id, now)
            else:
                off = _update(hook_id).where(hooks.c.state == ON)
                connection.execute(off.values(state=OFF, why="owner", off_at=now))

    def remove(self, user: User, hook_id: str) -> None:
        """Forget it with all that waits for it; raises Unknown."""
        with self._changing(user, hook_id) as connection:
            for table in (hook_posts, hook_secrets, hooks):
                connection.execute(delete(table).where(table.c.hook_id == hook_id))

    def renew_secret(self, user: User, hook_id: str) -> str:
        """Another secret; the one before signs beside it for a day. Raises Unknown, Invalid."""
        with self._changing(user, hook_id) as connection:
            return add_secret(connection, self._vault, hook_id, self.store.clock.now())

    def test(self, user: User, hook_id: str) -> str:
        """Send a message that tells of nothing, tried once; returns its id. Raises Unknown, Invalid."""
        now, post_id = self.store.clock.now(), str(uuid4())
        with self._changing(user, hook_id) as connection:
            hook = _found(connection, user, hook_id)
            if hook.state == OFF:
                raise Invalid("test", "off")
            lately = (hook_posts.c.hook_id == hook_id) & (hook_posts.c.posted_at > now - MINUTE_US)
            tests = select(func.count()).select_from(hook_posts).where(lately, hook_posts.c.topic == TEST)
            if connection.execute(tests).scalar_one() >= MOST_TESTS:
                raise Invalid("test", "often")
            body = written(TEST, now, {"side": hook.side, "webhook_id": hook_id})
            connection.execute(insert(hook_posts).values(**post_row(hook_id, post_id, TEST, body, now, now)))
        return post_id

    def again(self, user: User, hook_id: str, post_id: str) -> None:
        """Send one message once more, under its id; raises Unknown."""
        with self._changing(user, hook_id) as connection:
            if not history.again(connection, hook_id, post_id, self.store.clock.now()):
                raise Unknown("message", post_id)

    def again_since(self, user: User, hook_id: str, since: Instant) -> int:
        """Send once more what failed since an instant; returns how many. Raises Unknown."""
        with self._changing(user, hook_id) as connection:
            return history.again_since(connection, hook_id, since, self.store.clock.now())

    @property
    def _vault(self) -> Vault:
        if self.store.vault is None:
            raise ConfigError("webhooks need the vault: their secrets are sealed")
        return self.store.vault

    def _check(self, url: str) -> None:
        """Raises Invalid for an address that may not be called; it is looked at again before every call."""
        target = read_target(url, self.bounds)
        try:
            places_of(target, self.ask)
        except Barred:
            raise Invalid("url", "address") from None
        except Nameless:
            raise Invalid("url", "name") from None

    @contextmanager
    def _changing(self, user: User, hook_id: str) -> Iterator[Connection]:
        with self.store.write_aside() as connection:
            _found(connection, user, hook_id)
            yield connection


def _found(connection: Connection, user: User, hook_id: str) -> Hook:
    row = connection.execute(select(hooks).where(ours(user), hooks.c.hook_id == hook_id)).one_or_none()
    if row is None:
        raise Unknown("webhook", hook_id)
    return hook_of(row)


def _topics(side: Side, topics: Sequence[str]) -> str:
    if not topics or set(topics) - set(TOPICS_OF[side]):
        raise Invalid("topics", "unknown")
    return " ".join(topic for topic in TOPICS_OF[side] if topic in topics)


def _check_room(connection: Connection, user: User, side: str, url: str, *, new: bool = True) -> None:
    """Of one firm: one webhook an address and side, and not too many."""
    firms = hooks.c.organisation == user.organisation
    if connection.execute(select(func.count()).select_from(hooks).where(firms)).scalar_one() >= MOST_HOOKS + (not new):
        raise Invalid("url", "many")
    same = firms & (hooks.c.side == side) & (hooks.c.url == url)
    if connection.execute(select(hooks.c.hook_id).where(same)).first() is not None:
        raise Invalid("url", "known")


def _update(hook_id: str) -> Update:
    return update(hooks).where(hooks.c.hook_id == hook_id)
