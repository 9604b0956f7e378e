"""Keys by which machines come in: shown once, kept as a hash, for named scopes, never for longer than a year.

A key reads ``lb_NAME_SECRET``: the name finds the row and may be shown, the secret is 256 random bits.
"""

from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from secrets import token_hex, token_urlsafe
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from exchange.access.throttle import CALLS, Allowance, spend
from exchange.access.users import User, user_by_id
from exchange.errors import Invalid, Unknown
from exchange.instant import DAY_US, MINUTE_US, Instant
from exchange.schema.access import api_keys, users
from exchange.store import Store

SCOPES = ("read", "buy", "bids", "supply", "hooks", "curves")
MOST_DAYS = 365
MOST_KEYS = 20
TOUCH_US = MINUTE_US
"""The last use of a key is written at most this often."""
_MARK = "lb"


_QUESTION = select(api_keys, users.c.name.label("owner")).join(users)
_BY_ID = _QUESTION.where(api_keys.c.key_id == bindparam("wanted"))


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What can be known of a key once it was shown."""

    key_id: str
    name: str
    owner: str
    scopes: tuple[str, ...]
    made_at: Instant
    expires_at: Instant
    used_at: Instant | None
    revoked_at: Instant | None

    @property
    def prefix(self) -> str:
        """How a key begins: enough to tell it from others, nothing to come in with."""
        return f"{_MARK}_{self.key_id}"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a key stands for in one request, and what is left of its allowance."""

    user: User
    key: ApiKey
    allowance: Allowance


@dataclass(frozen=True, slots=True)
class Keyring:
    """All keys; each call is a transaction of its own."""

    store: Store

    def make(self, user: User, *, name: str, scopes: tuple[str, ...], days: int) -> tuple[str, ApiKey]:
        """A new key of this user, and what it says: nobody can ever look that up again. Raises Invalid."""
        _check(name, scopes, days)
        key_id, at = token_hex(5), self.store.clock.now()
        secret = f"{_MARK}_{key_id}_{token_urlsafe(32)}"
        row = {"key_id": key_id, "user_id": user.user_id, "name": name.strip(), "made_at": at}
        row |= {"scopes": " ".join(scopes), "secret_hash": _hash(secret), "expires_at": at + days * DAY_US}
        with self.store.write_aside() as connection:
            if sum(one.revoked_at is None and one.expires_at > at for one in _keys(connection, user)) >= MOST_KEYS:
                raise Invalid("name", f"there are {MOST_KEYS} keys in use; revoke one first")
            connection.execute(insert(api_keys).values(**row))
            return secret, next(one for one in _keys(connection, user) if one.key_id == key_id)

    def caller(self, secret: str) -> Caller | None:
        """Who comes with a key that holds; counts the request and writes the key's last use now and then."""
        mark, _, rest = secret.partition("_")
        key_id, _, _ = rest.partition("_")
        at = self.store.clock.now()
        if mark != _MARK:
            return None
        with self.store.read() as connection:
            row = connection.execute(_BY_ID, {"wanted": key_id}).first()
            if row is None or not compare_digest(row.secret_hash, _hash(secret)):
                return None
            user = user_by_id(connection, row.user_id)
        if user is None or row.revoked_at is not None or row.expires_at <= at:
            return None
        with self.store.write_aside(lasting=False) as connection:
            allowance = spend(connection, CALLS, key_id, at)
            if row.used_at is None or at - row.used_at >= TOUCH_US:
                connection.execute(update(api_keys).where(api_keys.c.key_id == key_id).values(used_at=at))
        return Caller(user, _key(row), allowance)

    def keys_of(self, user: User) -> list[ApiKey]:
        """A user's keys, the newest first."""
        with self.store.read() as connection:
            return _keys(connection, user)

    def revoke(self, user: User, key_id: str) -> None:
        """End a key of one's own, at once; raises Unknown for any other."""
        ours = (api_keys.c.key_id == key_id) & (api_keys.c.user_id == user.user_id) & api_keys.c.revoked_at.is_(None)
        with self.store.write_aside() as connection:
            ended = connection.execute(update(api_keys).where(ours).values(revoked_at=self.store.clock.now()))
            if ended.rowcount == 0:
                raise Unknown("key", key_id)


def revoke_keys_of(connection: Connection, user_id: str, at: Instant) -> None:
    """End every key of somebody who is let in no more."""
    ours = (api_keys.c.user_id == user_id) & api_keys.c.revoked_at.is_(None)
    connection.execute(update(api_keys).where(ours).values(revoked_at=at))


def _check(name: str, scopes: tuple[str, ...], days: int) -> None:
    if not 1 <= len(name.strip()) <= 60:
        raise Invalid("name", "1 to 60 letters")
    if not scopes or set(scopes) - set(SCOPES):
        raise Invalid("scopes", f"some of {', '.join(SCOPES)}")
    if not 1 <= days <= MOST_DAYS:
        raise Invalid("days", f"1 to {MOST_DAYS}")


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _keys(connection: Connection, user: User) -> list[ApiKey]:
    ours = _QUESTION.where(api_keys.c.user_id == user.user_id).order_by(api_keys.c.made_at.desc(), api_keys.c.key_id)
    return [_key(row) for row in connection.execute(ours)]


def _key(row: Any) -> ApiKey:
    return ApiKey(
        key_id=row.key_id,
        name=row.name,
        owner=row.owner,
        scopes=tuple(row.scopes.split()),
        made_at=row.made_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
