"""How the house was each minute; what sectors ask as operators wrote it, and what they take."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "health_minutes",
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('ok', 'warning', 'broken')", name=op.f("ck_health_minutes_state")),
        sa.PrimaryKeyConstraint("at", name=op.f("pk_health_minutes")),
        comment="How the house was, a row a minute for seven days: the worst finding, and figures by name (JSON).",
    )
    op.create_table(
        "sector_editions",
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sector"], ["sectors.sector"], name=op.f("fk_sector_editions_sector")),
        sa.PrimaryKeyConstraint("sector", "number", name=op.f("pk_sector_editions")),
        comment="What a sector asks and what its leads start at, as operators wrote it: immutable, the highest number "
        "is in force; without a row the catalogue's own is.",
    )

    op.create_table(
        "sector_rates",
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("tick_cents", sa.BigInteger(), nullable=False),
        sa.Column("most_seats", sa.BigInteger(), nullable=False),
        sa.Column("fee_bp", sa.BigInteger(), nullable=False),
        sa.Column("claims", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sector"], ["sectors.sector"], name=op.f("fk_sector_rates_sector")),
        sa.PrimaryKeyConstraint("sector", "seq", name=op.f("pk_sector_rates")),
        comment="Every grid, fee and claim rule a sector had, by the entry of its tape that set it; a sale keeps its "
        "own.",
    )
    op.execute(
        "INSERT INTO sector_rates (sector, seq, tick_cents, most_seats, fee_bp, claims) "
        "SELECT sector, 1, tick_cents, most_seats, fee_bp, claims FROM sectors"
    )


def downgrade() -> None:
    """Drop what `upgrade` created."""
    op.drop_table("sector_rates")
    op.drop_table("sector_editions")
    op.drop_table("health_minutes")
