"""Sectors, and the leads they trade with contact data kept apart."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "sectors",
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("tick_cents", sa.BigInteger(), nullable=False),
        sa.Column("most_seats", sa.BigInteger(), nullable=False),
        sa.Column("fee_bp", sa.BigInteger(), nullable=False),
        sa.Column("vat_bp", sa.BigInteger(), nullable=False),
        sa.Column("claims", sa.Text(), nullable=False),
        sa.Column("calendar", sa.BigInteger(), nullable=False),
        sa.Column("arms", sa.Text(), nullable=False),
        sa.Column("halted_at", sa.BigInteger(), nullable=True),
        sa.Column("halt_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sector"], ["heads.sector"], name=op.f("fk_sectors_sector")),
        sa.PrimaryKeyConstraint("sector", name=op.f("pk_sectors")),
        comment="A sector's rates and rules in force; arms is JSON: curve version and basis points.",
    )
    op.create_table(
        "curve_versions",
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sector"], ["sectors.sector"], name=op.f("fk_curve_versions_sector")),
        sa.PrimaryKeyConstraint("sector", "number", name=op.f("pk_curve_versions")),
        comment="Immutable.",
    )
    op.create_table(
        "calendars",
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sector"], ["sectors.sector"], name=op.f("fk_calendars_sector")),
        sa.PrimaryKeyConstraint("sector", "version", name=op.f("pk_calendars")),
        comment="Immutable.",
    )
    op.create_table(
        "halts",
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("halted_at", sa.BigInteger(), nullable=False),
        sa.Column("resumed_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sector"], ["sectors.sector"], name=op.f("fk_halts_sector")),
        sa.PrimaryKeyConstraint("sector", "halted_at", name=op.f("pk_halts")),
    )
    op.create_table(
        "standings",
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("fk_standings_organisation")
        ),
        sa.ForeignKeyConstraint(["sector"], ["sectors.sector"], name=op.f("fk_standings_sector")),
        sa.PrimaryKeyConstraint("sector", "organisation", name=op.f("pk_standings")),
        comment="Groups and suspensions as this sector's tape has been told of them.",
    )
    op.create_table(
        "leads",
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sector"], ["sectors.sector"], name=op.f("fk_leads_sector")),
        sa.ForeignKeyConstraint(["supplier"], ["organisations.organisation"], name=op.f("fk_leads_supplier")),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_leads")),
        comment="The tradable facts: nothing that names a person.",
    )
    op.create_index(op.f("ix_leads_sector_received_at"), "leads", ["sector", "received_at"], unique=False)
    op.create_index(op.f("ix_leads_supplier_batch"), "leads", ["supplier", "batch"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("key_version", sa.BigInteger(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.lead_id"], name=op.f("fk_contacts_lead_id")),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_contacts")),
        comment="Personal data, AES-256-GCM under a key of its own per lead; deleting the row erases it.",
    )
    op.create_index(op.f("ix_contacts_key_version"), "contacts", ["key_version"], unique=False)
    op.create_table(
        "consents",
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("key_version", sa.BigInteger(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("confirmed_at IS NULL OR confirmed_at >= given_at", name=op.f("ck_consents_confirmed_at")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.lead_id"], name=op.f("fk_consents_lead_id")),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_consents")),
        comment="Proof of consent; wording, source and address of the enquirer's device are sealed.",
    )
    op.create_index(op.f("ix_consents_key_version"), "consents", ["key_version"], unique=False)
    op.create_table(
        "fingerprints",
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.lead_id"], name=op.f("fk_fingerprints_lead_id")),
        sa.ForeignKeyConstraint(["sector"], ["sectors.sector"], name=op.f("fk_fingerprints_sector")),
        sa.PrimaryKeyConstraint("sector", "fingerprint", "lead_id", name=op.f("pk_fingerprints")),
        comment="Keyed hashes of phone and mail, to find a person again without knowing them.",
    )
    op.create_index(op.f("ix_fingerprints_lead_id"), "fingerprints", ["lead_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("fingerprints")
    op.drop_table("consents")
    op.drop_table("contacts")
    op.drop_table("leads")
    op.drop_table("standings")
    op.drop_table("halts")
    op.drop_table("calendars")
    op.drop_table("curve_versions")
    op.drop_table("sectors")
