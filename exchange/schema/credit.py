"""Credit lines that are to be raised far: asked for by one operator, set by another."""

from sqlalchemy import CheckConstraint, Index, Table, text

from exchange.schema.columns import metadata, of, whole, words

WAITING = "state = 'asked'"

credit_asks = Table(
    "credit_asks",
    metadata,
    words("ask_id", primary_key=True),
    of("organisation", "organisations.organisation"),
    whole("credit_line_cents"),
    words("state"),
    of("asked_by", "users.user_id"),
    whole("asked_at"),
    of("decided_by", "users.user_id", null=True),
    whole("decided_at", null=True),
    whole("seq", null=True),
    CheckConstraint("state IN ('asked', 'set', 'dropped')", name="state"),
    CheckConstraint("credit_line_cents > 0", name="credit_line"),
    CheckConstraint("(state = 'set') = (seq IS NOT NULL)", name="set"),
    CheckConstraint("state <> 'set' OR decided_by <> asked_by", name="four_eyes"),
    Index(
        "ix_credit_asks_waiting",
        "organisation",
        unique=True,
        postgresql_where=text(WAITING),
        sqlite_where=text(WAITING),
    ),
    comment="seq: the order on the house's tape that set it. One a firm may wait; whoever asked never sets it.",
)
