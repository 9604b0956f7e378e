"""The secrets of webhooks, sealed: one signs, an older one signs beside it until its receiver has changed over."""

from secrets import token_hex

from sqlalchemy import Connection, func, insert, select, update

from exchange.errors import Invalid
from exchange.hooks.signature import make_secret
from exchange.instant import DAY_US, Instant
from exchange.schema import hook_secrets
from exchange.vault import Sealed, Vault

OVERLAP_US = DAY_US
"""How long an older secret still signs."""
MOST_LIVING = 3


def add_secret(connection: Connection, vault: Vault, hook_id: str, now: Instant) -> str:
    """A new secret of a webhook; the ones before end in a day. Raises Invalid where too many still hold."""
    living = _living(hook_id, now)
    count = connection.execute(select(func.count()).select_from(hook_secrets).where(living)).scalar_one()
    if count >= MOST_LIVING:
        raise Invalid("secret", "often")
    older = living & hook_secrets.c.until_at.is_(None)
    connection.execute(update(hook_secrets).where(older).values(until_at=now + OVERLAP_US))
    secret_id, secret = token_hex(8), make_secret()
    row = {"secret_id": secret_id, "hook_id": hook_id, "made_at": now, "until_at": None}
    connection.execute(insert(hook_secrets).values(**row, **vault.seal(_place(secret_id), secret).columns))
    return secret


def secrets_of(connection: Connection, vault: Vault, hook_id: str, now: Instant) -> list[str]:
    """Those that sign at an instant, the newest first."""
    asked = select(hook_secrets).where(_living(hook_id, now))
    rows = connection.execute(asked.order_by(hook_secrets.c.made_at.desc(), hook_secrets.c.secret_id))
    return [vault.open(_place(row.secret_id), Sealed.of(row)) for row in rows]


def overlap_until(connection: Connection, hook_id: str, now: Instant) -> Instant | None:
    """Until when older secrets still sign; None where the newest signs alone."""
    asked = select(func.max(hook_secrets.c.until_at)).where(_living(hook_id, now))
    found: Instant | None = connection.execute(asked).scalar_one_or_none()
    return found


def _living(hook_id: str, now: Instant):  # type: ignore[no-untyped-def]
    until_at = hook_secrets.c.until_at
    return (hook_secrets.c.hook_id == hook_id) & (until_at.is_(None) | (until_at > now))


def _place(secret_id: str) -> str:
    return f"hook_secrets|{secret_id}"
