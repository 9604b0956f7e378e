"""Books as they stood."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

RULES = sa.text("kind IN ('open', 'tune', 'halted', 'resumed')")


def upgrade() -> None:
    """Snapshots, and the rare entries of a tape that set its rules, found without reading the others."""
    op.create_table(
        "snapshots",
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_snapshots_seq")),
        sa.ForeignKeyConstraint(["sector", "seq"], ["tape.sector", "tape.seq"], name=op.f("fk_snapshots_sector_seq")),
        sa.PrimaryKeyConstraint("sector", "seq", name=op.f("pk_snapshots")),
        comment="The state of a tape after its entry seq, as compressed text; digest: SHA-256 of the text.",
    )
    op.create_index(
        "ix_tape_rules", "tape", ["sector", "seq"], unique=False, postgresql_where=RULES, sqlite_where=RULES
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_tape_rules", "tape")
    op.drop_table("snapshots")
