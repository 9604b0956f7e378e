"""What a buyer's people do with a lead after the sale: calls, what came of them, evidence for claims; and withdrawals.

Nothing of this is on a tape, and `exchange.aftersale` is the only writer; but withdrawals are, and the store writes
them.
"""

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Table, UniqueConstraint

from exchange.schema.columns import metadata, of, whole, words

contact_attempts = Table(
    "contact_attempts",
    metadata,
    words("attempt_id", primary_key=True),
    of("sale_id", "sales.sale_id"),
    of("user_id", "users.user_id"),
    words("result"),
    words("key"),
    whole("at"),
    whole("undone_at", null=True),
    UniqueConstraint("sale_id", "key"),
    CheckConstraint("result IN ('unreached', 'reached', 'appointment')", name="result"),
    Index(None, "sale_id", "at"),
    comment="Every call a buyer's user reported, each a use of the consent; undone ones count for nothing.",
)

contact_openings = Table(
    "contact_openings",
    metadata,
    of("sale_id", "sales.sale_id", primary_key=True),
    of("user_id", "users.user_id"),
    whole("at"),
    comment="Who of the buyer first saw the contact data of a sale, and when.",
)

dispositions = Table(
    "dispositions",
    metadata,
    of("sale_id", "sales.sale_id", primary_key=True),
    of("user_id", "users.user_id"),
    words("outcome"),
    whole("contract_cents", null=True),
    whole("at"),
    CheckConstraint("outcome IN ('reached', 'appointment', 'contract', 'lost')", name="outcome"),
    CheckConstraint("contract_cents IS NULL OR (outcome = 'contract' AND contract_cents > 0)", name="contract_cents"),
    comment="What came of a sale, as its buyer last said; contract_cents: its worth to the firm.",
)

contact_rules = Table(
    "contact_rules",
    metadata,
    of("sector", "sectors.sector", primary_key=True),
    whole("attempts"),
    whole("days"),
    CheckConstraint("attempts >= days AND days >= 1", name="attempts"),
    comment="Calls in vain, and days with one, before a buyer may claim that nobody is reachable; else defaults.",
)

claim_evidence = Table(
    "claim_evidence",
    metadata,
    of("sale_id", "sales.sale_id", primary_key=True),
    of("user_id", "users.user_id"),
    whole("at"),
    whole("attempts"),
    whole("days"),
    words("algorithm"),
    whole("key_version"),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "key_version"),
    comment="What a buyer said for its claim, sealed (it may name the enquirer), and the attempts counted then.",
)

withdrawals = Table(
    "withdrawals",
    metadata,
    of("lead_id", "leads.lead_id", primary_key=True),
    whole("withdrawn_at"),
    whole("noted_at"),
    whole("seq", null=True),
    comment="Consents that the enquirer took back: nobody may call any more. seq: the entry that says so on the tape "
    "of the lead's sector; null where it was noted before tapes said it.",
)
