"""The tape and its heads, and the answers kept for idempotency keys (rules.md §9, §10)."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    text,
)

from exchange.schema.columns import metadata, of, whole, words

heads = Table(
    "heads",
    metadata,
    words("sector", primary_key=True),
    whole("head_seq"),
    words("head_hash"),
    whole("settled_until_at"),
    whole("next_due_at", null=True),
    words("permits", server_default=""),
    CheckConstraint("head_seq >= 0", name="head_seq"),
    comment="One row per tape: where it ends. Locked first by whoever writes in the sector.",
)

tape = Table(
    "tape",
    metadata,
    of("sector", "heads.sector"),
    whole("seq"),
    whole("at"),
    words("kind"),
    words("payload"),
    words("hash"),
    PrimaryKeyConstraint("sector", "seq"),
    CheckConstraint("seq > 0", name="seq"),
    Index(
        "ix_tape_skipped",
        "sector",
        "seq",
        postgresql_where=text("kind = 'skipped'"),
        sqlite_where=text("kind = 'skipped'"),
    ),
    Index(
        "ix_tape_rules",
        "sector",
        "seq",
        postgresql_where=text("kind IN ('open', 'tune', 'halted', 'resumed')"),
        sqlite_where=text("kind IN ('open', 'tune', 'halted', 'resumed')"),
    ),
    comment="Orders and outcomes, append-only, chained; no personal data.",
)

idempotency = Table(
    "idempotency",
    metadata,
    words("organisation"),
    words("verb"),
    words("key"),
    whole("part"),
    words("request_hash"),
    words("sector"),
    whole("first_seq"),
    whole("last_seq"),
    whole("created_at"),
    Column("for_ever", Boolean, nullable=False),
    PrimaryKeyConstraint("organisation", "verb", "key", "part"),
    ForeignKeyConstraint(["sector", "first_seq"], ["tape.sector", "tape.seq"]),
    Index(None, "created_at"),
    comment="A key's answer is a stretch of the tape. Kept 30 days, on a sale for ever.",
)
