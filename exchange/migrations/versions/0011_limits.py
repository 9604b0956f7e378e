"""The limit a firm sets for itself, and deposits that firms announce."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns and a table."""
    for name in ("limit_cents", "later_cents"):
        positive = sa.CheckConstraint(f"{name} > 0", name=op.f(f"ck_wallets_{name}"))
        op.add_column("wallets", sa.Column(name, sa.BigInteger(), positive, nullable=True))
    op.add_column("wallets", sa.Column("later_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "deposits",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("received_cents", sa.BigInteger(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("first_by", sa.Text(), nullable=True),
        sa.Column("first_at", sa.BigInteger(), nullable=True),
        sa.Column("second_by", sa.Text(), nullable=True),
        sa.Column("after_seq", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("booked_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'checked', 'received', 'booked', 'cancelled')", name=op.f("ck_deposits_state")
        ),
        sa.CheckConstraint("amount_cents > 0 AND received_cents > 0", name=op.f("ck_deposits_amounts")),
        sa.CheckConstraint("first_by <> second_by", name=op.f("ck_deposits_four_eyes")),
        sa.CheckConstraint("(state = 'booked') = (seq IS NOT NULL)", name=op.f("ck_deposits_booked")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("fk_deposits_organisation")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["users.user_id"], name=op.f("fk_deposits_asked_by")),
        sa.ForeignKeyConstraint(["first_by"], ["users.user_id"], name=op.f("fk_deposits_first_by")),
        sa.ForeignKeyConstraint(["second_by"], ["users.user_id"], name=op.f("fk_deposits_second_by")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_deposits")),
        sa.UniqueConstraint("provider", "receipt", name=op.f("uq_deposits_provider_receipt")),
        comment="seq: the order on the house's tape that booked it; after_seq: where that tape ended when "
        "booking began.",
    )
    op.create_index(op.f("ix_deposits_organisation_asked_at"), "deposits", ["organisation", "asked_at"], unique=False)
    op.create_index(op.f("ix_deposits_state_asked_at"), "deposits", ["state", "asked_at"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("deposits")
    op.execute("ALTER TABLE wallets DROP COLUMN limit_cents")
    op.execute("ALTER TABLE wallets DROP COLUMN later_cents")
    op.execute("ALTER TABLE wallets DROP COLUMN later_at")
