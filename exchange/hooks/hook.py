"""A webhook: an address of one side of a firm's trade, the topics it asked for, and how it is doing."""

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, select

from exchange.access.users import User
from exchange.delivery import (
    BID_EXPIRED,
    BOUGHT,
    CLAIM_FILED,
    CLAIM_REJECTED,
    CLAIM_UPHELD,
    CONSENT_WITHDRAWN,
    LISTED,
    LISTING_CONVERTED,
    LISTING_EXPIRED,
    LISTING_WITHDRAWN,
    SOLD,
    Side,
)
from exchange.instant import Instant
from exchange.schema import hooks

_BOTH = (CLAIM_UPHELD, CLAIM_REJECTED, LISTING_WITHDRAWN, CONSENT_WITHDRAWN)
TOPICS_OF: dict[Side, tuple[str, ...]] = {
    "supplier": (LISTED, SOLD, LISTING_EXPIRED, LISTING_CONVERTED, CLAIM_FILED, *_BOTH),
    "buyer": (BOUGHT, BID_EXPIRED, *_BOTH),
}
"""What each side can be told."""
TEST = "webhook.test"
"""The topic of a message that tells of nothing: tried once."""
ON, OFF = "on", "off"


@dataclass(frozen=True, slots=True)
class Hook:
    """``why`` it is off: its owner, failing for days, or gone (410). ``fails`` counts calls in a row that failed."""

    hook_id: str
    organisation: str
    side: Side
    url: str
    topics: tuple[str, ...]
    state: str
    why: str
    made_at: Instant
    off_at: Instant | None
    fails: int
    failing_since_at: Instant | None

    @property
    def needs_care(self) -> bool:
        """Whether it was switched off, and not by its owner."""
        return self.state == OFF and self.why != "owner"


def sides_of(user: User) -> tuple[Side, ...]:
    """The sides of a firm's trade whose webhooks a user keeps."""
    if not user.organisation or user.role not in ("owner", "supplier"):
        return ()
    minds: tuple[tuple[Side, bool], ...] = (
        ("supplier", user.sells),
        ("buyer", user.buys and user.role == "owner"),
    )
    return tuple(side for side, does in minds if does)


def ours(user: User) -> ColumnElement[bool]:
    """The hooks a user keeps, as a condition."""
    return (hooks.c.organisation == user.organisation) & hooks.c.side.in_(sides_of(user))


def hooks_of(connection: Connection, user: User) -> list[Hook]:
    """Those a user keeps, the oldest first."""
    asked = select(hooks).where(ours(user)).order_by(hooks.c.made_at, hooks.c.hook_id)
    return [hook_of(row) for row in connection.execute(asked)]


def hook_by_id(connection: Connection, hook_id: str) -> Hook | None:
    """Anybody's, for whoever calls it; None where it was taken away."""
    row = connection.execute(select(hooks).where(hooks.c.hook_id == hook_id)).one_or_none()
    return None if row is None else hook_of(row)


def hook_of(row: Any) -> Hook:
    """A row's hook."""
    return Hook(
        hook_id=row.hook_id,
        organisation=row.organisation,
        side=cast(Side, row.side),
        url=row.url,
        topics=tuple(row.topics.split()),
        state=row.state,
        why=row.why,
        made_at=row.made_at,
        off_at=row.off_at,
        fails=row.fails,
        failing_since_at=row.failing_since_at,
    )
