"""Credit lines that wait for a second operator."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'asked'")


def upgrade() -> None:
    """Who asked for which credit line, and who set or dropped it."""
    op.create_table(
        "credit_asks",
        sa.Column("ask_id", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("credit_line_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'set', 'dropped')", name=op.f("ck_credit_asks_state")),
        sa.CheckConstraint("credit_line_cents > 0", name=op.f("ck_credit_asks_credit_line")),
        sa.CheckConstraint("(state = 'set') = (seq IS NOT NULL)", name=op.f("ck_credit_asks_set")),
        sa.CheckConstraint("state <> 'set' OR decided_by <> asked_by", name=op.f("ck_credit_asks_four_eyes")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("fk_credit_asks_organisation")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["users.user_id"], name=op.f("fk_credit_asks_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.user_id"], name=op.f("fk_credit_asks_decided_by")),
        sa.PrimaryKeyConstraint("ask_id", name=op.f("pk_credit_asks")),
        comment="seq: the order on the house's tape that set it. One a firm may wait; whoever asked never sets it.",
    )
    op.create_index(
        "ix_credit_asks_waiting",
        "credit_asks",
        ["organisation"],
        unique=True,
        postgresql_where=_WAITING,
        sqlite_where=_WAITING,
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("credit_asks")
