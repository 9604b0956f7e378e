"""Payouts to suppliers, and limits of curves that wait for a second operator."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'asked'")


def upgrade() -> None:
    """Payouts with who asked and who booked; of limits, what is asked for and by whom."""
    op.create_table(
        "payouts",
        sa.Column("payout_id", sa.Text(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'booked', 'dropped')", name=op.f("ck_payouts_state")),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payouts_amount")),
        sa.CheckConstraint("(state = 'booked') = (seq IS NOT NULL)", name=op.f("ck_payouts_booked")),
        sa.ForeignKeyConstraint(["supplier"], ["organisations.organisation"], name=op.f("fk_payouts_supplier")),
        sa.ForeignKeyConstraint(["asked_by"], ["users.user_id"], name=op.f("fk_payouts_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.user_id"], name=op.f("fk_payouts_decided_by")),
        sa.PrimaryKeyConstraint("payout_id", name=op.f("pk_payouts")),
        comment="seq: the order on the house's tape that booked it. One a supplier may wait for its second operator.",
    )
    op.create_index(
        "ix_payouts_waiting", "payouts", ["supplier"], unique=True, postgresql_where=_WAITING, sqlite_where=_WAITING
    )
    op.create_index(op.f("ix_payouts_state_decided_at"), "payouts", ["state", "decided_at"])
    op.add_column("curve_limits", sa.Column("asked", sa.Text(), nullable=True))
    op.add_column("curve_limits", sa.Column("asked_by", sa.Text(), nullable=True))
    op.add_column("curve_limits", sa.Column("asked_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Take them away again."""
    for column in ("asked_at", "asked_by", "asked"):
        op.drop_column("curve_limits", column)
    op.drop_table("payouts")
