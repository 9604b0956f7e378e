"""Webhooks of firms, their sealed secrets, what went to each of them and every call; kept for thirty days."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    text,
)

from exchange.schema.columns import metadata, of, whole, words

ON = "state = 'on'"
WAITING = "sent_at IS NULL AND dead_at IS NULL"
"""Of a post: neither done with nor given up."""


def _of(name: str, where: str, *columns: str) -> Index:
    """An index of some rows only; both engines can."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


hooks = Table(
    "hooks",
    metadata,
    words("hook_id", primary_key=True),
    of("organisation", "organisations.organisation"),
    words("side"),
    words("url"),
    words("topics"),
    words("state"),
    words("why"),
    of("made_by", "users.user_id"),
    whole("made_at"),
    whole("off_at", null=True),
    whole("fails"),
    whole("failing_since_at", null=True),
    whole("rest_until_at"),
    whole("tried_at"),
    CheckConstraint("side IN ('buyer', 'supplier')", name="side"),
    CheckConstraint("state IN ('on', 'off')", name="state"),
    CheckConstraint("why IN ('', 'owner', 'failing', 'gone')", name="why"),
    CheckConstraint("(state = 'off') = (off_at IS NOT NULL)", name="off"),
    CheckConstraint("fails >= 0 AND (fails > 0) = (failing_since_at IS NOT NULL)", name="fails"),
    Index(None, "organisation"),
    _of("ix_hooks_tried", ON, "tried_at"),
    comment="Addresses of firms; fails counts calls in a row that failed, rest_until_at when the next one is made.",
)

hook_secrets = Table(
    "hook_secrets",
    metadata,
    words("secret_id", primary_key=True),
    of("hook_id", "hooks.hook_id"),
    whole("made_at"),
    whole("until_at", null=True),
    words("algorithm"),
    whole("key_version"),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "hook_id"),
    Index(None, "key_version"),
    comment="What messages are signed with; an older secret also signs up to until_at.",
)

hook_posts = Table(
    "hook_posts",
    metadata,
    of("hook_id", "hooks.hook_id"),
    words("post_id"),
    words("topic"),
    words("body"),
    whole("posted_at"),
    whole("attempts"),
    whole("next_at"),
    whole("locked_until_at", null=True),
    whole("fence"),
    whole("tried_at", null=True),
    whole("sent_at", null=True),
    whole("dead_at", null=True),
    words("last_error"),
    whole("status", null=True),
    words("excerpt"),
    PrimaryKeyConstraint("hook_id", "post_id"),
    CheckConstraint("sent_at IS NULL OR dead_at IS NULL", name="one_end"),
    CheckConstraint("attempts >= 0 AND fence >= attempts", name="counts"),
    _of("ix_hook_posts_due", WAITING, "hook_id", "next_at", "post_id"),
    Index(None, "hook_id", "posted_at", "post_id"),
    Index(None, "posted_at"),
    comment="Messages for one webhook, ids only. next_at: when due, or when free of the courier that has it.",
)

hook_attempts = Table(
    "hook_attempts",
    metadata,
    words("hook_id"),
    words("post_id"),
    whole("fence"),
    whole("tried_at"),
    whole("took_ms"),
    whole("status", null=True),
    words("error"),
    whole("next_at", null=True),
    ForeignKeyConstraint(["hook_id", "post_id"], ["hook_posts.hook_id", "hook_posts.post_id"], ondelete="CASCADE"),
    PrimaryKeyConstraint("hook_id", "post_id", "fence"),
    comment="One call each; next_at: when the message is tried again because of it, null where it is not.",
)
