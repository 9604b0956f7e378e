"""What operators do beside the tapes: the audit log with its seals, rulings on their way, words of claims, licences,
notices, what the house's health was each minute, what a sector asks and what its leads start at.

Nothing of this is on a tape: `exchange.audit` writes the log, `exchange.aftersale` and `exchange.operators` the rest.
"""

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, PrimaryKeyConstraint, Table, UniqueConstraint, text

from exchange.schema.columns import metadata, of, whole, words

audit = Table(
    "audit",
    metadata,
    words("audit_id", primary_key=True),
    whole("at"),
    words("user_id"),
    words("action"),
    words("objects"),
    words("before"),
    words("after"),
    words("sector", null=True),
    whole("seq", null=True),
    words("request_id"),
    Index(None, "at", "audit_id"),
    Index(None, "action", "at"),
    Index(None, "user_id", "at"),
    comment="What operators did, append-only: ids, small values and keyed hashes, no personal data.",
)

audit_seals = Table(
    "audit_seals",
    metadata,
    whole("n", primary_key=True, autoincrement=False),
    of("audit_id", "audit.audit_id"),
    words("hash"),
    UniqueConstraint("audit_id"),
    CheckConstraint("n > 0", name="n"),
    comment="The chain over the audit log: SHA-256 of the seal before and the row, numbered without gaps.",
)

audit_head = Table(
    "audit_head",
    metadata,
    words("chain", primary_key=True),
    whole("n"),
    words("hash"),
    CheckConstraint("chain = 'audit'", name="chain"),
    comment="Where the chain ends; one row, locked by whoever seals.",
)

claim_words = Table(
    "claim_words",
    metadata,
    words("word_id", primary_key=True),
    of("sale_id", "sales.sale_id"),
    words("kind"),
    of("user_id", "users.user_id"),
    whole("at"),
    words("algorithm"),
    whole("key_version"),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    CheckConstraint("kind IN ('question', 'answer', 'reply', 'ruling')", name="kind"),
    Index(None, "sale_id", "at"),
    Index(None, "key_version"),
    comment="What is said about a claim, sealed: the operator's question, the buyer's answer, the supplier's reply, "
    "the reasons of a ruling.",
)

claim_rulings = Table(
    "claim_rulings",
    metadata,
    words("ruling_id", primary_key=True),
    of("sale_id", "sales.sale_id"),
    words("ruling"),
    words("state"),
    of("word_id", "claim_words.word_id"),
    of("user_id", "users.user_id"),
    whole("asked_at"),
    whole("due_at"),
    whole("done_at", null=True),
    whole("seq", null=True),
    CheckConstraint("ruling IN ('uphold', 'reject')", name="ruling"),
    CheckConstraint("state IN ('pending', 'taken', 'undone', 'done', 'void')", name="state"),
    Index(None, "sale_id", "state"),
    Index(None, "state", "due_at"),
    Index(
        "ix_claim_rulings_open",
        "sale_id",
        unique=True,
        postgresql_where=text("state IN ('pending', 'taken')"),
        sqlite_where=text("state IN ('pending', 'taken')"),
    ),
    comment="Rulings, which take effect at due_at unless undone before; void: the claim was decided otherwise "
    "meanwhile.",
)

licences = Table(
    "licences",
    metadata,
    words("licence_id", primary_key=True),
    of("organisation", "organisations.organisation"),
    words("kind"),
    words("number"),
    whole("until_at", null=True),
    of("user_id", "users.user_id"),
    whole("noted_at"),
    whole("removed_at", null=True),
    CheckConstraint("kind IN ('34d', '34f', '34i', '34c', 'other')", name="kind"),
    Index(None, "organisation"),
    comment="Permits of firms (GewO) with their registered number and the first instant they hold no more.",
)

notices = Table(
    "notices",
    metadata,
    words("notice_id", primary_key=True),
    words("text"),
    of("user_id", "users.user_id"),
    whole("from_at"),
    whole("until_at"),
    CheckConstraint("until_at >= from_at", name="until_at"),
    Index(None, "until_at"),
    comment="What everybody is told on every page, up to an instant.",
)

health_minutes = Table(
    "health_minutes",
    metadata,
    whole("at", primary_key=True, autoincrement=False),
    words("state"),
    words("figures"),
    CheckConstraint("state IN ('ok', 'warning', 'broken')", name="state"),
    comment="How the house was, a row a minute for seven days: the worst finding, and figures by name (JSON).",
)

sector_editions = Table(
    "sector_editions",
    metadata,
    of("sector", "sectors.sector"),
    whole("number"),
    whole("at"),
    words("user_id"),
    words("reason"),
    words("payload"),
    PrimaryKeyConstraint("sector", "number"),
    comment="What a sector asks and what its leads start at, as operators wrote it: immutable, the highest number is "
    "in force; without a row the catalogue's own is.",
)
