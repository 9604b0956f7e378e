"""A throttle all workers share: token buckets in the database.

A bucket's name is hashed, so that the table says nobody's address. Failures are counted per account and sender
together first, so that guessing from one place does not lock the owner out elsewhere; a browser that the owner has
used before has a bucket of its own, so that guessing from many places does not either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from exchange.access.once import insert_once
from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Instant
from exchange.schema.access import throttle
from exchange.store.engine import locked

_TOKEN = 1_000_000


@dataclass(frozen=True, slots=True)
class Limit:
    """So many at once, and one more every ``refill_us``."""

    name: str
    burst: int
    refill_us: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit after asking: ``granted`` or not, how many more at once, when it is whole again."""

    limit: Limit
    granted: bool
    remaining: int
    full_us: int
    wait_us: int

    @property
    def reset_s(self) -> int:
        """Whole seconds until the limit is whole again."""
        return -(-self.full_us // SECOND_US)

    @property
    def wait_s(self) -> int:
        """Whole seconds until the next one is granted; 0 where it was."""
        return -(-self.wait_us // SECOND_US)


LOGIN_PAIR = Limit("login-pair", burst=5, refill_us=2 * MINUTE_US)
LOGIN_ACCOUNT = Limit("login-account", burst=100, refill_us=HOUR_US // 100)
LOGIN_SENDER = Limit("login-sender", burst=300, refill_us=HOUR_US // 300)
LOGIN_DEVICE = Limit("login-device", burst=10, refill_us=MINUTE_US)
CODE_PAIR = Limit("code-pair", burst=5, refill_us=2 * MINUTE_US)
CODE_ACCOUNT = Limit("code-account", burst=20, refill_us=HOUR_US // 10)
"""Codes tried by browsers nobody knows, after the right password: at most 240 of a million a day."""
CODE_DEVICE = Limit("code-device", burst=5, refill_us=2 * MINUTE_US)
PROOF = Limit("proof", burst=5, refill_us=2 * MINUTE_US)
"""Passwords and codes asked for again by somebody who is logged in."""
LINKS = Limit("links", burst=20, refill_us=MINUTE_US)
"""One-time links tried from one address."""
ORDERS = Limit("orders", burst=20, refill_us=MINUTE_US // 300)
"""Orders of one user: five a second in the long run."""
CALLS = Limit("calls", burst=120, refill_us=MINUTE_US // 600)
"""Requests with one API key: ten a second in the long run."""


def spend(connection: Connection, limit: Limit, who: str, at: Instant) -> Allowance:
    """Take one token if there is one, and say what is left. Two processes never take the same one."""
    bucket = _bucket(limit, who)
    row = _row(connection, bucket)
    if row is None:
        insert_once(connection, throttle, {"bucket": bucket, "tokens_micro": limit.burst * _TOKEN, "updated_at": at})
        row = _row(connection, bucket)
    tokens = _tokens(row, limit, at)
    granted = tokens >= _TOKEN
    if granted:
        tokens -= _TOKEN
        connection.execute(_KEPT, {"wanted": bucket, "tokens": tokens, "at": at})
    return Allowance(
        limit,
        granted,
        remaining=tokens // _TOKEN,
        full_us=(limit.burst * _TOKEN - tokens) * limit.refill_us // _TOKEN,
        wait_us=0 if granted else -(-(_TOKEN - tokens) * limit.refill_us // _TOKEN),
    )


def knock(connection: Connection, knocks: Sequence[tuple[Limit, str]], at: Instant) -> int:
    """Take one token of each of several buckets, or none where one is empty: how long until all have one, 0 if taken.

    Each bucket is made if need be and locked before the next one is looked at: two who name the same buckets in the
    same order never wait for each other in a circle.
    """
    buckets = [_bucket(limit, who) for limit, who in knocks]
    tokens = []
    for bucket, (limit, _) in zip(buckets, knocks, strict=True):
        insert_once(connection, throttle, {"bucket": bucket, "tokens_micro": limit.burst * _TOKEN, "updated_at": at})
        tokens.append(_tokens(_row(connection, bucket), limit, at))
    if min(tokens) < _TOKEN:
        short = zip(tokens, knocks, strict=True)
        return max(-(-(_TOKEN - held) * limit.refill_us // _TOKEN) for held, (limit, _) in short)
    for bucket, held in zip(buckets, tokens, strict=True):
        connection.execute(_KEPT, {"wanted": bucket, "tokens": held - _TOKEN, "at": at})
    return 0


def take(connection: Connection, limit: Limit, who: str, at: Instant) -> bool:
    """Take one token; False where none is left."""
    return spend(connection, limit, who, at).granted


def forget(connection: Connection, limit: Limit, who: str) -> None:
    """Start afresh after a success."""
    connection.execute(delete(throttle).where(throttle.c.bucket == _bucket(limit, who)))


def sweep(connection: Connection, at: Instant) -> None:
    """Drop buckets that are full again for certain."""
    connection.execute(delete(throttle).where(throttle.c.updated_at < at - DAY_US))


def _bucket(limit: Limit, who: str) -> str:
    return sha256(f"{limit.name}:{who}".encode()).hexdigest()


_LOCKED = locked(select(throttle).where(throttle.c.bucket == bindparam("wanted")))
_KEPT = (
    update(throttle)
    .where(throttle.c.bucket == bindparam("wanted"))
    .values(tokens_micro=bindparam("tokens"), updated_at=bindparam("at"))
)


def _row(connection: Connection, bucket: str) -> Any:
    """A bucket's row, locked until the end of the transaction; None where nobody has drawn from it."""
    return connection.execute(_LOCKED, {"wanted": bucket}).first()


def _tokens(row: Any, limit: Limit, at: Instant) -> int:
    if row is None:
        return limit.burst * _TOKEN
    grown = max(at - row.updated_at, 0) * _TOKEN // limit.refill_us
    return int(min(limit.burst * _TOKEN, row.tokens_micro + grown))
