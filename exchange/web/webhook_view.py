"""A webhook and its messages in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from exchange.hooks.history import PostRow, Try
from exchange.hooks.hook import OFF, Hook
from exchange.instant import Instant
from exchange.web import formats
from exchange.web.visit import Visit

TONES = {"sent": "ok", "failed": "bad", "retrying": "warn"}


@dataclass(frozen=True, slots=True)
class HookView:
    """``trouble`` says why it is off, or since when it takes nothing; ``overlap`` until when an old secret signs."""

    id: str
    url: str
    side: str
    topics: str
    on: bool
    state: str
    tone: str
    trouble: str
    made: str
    overlap: str


@dataclass(frozen=True, slots=True)
class PostView:
    """One message."""

    id: str
    topic: str
    kind: str
    at: str
    state: str
    tone: str
    attempts: str
    answer: str
    excerpt: str
    next: str
    body: str
    tries: list[str]
    """Every call so far, in a line each."""


def hook_view(seen: Visit, hook: Hook, overlap_until: Instant | None = None) -> HookView:
    """A webhook."""
    state = hook.state if hook.state == OFF or not hook.fails else "failing"
    return HookView(
        id=hook.hook_id,
        url=hook.url,
        side=seen.t(f"webhooks.side.{hook.side}"),
        topics=", ".join(seen.t(f"webhooks.topic.{topic}") for topic in hook.topics),
        on=hook.state != OFF,
        state=seen.t(f"webhooks.state.{state}"),
        tone={"on": "ok", "failing": "warn"}.get(state, "bad" if hook.why != "owner" else ""),
        trouble=_trouble(seen, hook),
        made=formats.moment(hook.made_at, "date", seen.lang),
        overlap="" if overlap_until is None else formats.moment(overlap_until, "minute", seen.lang),
    )


def _trouble(seen: Visit, hook: Hook) -> str:
    if hook.off_at is not None:
        return seen.t(f"webhooks.off.{hook.why}", at=formats.lately(hook.off_at, seen.now, seen.lang))
    if hook.failing_since_at is None:
        return ""
    since = formats.lately(hook.failing_since_at, seen.now, seen.lang)
    return seen.tn("webhooks.failing", hook.fails, at=since)


def post_view(seen: Visit, row: PostRow, tries: Sequence[Try], *, on: bool) -> PostView:
    """A message; where its webhook is off, what waits is held."""
    state = "held" if row.next_at is not None and not on else row.state
    due = "" if row.next_at is None or not on else formats.lately(max(row.next_at, seen.now), seen.now, seen.lang)
    error = seen.t(f"webhooks.code.{row.error}") if row.error else ""
    return PostView(
        id=row.post_id,
        topic=row.topic,
        kind=seen.t(f"webhooks.topic.{row.topic}"),
        at=formats.lately(row.posted_at, seen.now, seen.lang),
        state=seen.t(f"webhooks.post.{state}"),
        tone=TONES.get(state, ""),
        attempts=seen.tn("webhooks.attempts", row.attempts) if row.attempts else "",
        answer=" · ".join(part for part in (str(row.status or ""), error) if part),
        excerpt=row.excerpt,
        next=due,
        body=row.body,
        tries=[_try(seen, one) for one in tries],
    )


def _try(seen: Visit, one: Try) -> str:
    """``22.11. 06:01:02 · 503 nicht angenommen · 142 ms · nächster Versuch heute 06:01``."""
    error = seen.t(f"webhooks.code.{one.error}") if one.error else ""
    answer = " ".join(part for part in (str(one.status or ""), error) if part)
    due = "" if one.next_at is None else seen.t("webhooks.next", at=formats.moment(one.next_at, "second", seen.lang))
    at, took = formats.moment(one.tried_at, "second", seen.lang), f"{formats.number(one.took_ms, seen.lang)} ms"
    return " · ".join(part for part in (at, answer, took, due) if part)
