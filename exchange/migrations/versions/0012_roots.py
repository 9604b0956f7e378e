"""The published roots of the days."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table."""
    op.create_table(
        "roots",
        sa.Column("date", sa.Text(), nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("heads", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("entries >= 0 AND since_at < until_at", name=op.f("ck_roots_day")),
        sa.PrimaryKeyConstraint("date", name=op.f("pk_roots")),
        sa.UniqueConstraint("since_at", name=op.f("uq_roots_since_at")),
        comment="The day is Berlin's; heads is JSON: where every tape ended at its end; "
        "before: the root of the day before.",
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("roots")
