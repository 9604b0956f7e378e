"""Leads, and apart from them the enquirers' contact data and consents: encrypted, erasable."""

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, PrimaryKeyConstraint, Table

from exchange.schema.columns import metadata, of, whole, words

leads = Table(
    "leads",
    metadata,
    words("lead_id", primary_key=True),
    of("sector", "sectors.sector"),
    of("supplier", "organisations.organisation"),
    words("person_id"),
    words("region"),
    words("postcode"),
    words("answers"),
    whole("asked_at"),
    whole("received_at"),
    words("source"),
    words("campaign"),
    words("batch"),
    Index(None, "sector", "received_at"),
    Index(None, "supplier", "batch"),
    comment="The tradable facts: nothing that names a person.",
)

contacts = Table(
    "contacts",
    metadata,
    of("lead_id", "leads.lead_id", primary_key=True),
    words("algorithm"),
    whole("key_version"),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "key_version"),
    comment="Personal data, AES-256-GCM under a key of its own per lead; deleting the row erases it.",
)

consents = Table(
    "consents",
    metadata,
    of("lead_id", "leads.lead_id", primary_key=True),
    words("version"),
    words("scope"),
    whole("given_at"),
    whole("confirmed_at", null=True),
    words("algorithm"),
    whole("key_version"),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    CheckConstraint("confirmed_at IS NULL OR confirmed_at >= given_at", name="confirmed_at"),
    Index(None, "key_version"),
    comment="Proof of consent; wording, source and address of the enquirer's device are sealed.",
)

fingerprints = Table(
    "fingerprints",
    metadata,
    of("sector", "sectors.sector"),
    words("fingerprint"),
    of("lead_id", "leads.lead_id"),
    words("person_id"),
    whole("seen_at"),
    PrimaryKeyConstraint("sector", "fingerprint", "lead_id"),
    Index(None, "lead_id"),
    comment="Keyed hashes of phone and mail, to find a person again without knowing them.",
)
