"""A throttle all workers share: token buckets in the database.

A bucket's name is hashed, so that the table says nobody's address. Failures are counted per account and sender
together first, so that guessing from one place does not lock the owner out elsewhere.
"""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select, update

from exchange.instant import DAY_US, HOUR_US, MINUTE_US, Instant
from exchange.schema.access import throttle

_TOKEN = 1_000_000


@dataclass(frozen=True, slots=True)
class Limit:
    """So many at once, and one more every ``refill_us``."""

    name: str
    burst: int
    refill_us: int


LOGIN_PAIR = Limit("login-pair", burst=5, refill_us=2 * MINUTE_US)
LOGIN_ACCOUNT = Limit("login-account", burst=100, refill_us=HOUR_US // 100)
LOGIN_SENDER = Limit("login-sender", burst=300, refill_us=HOUR_US // 300)
ORDERS = Limit("orders", burst=20, refill_us=MINUTE_US // 300)
"""Orders of one user: five a second in the long run."""


def wait_us(connection: Connection, limit: Limit, who: str, at: Instant) -> int:
    """How long until the next try is allowed; 0 where it is now. Takes nothing."""
    missing = _TOKEN - _tokens(connection, limit, _bucket(limit, who), at)
    return 0 if missing <= 0 else -(-missing * limit.refill_us // _TOKEN)


def take(connection: Connection, limit: Limit, who: str, at: Instant) -> bool:
    """Take one token; False where none is left."""
    bucket = _bucket(limit, who)
    tokens = _tokens(connection, limit, bucket, at)
    if tokens < _TOKEN:
        return False
    kept = {"tokens_micro": tokens - _TOKEN, "updated_at": at}
    changed = connection.execute(update(throttle).where(throttle.c.bucket == bucket).values(**kept))
    if changed.rowcount == 0:
        connection.execute(insert(throttle).values(bucket=bucket, **kept))
    return True


def forget(connection: Connection, limit: Limit, who: str) -> None:
    """Start afresh after a success."""
    connection.execute(delete(throttle).where(throttle.c.bucket == _bucket(limit, who)))


def sweep(connection: Connection, at: Instant) -> None:
    """Drop buckets that are full again for certain."""
    connection.execute(delete(throttle).where(throttle.c.updated_at < at - DAY_US))


def _bucket(limit: Limit, who: str) -> str:
    return sha256(f"{limit.name}:{who}".encode()).hexdigest()


def _tokens(connection: Connection, limit: Limit, bucket: str, at: Instant) -> int:
    row = connection.execute(select(throttle).where(throttle.c.bucket == bucket)).first()
    if row is None:
        return limit.burst * _TOKEN
    grown = max(at - row.updated_at, 0) * _TOKEN // limit.refill_us
    return int(min(limit.burst * _TOKEN, row.tokens_micro + grown))
