"""What admission asks the house: who objected, who is like whom, which leads wait for an operator, and by what rules.

Nothing of this is on a tape. People are keyed hashes here, as in `people.fingerprints`.
"""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, PrimaryKeyConstraint, Table

from exchange.schema.columns import metadata, of, whole, words

suppressions = Table(
    "suppressions",
    metadata,
    words("fingerprint", primary_key=True),
    words("kind"),
    words("reason"),
    words("user_id"),
    whole("noted_at"),
    CheckConstraint("kind IN ('phone', 'email')", name="kind"),
    CheckConstraint("reason IN ('objection', 'withdrawal', 'other')", name="reason"),
    Index(None, "noted_at"),
    comment="Keyed hashes of phone and mail of people who objected: nobody lists a lead of theirs.",
)

likenesses = Table(
    "likenesses",
    metadata,
    of("sector", "sectors.sector"),
    words("trace"),
    of("lead_id", "leads.lead_id"),
    words("kind"),
    whole("seen_at"),
    PrimaryKeyConstraint("sector", "trace", "lead_id"),
    CheckConstraint("kind IN ('name', 'phone', 'email')", name="kind"),
    Index(None, "lead_id"),
    comment="Keyed hashes of what stays of name, phone and mail when it is misspelled: to warn, never to recognise.",
)

held_leads = Table(
    "held_leads",
    metadata,
    words("listing_id", primary_key=True),
    of("sector", "sectors.sector"),
    of("supplier", "organisations.organisation"),
    words("delivery_id"),
    whole("row"),
    words("region"),
    words("postcode"),
    words("source"),
    words("campaign"),
    words("page"),
    words("reasons"),
    words("phone_print"),
    words("email_print"),
    words("state"),
    whole("asked_at"),
    whole("held_at"),
    whole("decided_at", null=True),
    words("user_id", null=True),
    words("reason"),
    CheckConstraint("state IN ('held', 'released', 'rejected', 'lapsed')", name="state"),
    CheckConstraint("(state = 'held') = (decided_at IS NULL)", name="decided_at"),
    Index(None, "state", "held_at"),
    Index(None, "supplier", "state"),
    Index(None, "sector", "phone_print"),
    Index(None, "sector", "email_print"),
    comment="Quarantine: rows of deliveries an operator is to look at before they are listed; page is the consent's "
    "host. What the row says lies in delivery_rows, sealed.",
)

quarantine_rules = Table(
    "quarantine_rules",
    metadata,
    of("sector", "sectors.sector", primary_key=True),
    whole("likeness"),
    whole("phone_sectors"),
    whole("young_leads"),
    whole("least_score_bp"),
    Column("pages", Boolean, nullable=False),
    CheckConstraint(
        "likeness >= 0 AND phone_sectors >= 0 AND young_leads >= 0 AND least_score_bp BETWEEN 0 AND 10000",
        name="bounds",
    ),
    comment="What puts a lead of a sector aside; 0 or false: this never does. Without a row the defaults hold.",
)

consent_pages = Table(
    "consent_pages",
    metadata,
    of("supplier", "organisations.organisation"),
    words("page"),
    words("user_id"),
    whole("noted_at"),
    PrimaryKeyConstraint("supplier", "page"),
    comment="Hosts of the pages on which a supplier's enquirers agree, as operators know them.",
)

supplier_caps = Table(
    "supplier_caps",
    metadata,
    of("supplier", "organisations.organisation"),
    of("sector", "sectors.sector"),
    whole("per_day"),
    PrimaryKeyConstraint("supplier", "sector"),
    CheckConstraint("per_day >= 0", name="per_day"),
    comment="The most leads of a supplier that are listed in a sector on a day in Europe/Berlin; the others wait.",
)
