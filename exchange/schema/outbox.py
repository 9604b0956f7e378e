"""What leaves the house, and the processes that see to it; written by `store.outbox` and `store.processes` only."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Table, text

from exchange.schema.columns import metadata, whole, words

WAITING = "sent_at IS NULL AND dead_at IS NULL"
"""Of a message: neither done with nor given up."""


def _of(name: str, where: str, *columns: str) -> Index:
    """An index of some rows only; both engines can."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


outbox = Table(
    "outbox",
    metadata,
    words("delivery_id", primary_key=True),
    words("topic"),
    words("organisation"),
    words("side"),
    words("sector"),
    whole("seq"),
    words("payload"),
    whole("posted_at"),
    whole("attempts"),
    whole("next_at"),
    whole("locked_until_at", null=True),
    whole("fence"),
    whole("sent_at", null=True),
    whole("dead_at", null=True),
    words("last_error"),
    ForeignKeyConstraint(["sector", "seq"], ["tape.sector", "tape.seq"]),
    CheckConstraint("side IN ('buyer', 'supplier')", name="side"),
    CheckConstraint("sent_at IS NULL OR dead_at IS NULL", name="one_end"),
    CheckConstraint("attempts >= 0 AND fence >= attempts", name="counts"),
    _of("ix_outbox_due", WAITING, "next_at", "delivery_id"),
    _of("ix_outbox_sent", "sent_at IS NOT NULL", "sent_at"),
    _of("ix_outbox_dead", "dead_at IS NOT NULL", "dead_at"),
    comment="Messages to organisations, ids only. next_at: when due, or when free of the courier that has it.",
)

processes = Table(
    "processes",
    metadata,
    words("process", primary_key=True),
    words("host"),
    whole("pid"),
    words("kind"),
    words("carrier"),
    whole("started_at"),
    whole("beat_at"),
    comment="Job processes as they last said of themselves; host is a hash of its name.",
)
