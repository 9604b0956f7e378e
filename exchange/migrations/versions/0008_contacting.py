"""Calls, outcome reports, evidence for claims, consents taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "contact_attempts",
        sa.Column("attempt_id", sa.Text(), nullable=False),
        sa.Column("sale_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "result IN ('unreached', 'reached', 'appointment')", name=op.f("ck_contact_attempts_result")
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sales.sale_id"], name=op.f("fk_contact_attempts_sale_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_contact_attempts_user_id")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_contact_attempts")),
        sa.UniqueConstraint("sale_id", "key", name=op.f("uq_contact_attempts_sale_id_key")),
        comment="Every call a buyer's user reported, each a use of the consent; undone ones count for nothing.",
    )
    op.create_index(op.f("ix_contact_attempts_sale_id_at"), "contact_attempts", ["sale_id", "at"], unique=False)
    op.create_table(
        "contact_openings",
        sa.Column("sale_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["sale_id"], ["sales.sale_id"], name=op.f("fk_contact_openings_sale_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_contact_openings_user_id")),
        sa.PrimaryKeyConstraint("sale_id", name=op.f("pk_contact_openings")),
        comment="Who of the buyer first saw the contact data of a sale, and when.",
    )
    op.create_table(
        "dispositions",
        sa.Column("sale_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("contract_cents", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('reached', 'appointment', 'contract', 'lost')", name=op.f("ck_dispositions_outcome")
        ),
        sa.CheckConstraint(
            "contract_cents IS NULL OR (outcome = 'contract' AND contract_cents > 0)",
            name=op.f("ck_dispositions_contract_cents"),
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sales.sale_id"], name=op.f("fk_dispositions_sale_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_dispositions_user_id")),
        sa.PrimaryKeyConstraint("sale_id", name=op.f("pk_dispositions")),
        comment="What came of a sale, as its buyer last said; contract_cents: its worth to the firm.",
    )
    op.create_table(
        "contact_rules",
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("attempts >= days AND days >= 1", name=op.f("ck_contact_rules_attempts")),
        sa.ForeignKeyConstraint(["sector"], ["sectors.sector"], name=op.f("fk_contact_rules_sector")),
        sa.PrimaryKeyConstraint("sector", name=op.f("pk_contact_rules")),
        comment="Calls in vain, and days with one, before a buyer may claim that nobody is reachable; else defaults.",
    )
    op.create_table(
        "claim_evidence",
        sa.Column("sale_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("key_version", sa.BigInteger(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["sale_id"], ["sales.sale_id"], name=op.f("fk_claim_evidence_sale_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_claim_evidence_user_id")),
        sa.PrimaryKeyConstraint("sale_id", name=op.f("pk_claim_evidence")),
        comment="What a buyer said for its claim, sealed (it may name the enquirer), and the attempts counted then.",
    )
    op.create_index(op.f("ix_claim_evidence_key_version"), "claim_evidence", ["key_version"], unique=False)
    op.create_table(
        "withdrawals",
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=False),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.lead_id"], name=op.f("fk_withdrawals_lead_id")),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_withdrawals")),
        comment="Consents that the enquirer took back: nobody may call any more.",
    )


def downgrade() -> None:
    """Drop them."""
    for table in (
        "withdrawals",
        "claim_evidence",
        "contact_rules",
        "dispositions",
        "contact_openings",
        "contact_attempts",
    ):
        op.drop_table(table)
