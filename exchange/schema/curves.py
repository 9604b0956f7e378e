"""Curves on their way to the tape: drafts, and the limits a curve must keep.

Nothing of this is on a tape and none of it decides a price: `exchange.operators` writes it.
"""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Table, text

from exchange.schema.columns import metadata, of, whole, words

LIVING = "state IN ('open', 'asked')"

curve_drafts = Table(
    "curve_drafts",
    metadata,
    words("draft_id", primary_key=True),
    of("sector", "sectors.sector"),
    whole("revision"),
    words("state"),
    words("payload"),
    whole("start_cents"),
    whole("floor_cents"),
    of("author", "users.user_id"),
    whole("made_at"),
    of("changed_by", "users.user_id"),
    whole("changed_at"),
    words("reason"),
    Column("activates", Boolean, nullable=False),
    whole("from_at", null=True),
    whole("asked_at", null=True),
    of("decided_by", "users.user_id", null=True),
    whole("decided_at", null=True),
    words("decision"),
    whole("number", null=True),
    CheckConstraint("state IN ('open', 'asked', 'approved', 'discarded')", name="state"),
    CheckConstraint("(state = 'approved') = (number IS NOT NULL)", name="number"),
    CheckConstraint("decided_by IS NULL OR state <> 'approved' OR decided_by <> changed_by", name="four_eyes"),
    Index("ix_curve_drafts_living", "sector", unique=True, postgresql_where=text(LIVING), sqlite_where=text(LIVING)),
    Index(None, "sector", "number"),
    comment="Curves that are drawn, asked for and approved; one living draft a sector. Start and floor are the prices "
    "it was drawn for. Whoever changed it last never approves it.",
)

curve_limits = Table(
    "curve_limits",
    metadata,
    of("sector", "sectors.sector", primary_key=True),
    whole("revision"),
    whole("largest_fall_bp"),
    whole("least_step_us"),
    whole("least_hold_us"),
    whole("least_floor_cents", null=True),
    whole("cost_cents", null=True),
    of("changed_by", "users.user_id"),
    whole("changed_at"),
    # looser limits one operator wants, which another puts in force
    words("asked", null=True),
    words("asked_by", null=True),
    whole("asked_at", null=True),
    comment="What a curve of a sector must keep to be asked for; a sector without a row has the house's defaults.",
)
