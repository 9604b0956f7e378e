"""Browsers somebody has logged in with before: strangers who guess a password do not lock these out.

The browser keeps 256 random bits in a cookie of its own, the table their hash. Being known opens nothing: it only
gives the password a throttle that others cannot use up.
"""

from sqlalchemy import Connection, delete, select, update

from exchange.access.once import insert_once
from exchange.access.sessions import token_hash
from exchange.instant import Instant
from exchange.schema.access import devices, users
from exchange.schema.personal import DEVICE_KEPT_US

KNOWN_US = DEVICE_KEPT_US


def is_known(connection: Connection, device: str, email: str, at: Instant) -> bool:
    """Whether the user of this address has logged in with this browser lately."""
    question = (
        select(devices.c.user_id)
        .join(users)
        .where(devices.c.device_hash == token_hash(device), users.c.email == email, devices.c.seen_at > at - KNOWN_US)
    )
    return bool(device) and connection.execute(question).first() is not None


def remember(connection: Connection, device: str, user_id: str, at: Instant) -> None:
    """Somebody has logged in with this browser; those not seen for long are forgotten on the way."""
    connection.execute(delete(devices).where(devices.c.seen_at < at - KNOWN_US))
    ours = {"device_hash": token_hash(device), "user_id": user_id}
    found = (devices.c.device_hash == ours["device_hash"]) & (devices.c.user_id == user_id)
    if connection.execute(update(devices).where(found).values(seen_at=at)).rowcount == 0:
        insert_once(connection, devices, {**ours, "seen_at": at})


def forget_devices_of(connection: Connection, user_id: str) -> None:
    """Every browser is a stranger to this user again: the password was changed."""
    connection.execute(delete(devices).where(devices.c.user_id == user_id))
