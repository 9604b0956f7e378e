"""What went to a webhook, for whoever keeps it: a page at a time, and to send it once more."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from exchange.instant import Instant
from exchange.schema import hook_attempts, hook_posts

_known = hook_posts.c
_WAITING = _known.sent_at.is_(None) & _known.dead_at.is_(None)
STATES: dict[str, ColumnElement[bool]] = {
    "waiting": _WAITING & (_known.last_error == ""),
    "retrying": _WAITING & (_known.last_error != ""),
    "failed": _known.dead_at.is_not(None),
    "sent": _known.sent_at.is_not(None),
}
"""Not tried yet; tried, and tried again later; given up; there."""


@dataclass(frozen=True, slots=True)
class PostRow:
    """One message and what became of it; ``status``, ``excerpt`` of the last answer, ``error`` a code of ours."""

    post_id: str
    topic: str
    state: str
    attempts: int
    posted_at: Instant
    tried_at: Instant | None
    next_at: Instant | None
    sent_at: Instant | None
    status: int | None
    error: str
    excerpt: str
    body: str


@dataclass(frozen=True, slots=True)
class Try:
    """One call: how long it took, what was answered, and when the message was due again because of it."""

    tried_at: Instant
    took_ms: int
    status: int | None
    error: str
    next_at: Instant | None


def posts_of(
    connection: Connection,
    hook_id: str,
    *,
    state: str = "",
    after: tuple[Instant, str] | None = None,
    size: int = 25,
) -> tuple[list[PostRow], tuple[Instant, str] | None]:
    """Messages of a webhook, the latest first, and where the next page begins; ``state`` is one of `STATES`."""
    asked = select(hook_posts).where(_known.hook_id == hook_id)
    if state:
        asked = asked.where(STATES[state])
    if after is not None:
        at, post_id = after
        asked = asked.where((_known.posted_at < at) | ((_known.posted_at == at) & (_known.post_id < post_id)))
    rows = connection.execute(asked.order_by(_known.posted_at.desc(), _known.post_id.desc()).limit(size + 1)).all()
    last = rows[size - 1] if len(rows) > size else None
    return [_row(row) for row in rows[:size]], None if last is None else (last.posted_at, last.post_id)


def tries_of(connection: Connection, hook_id: str, post_ids: Sequence[str]) -> Mapping[str, list[Try]]:
    """Every call there was for each of these messages, the first one first."""
    known = hook_attempts.c
    asked = select(known.post_id, known.tried_at, known.took_ms, known.status, known.error, known.next_at).where(
        known.hook_id == hook_id, known.post_id.in_(post_ids)
    )
    found = defaultdict[str, list[Try]](list)
    for post_id, *rest in connection.execute(asked.order_by(known.post_id, known.fence)):
        found[post_id].append(Try(*rest))
    return found


def post_of(connection: Connection, hook_id: str, post_id: str) -> PostRow | None:
    """One message of a webhook."""
    asked = select(hook_posts).where(_known.hook_id == hook_id, _known.post_id == post_id)
    row = connection.execute(asked).one_or_none()
    return None if row is None else _row(row)


def counts_of(connection: Connection, hook_id: str) -> dict[str, int]:
    """How many messages are in each state."""
    parts = [func.count().filter(condition).label(state) for state, condition in STATES.items()]
    return dict(connection.execute(select(*parts).where(_known.hook_id == hook_id)).one()._mapping)


def again(connection: Connection, hook_id: str, post_id: str, now: Instant) -> bool:
    """Send one message once more, under its id, whatever became of it; False where there is none."""
    if post_of(connection, hook_id, post_id) is None:
        return False
    _revive(connection, (_known.hook_id == hook_id) & (_known.post_id == post_id), now)
    return True


def again_since(connection: Connection, hook_id: str, since: Instant, now: Instant) -> int:
    """Send once more what failed of everything that happened since an instant; returns how many."""
    failed = STATES["failed"] | STATES["retrying"]
    return _revive(connection, and_(_known.hook_id == hook_id, _known.posted_at >= since, failed), now)


def due_now(connection: Connection, hook_id: str, now: Instant) -> None:
    """Let everything that waits be tried at once: the webhook is on again, or elsewhere."""
    free = _WAITING & _known.locked_until_at.is_(None)
    connection.execute(update(hook_posts).where(_known.hook_id == hook_id, free).values(next_at=now))


def _revive(connection: Connection, which: ColumnElement[bool], now: Instant) -> int:
    """What a courier has in hand is being tried anyway."""
    free = which & (_known.locked_until_at.is_(None) | (_known.next_at <= now))
    fresh = {"sent_at": None, "dead_at": None, "attempts": 0, "next_at": now, "last_error": "", "locked_until_at": None}
    return connection.execute(update(hook_posts).where(free).values(fresh)).rowcount


def _row(row: Any) -> PostRow:
    state = "sent" if row.sent_at is not None else "failed" if row.dead_at is not None else ""
    state = state or ("retrying" if row.last_error else "waiting")
    return PostRow(
        post_id=row.post_id,
        topic=row.topic,
        state=state,
        attempts=row.attempts,
        posted_at=row.posted_at,
        tried_at=row.tried_at,
        next_at=row.next_at if state in ("waiting", "retrying") else None,
        sent_at=row.sent_at,
        status=row.status,
        error=row.last_error,
        excerpt=row.excerpt,
        body=row.body,
    )
