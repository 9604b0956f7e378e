"""Suppression, likenesses, quarantine, caps, permits asked for in a sector."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TABLES = ("supplier_caps", "consent_pages", "quarantine_rules", "held_leads", "likenesses", "suppressions")


def upgrade() -> None:
    """Create the tables."""
    op.add_column("heads", sa.Column("permits", sa.Text(), nullable=False, server_default=""))
    _people()
    _held()
    _rules()
    _rebuild_rows("'ready', 'error', 'hint', 'duplicate', 'discarded', 'planned', 'held', 'listed'")


def downgrade() -> None:
    """Drop what `upgrade` created."""
    op.execute("UPDATE delivery_rows SET state = 'discarded' WHERE state = 'held'")
    _rebuild_rows("'ready', 'error', 'hint', 'duplicate', 'discarded', 'planned', 'listed'")
    for table in _TABLES:
        op.drop_table(table)
    op.drop_column("heads", "permits")


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [other], name=op.f(f"fk_{table}_{column}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)


def _people() -> None:
    op.create_table(
        "suppressions",
        *_words("fingerprint", "kind", "reason", "user_id"),
        *_whole("noted_at"),
        sa.CheckConstraint("kind IN ('phone', 'email')", name=op.f("ck_suppressions_kind")),
        sa.CheckConstraint("reason IN ('objection', 'withdrawal', 'other')", name=op.f("ck_suppressions_reason")),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_suppressions")),
        comment="Keyed hashes of phone and mail of people who objected: nobody lists a lead of theirs.",
    )
    _index("suppressions", "noted_at")
    op.create_table(
        "likenesses",
        *_words("sector", "trace", "lead_id", "kind"),
        *_whole("seen_at"),
        sa.CheckConstraint("kind IN ('name', 'phone', 'email')", name=op.f("ck_likenesses_kind")),
        _of("likenesses", "sector", "sectors.sector"),
        _of("likenesses", "lead_id", "leads.lead_id"),
        sa.PrimaryKeyConstraint("sector", "trace", "lead_id", name=op.f("pk_likenesses")),
        comment="Keyed hashes of what stays of name, phone and mail when it is misspelled: to warn, never to "
        "recognise.",
    )
    _index("likenesses", "lead_id")


def _held() -> None:
    op.create_table(
        "held_leads",
        *_words("listing_id", "sector", "supplier", "delivery_id"),
        *_whole("row"),
        *_words("region", "postcode", "source", "campaign", "page", "reasons", "phone_print", "email_print", "state"),
        *_whole("asked_at", "held_at"),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=True),
        *_words("reason"),
        sa.CheckConstraint("state IN ('held', 'released', 'rejected', 'lapsed')", name=op.f("ck_held_leads_state")),
        sa.CheckConstraint("(state = 'held') = (decided_at IS NULL)", name=op.f("ck_held_leads_decided_at")),
        _of("held_leads", "sector", "sectors.sector"),
        _of("held_leads", "supplier", "organisations.organisation"),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_held_leads")),
        comment="Quarantine: rows of deliveries an operator is to look at before they are listed; page is the "
        "consent's host. What the row says lies in delivery_rows, sealed.",
    )
    for columns in (("state", "held_at"), ("supplier", "state"), ("sector", "phone_print"), ("sector", "email_print")):
        _index("held_leads", *columns)


def _rules() -> None:
    op.create_table(
        "quarantine_rules",
        *_words("sector"),
        *_whole("likeness", "phone_sectors", "young_leads", "least_score_bp"),
        sa.Column("pages", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "likeness >= 0 AND phone_sectors >= 0 AND young_leads >= 0 AND least_score_bp BETWEEN 0 AND 10000",
            name=op.f("ck_quarantine_rules_bounds"),
        ),
        _of("quarantine_rules", "sector", "sectors.sector"),
        sa.PrimaryKeyConstraint("sector", name=op.f("pk_quarantine_rules")),
        comment="What puts a lead of a sector aside; 0 or false: this never does. Without a row the defaults hold.",
    )
    op.create_table(
        "consent_pages",
        *_words("supplier", "page", "user_id"),
        *_whole("noted_at"),
        _of("consent_pages", "supplier", "organisations.organisation"),
        sa.PrimaryKeyConstraint("supplier", "page", name=op.f("pk_consent_pages")),
        comment="Hosts of the pages on which a supplier's enquirers agree, as operators know them.",
    )
    op.create_table(
        "supplier_caps",
        *_words("supplier", "sector"),
        *_whole("per_day"),
        sa.CheckConstraint("per_day >= 0", name=op.f("ck_supplier_caps_per_day")),
        _of("supplier_caps", "supplier", "organisations.organisation"),
        _of("supplier_caps", "sector", "sectors.sector"),
        sa.PrimaryKeyConstraint("supplier", "sector", name=op.f("pk_supplier_caps")),
        comment="The most leads of a supplier that are listed in a sector on a day in Europe/Berlin; the others wait.",
    )


def _rebuild_rows(states: str) -> None:
    """The same rows in a table whose check knows these states: SQLite cannot change a check."""
    op.execute("CREATE TEMPORARY TABLE kept_rows AS SELECT * FROM delivery_rows")
    op.drop_table("delivery_rows")
    op.create_table(
        "delivery_rows",
        *_words("delivery_id"),
        *_whole("row"),
        *_words("state", "kind", "findings", "phone_print", "email_print", "algorithm"),
        *_whole("key_version"),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("list_at", sa.BigInteger(), nullable=True),
        sa.Column("listing_id", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'listed') = (listing_id IS NOT NULL)", name=op.f("ck_delivery_rows_listed")),
        sa.CheckConstraint("(state = 'planned') = (list_at IS NOT NULL)", name=op.f("ck_delivery_rows_planned")),
        sa.CheckConstraint(f"state IN ({states})", name=op.f("ck_delivery_rows_state")),
        _of("delivery_rows", "delivery_id", "deliveries.delivery_id"),
        sa.PrimaryKeyConstraint("delivery_id", "row", name=op.f("pk_delivery_rows")),
        comment="One row of a file: what it says sealed, what was found in it by field and code; kind is the first.",
    )
    for columns in (
        ("delivery_id", "email_print"), ("delivery_id", "phone_print"), ("delivery_id", "state", "row"), ("list_at",)
    ):  # fmt: skip
        _index("delivery_rows", *columns)
    op.execute("INSERT INTO delivery_rows SELECT * FROM kept_rows")
    op.execute("DROP TABLE kept_rows")
