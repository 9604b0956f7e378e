"""Deposits that firms announced, and who confirmed that the money arrived."""

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint

from exchange.schema.columns import metadata, of, whole, words

deposits = Table(
    "deposits",
    metadata,
    words("reference", primary_key=True),
    of("organisation", "organisations.organisation"),
    words("provider"),
    whole("amount_cents"),
    words("state"),
    of("asked_by", "users.user_id", null=True),
    whole("asked_at"),
    whole("received_cents", null=True),
    words("receipt", null=True),
    of("first_by", "users.user_id", null=True),
    whole("first_at", null=True),
    of("second_by", "users.user_id", null=True),
    whole("after_seq", null=True),
    whole("seq", null=True),
    whole("booked_at", null=True),
    UniqueConstraint("provider", "receipt"),
    CheckConstraint("state IN ('open', 'checked', 'received', 'booked', 'cancelled')", name="state"),
    CheckConstraint("amount_cents > 0 AND received_cents > 0", name="amounts"),
    CheckConstraint("first_by <> second_by", name="four_eyes"),
    CheckConstraint("(state = 'booked') = (seq IS NOT NULL)", name="booked"),
    Index(None, "organisation", "asked_at"),
    Index(None, "state", "asked_at"),
    comment="seq: the order on the house's tape that booked it; after_seq: where that tape ended when booking began.",
)
