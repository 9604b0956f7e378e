"""What leaves the house, and the processes that see to it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "outbox",
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("locked_until_at", sa.BigInteger(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("dead_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint("attempts >= 0 AND fence >= attempts", name=op.f("ck_outbox_counts")),
        sa.CheckConstraint("sent_at IS NULL OR dead_at IS NULL", name=op.f("ck_outbox_one_end")),
        sa.CheckConstraint("side IN ('buyer', 'supplier')", name=op.f("ck_outbox_side")),
        sa.ForeignKeyConstraint(["sector", "seq"], ["tape.sector", "tape.seq"], name=op.f("fk_outbox_sector_seq")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_outbox")),
        comment="Messages to organisations, ids only. next_at: when due, or when free of the courier that has it.",
    )
    _index("ix_outbox_due", "sent_at IS NULL AND dead_at IS NULL", "next_at", "delivery_id")
    _index("ix_outbox_sent", "sent_at IS NOT NULL", "sent_at")
    _index("ix_outbox_dead", "dead_at IS NOT NULL", "dead_at")
    op.create_table(
        "processes",
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("beat_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_processes")),
        comment="Job processes as they last said of themselves; host is a hash of its name.",
    )


def _index(name: str, where: str, *columns: str) -> None:
    op.create_index(name, "outbox", list(columns), sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    """Drop them."""
    op.drop_table("processes")
    op.drop_table("outbox")
