"""What goes to each webhook: spread from the outbox, taken by couriers a few a webhook, marked with what came of it.

A post keeps the delivery id of the message it came from, whoever takes it and however often: that is the id its
receiver knows repetitions by. As in the outbox, a mark under an older fence changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from exchange.delivery import LEAST_ATTEMPTS, PATIENCE_US, Attempt, Mark, Message, hook_off, mark
from exchange.hooks.call import GONE, Said
from exchange.hooks.hook import OFF, ON, TEST
from exchange.hooks.wording import body_of
from exchange.instant import SECOND_US, Instant
from exchange.payload import parse
from exchange.schema import hook_attempts, hook_posts, hooks
from exchange.store.outbox import post_aside

MOST_HOOKS = 16
"""Webhooks that are called in one round; those that waited longest go first."""
EACH = 10
"""Most messages a webhook gets in one round: one with a long queue holds nobody up."""
REST_US = 15 * SECOND_US
"""How long a webhook that failed is left alone, times the failures in a row."""
MOST_REST_US = 300 * SECOND_US

_known = hook_posts.c
_WAITING = (_known.sent_at.is_(None), _known.dead_at.is_(None))
_MARK = update(hook_posts).where(
    _known.hook_id == bindparam("hook"),
    _known.post_id == bindparam("post"),
    _known.fence == bindparam("taken"),
    *_WAITING,
)


@dataclass(frozen=True, slots=True)
class Post:
    """A message in a courier's hand: its ``attempts``-th try, under this fence."""

    hook_id: str
    post_id: str
    topic: str
    body: str
    posted_at: Instant
    attempts: int
    fence: int


def spread(connection: Connection, message: Message, now: Instant) -> int:
    """Put a message in the queue of every webhook that asked for it, once; returns how many they are."""
    wanted = select(hooks.c.hook_id, hooks.c.topics).where(
        hooks.c.organisation == message.organisation, hooks.c.side == message.side, hooks.c.made_at <= message.at
    )
    found = [row.hook_id for row in connection.execute(wanted) if message.topic in row.topics.split()]
    if not found:
        return 0
    has = select(_known.hook_id).where(_known.hook_id.in_(found), _known.post_id == message.delivery_id)
    new = set(found) - set(connection.execute(has).scalars())
    if new:
        body = body_of(connection, message)
        rows = [post_row(hook_id, message.delivery_id, message.topic, body, message.at, now) for hook_id in sorted(new)]
        connection.execute(insert(hook_posts), rows)
    return len(found)


def post_row(hook_id: str, post_id: str, topic: str, body: str, posted_at: Instant, now: Instant) -> dict[str, Any]:
    """A message that waits, due now."""
    what = {"hook_id": hook_id, "post_id": post_id, "topic": topic, "body": body, "posted_at": posted_at}
    return what | {"attempts": 0, "next_at": now, "fence": 0, "last_error": "", "excerpt": ""}


def take(connection: Connection, now: Instant, *, until: Instant) -> list[list[Post]]:
    """Take what is due, a list a webhook, each for nobody else until an instant; it is due again then."""
    due = select(_known.post_id).where(*_WAITING, _known.hook_id == hooks.c.hook_id, _known.next_at <= now)
    ready = select(hooks.c.hook_id).where(hooks.c.state == ON, hooks.c.rest_until_at <= now, due.exists())
    first = ready.order_by(hooks.c.tried_at, hooks.c.hook_id).limit(MOST_HOOKS).with_for_update(skip_locked=True)
    found = list(connection.execute(first).scalars())
    if found:
        connection.execute(update(hooks).where(hooks.c.hook_id.in_(found)).values(tried_at=now))
    return [posts for hook_id in found if (posts := _take(connection, hook_id, now, until))]


def _take(connection: Connection, hook_id: str, now: Instant, until: Instant) -> list[Post]:
    due = select(hook_posts).where(*_WAITING, _known.hook_id == hook_id, _known.next_at <= now)
    first = due.order_by(_known.next_at, _known.post_id).limit(EACH).with_for_update(skip_locked=True)
    rows = connection.execute(first).all()
    if rows:
        ours = (_known.hook_id == hook_id) & _known.post_id.in_([row.post_id for row in rows])
        held = {"attempts": _known.attempts + 1, "fence": _known.fence + 1, "locked_until_at": until, "next_at": until}
        connection.execute(update(hook_posts).where(ours).values(held))
    return [
        Post(hook_id, row.post_id, row.topic, row.body, row.posted_at, row.attempts + 1, row.fence + 1) for row in rows
    ]


def put_mark(connection: Connection, post: Post, said: Said, now: Instant, *, draw: int) -> bool:
    """Write what came of a call, of the post and of its webhook; False where somebody else has the post by now.

    ``draw`` as in `exchange.delivery.wait_us`.
    """
    failed = "refused" if post.topic == TEST else "failed"
    attempt = Attempt("carried") if said.carried else Attempt(failed, said.code)  # type: ignore[arg-type]
    became = mark(attempt, now, attempts=post.attempts, posted_at=post.posted_at, draw=draw)
    if became.sent_at is None and became.dead_at is None:
        became = replace(became, next_at=max(became.next_at, now + said.later_s * SECOND_US))
    if not _put(connection, post, said, became, now):
        return False
    if said.carried:
        well = {"fails": 0, "failing_since_at": None, "rest_until_at": 0}
        connection.execute(update(hooks).where(hooks.c.hook_id == post.hook_id, hooks.c.fails > 0).values(well))
    elif post.topic != TEST:
        _count_failure(connection, post, said, now)
    return True


def _put(connection: Connection, post: Post, said: Said, became: Mark, now: Instant) -> bool:
    marked = _MARK.values(
        next_at=became.next_at,
        sent_at=became.sent_at,
        dead_at=became.dead_at,
        last_error=became.last_error,
        locked_until_at=None,
        tried_at=now,
        status=said.status,
        excerpt=said.excerpt,
    )
    if connection.execute(marked, _whose(post)).rowcount != 1:
        return False
    done = became.sent_at is not None or became.dead_at is not None
    what = {"hook_id": post.hook_id, "post_id": post.post_id, "fence": post.fence, "tried_at": now}
    told = {"took_ms": said.took_ms, "status": said.status, "error": became.last_error}
    connection.execute(insert(hook_attempts).values(**what, **told, next_at=None if done else became.next_at))
    return True


def _whose(post: Post) -> dict[str, Any]:
    return {"hook": post.hook_id, "post": post.post_id, "taken": post.fence}


def _count_failure(connection: Connection, post: Post, said: Said, now: Instant) -> None:
    """Let the webhook rest; off where it said that it is gone, or has taken nothing for three days."""
    hook = connection.execute(select(hooks).where(hooks.c.hook_id == post.hook_id).with_for_update()).one()
    fails, since = hook.fails + 1, now if hook.failing_since_at is None else hook.failing_since_at
    rest_us = max(min(REST_US * fails, MOST_REST_US), said.later_s * SECOND_US)
    values = {"fails": fails, "failing_since_at": since, "rest_until_at": now + rest_us}
    why = "gone" if said.code == GONE else "failing" if fails >= LEAST_ATTEMPTS and now - since >= PATIENCE_US else ""
    if why and hook.state == ON:
        values |= {"state": OFF, "why": why, "off_at": now}
        post_aside(connection, hook_off(post.hook_id, _message(post, hook.organisation), now))
    connection.execute(update(hooks).where(hooks.c.hook_id == post.hook_id).values(values))


def _message(post: Post, organisation: str) -> Message:
    """What a post told of, as far as a notice needs it."""
    data = parse(post.body)["data"]
    return Message(
        post.post_id, post.topic, organisation, data["side"], data["sector"], data["seq"], post.posted_at, {}
    )


def put_back(connection: Connection, posts: Iterable[Post], now: Instant) -> None:
    """Let others take at once what was taken and not tried."""
    back = _MARK.values(next_at=now, attempts=_known.attempts - 1, locked_until_at=None)
    for post in posts:
        connection.execute(back, _whose(post))


def purge(connection: Connection, before: Instant) -> int:
    """Forget what happened before an instant, whatever became of it; returns how many posts."""
    return connection.execute(delete(hook_posts).where(_known.posted_at < before)).rowcount
