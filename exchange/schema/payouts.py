"""Payouts to suppliers: asked for by one operator, booked by the same or, where it is much, by another."""

from sqlalchemy import CheckConstraint, Index, Table, text

from exchange.schema.columns import metadata, of, whole, words

WAITING = "state = 'asked'"

payouts = Table(
    "payouts",
    metadata,
    words("payout_id", primary_key=True),
    of("supplier", "organisations.organisation"),
    whole("amount_cents"),
    words("reference"),
    words("state"),
    of("asked_by", "users.user_id"),
    whole("asked_at"),
    of("decided_by", "users.user_id", null=True),
    whole("decided_at", null=True),
    whole("seq", null=True),
    CheckConstraint("state IN ('asked', 'booked', 'dropped')", name="state"),
    CheckConstraint("amount_cents > 0", name="amount"),
    CheckConstraint("(state = 'booked') = (seq IS NOT NULL)", name="booked"),
    Index("ix_payouts_waiting", "supplier", unique=True, postgresql_where=text(WAITING), sqlite_where=text(WAITING)),
    Index(None, "state", "decided_at"),
    comment="seq: the order on the house's tape that booked it. One a supplier may wait for its second operator.",
)
