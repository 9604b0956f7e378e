"""Curves that are drafted and approved, orders to tune as rows, what is planned for a sector."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, and read the orders to tune off the tapes."""
    op.add_column("sectors", sa.Column("plans", sa.Text(), server_default="[]", nullable=False))
    _tunings()
    _drafts()
    op.create_table(
        "curve_limits",
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("largest_fall_bp", sa.BigInteger(), nullable=False),
        sa.Column("least_step_us", sa.BigInteger(), nullable=False),
        sa.Column("least_hold_us", sa.BigInteger(), nullable=False),
        sa.Column("least_floor_cents", sa.BigInteger(), nullable=True),
        sa.Column("cost_cents", sa.BigInteger(), nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["sector"], ["sectors.sector"], name=op.f("fk_curve_limits_sector")),
        sa.ForeignKeyConstraint(["changed_by"], ["users.user_id"], name=op.f("fk_curve_limits_changed_by")),
        sa.PrimaryKeyConstraint("sector", name=op.f("pk_curve_limits")),
        comment="What a curve of a sector must keep to be asked for; a sector without a row has the house's defaults.",
    )


def _tunings() -> None:
    op.create_table(
        "tunings",
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("arms", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("planned", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["sector"], ["sectors.sector"], name=op.f("fk_tunings_sector")),
        sa.PrimaryKeyConstraint("sector", "seq", name=op.f("pk_tunings")),
        comment="Every order to tune, as its tape has it: the arms and the instant they hold from; without arms it "
        "made versions known, or (planned) called off what was planned for that instant.",
    )
    op.create_index(op.f("ix_tunings_sector_from_at"), "tunings", ["sector", "from_at"], unique=False)
    connection = op.get_bind()
    tape = sa.table("tape", *(sa.column(name) for name in ("sector", "seq", "at", "kind", "payload")))
    tunings = sa.table(
        "tunings", *(sa.column(name) for name in ("sector", "seq", "at", "from_at", "arms", "operator", "planned"))
    )
    for row in connection.execute(sa.select(tape).where(tape.c.kind == "tune")).all():
        order = json.loads(row.payload)
        arms = [[arm["version"]["number"], arm["probability_bp"]] for arm in order["arms"]]
        values = {"sector": row.sector, "seq": row.seq, "at": row.at, "from_at": row.at, "planned": False}
        values |= {"arms": json.dumps(arms, separators=(",", ":")), "operator": order["operator"]}
        connection.execute(sa.insert(tunings).values(**values))


def _drafts() -> None:
    op.create_table(
        "curve_drafts",
        sa.Column("draft_id", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("start_cents", sa.BigInteger(), nullable=False),
        sa.Column("floor_cents", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("activates", sa.Boolean(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'asked', 'approved', 'discarded')", name=op.f("ck_curve_drafts_state")),
        sa.CheckConstraint("(state = 'approved') = (number IS NOT NULL)", name=op.f("ck_curve_drafts_number")),
        sa.CheckConstraint(
            "decided_by IS NULL OR state <> 'approved' OR decided_by <> changed_by",
            name=op.f("ck_curve_drafts_four_eyes"),
        ),
        sa.ForeignKeyConstraint(["sector"], ["sectors.sector"], name=op.f("fk_curve_drafts_sector")),
        sa.ForeignKeyConstraint(["author"], ["users.user_id"], name=op.f("fk_curve_drafts_author")),
        sa.ForeignKeyConstraint(["changed_by"], ["users.user_id"], name=op.f("fk_curve_drafts_changed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.user_id"], name=op.f("fk_curve_drafts_decided_by")),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_curve_drafts")),
        comment="Curves that are drawn, asked for and approved; one living draft a sector. Start and floor are the "
        "prices it was drawn for. Whoever changed it last never approves it.",
    )
    living = sa.text("state IN ('open', 'asked')")
    op.create_index(
        "ix_curve_drafts_living", "curve_drafts", ["sector"], unique=True, postgresql_where=living, sqlite_where=living
    )
    op.create_index(op.f("ix_curve_drafts_sector_number"), "curve_drafts", ["sector", "number"], unique=False)


def downgrade() -> None:
    """Drop what `upgrade` created."""
    for table in ("curve_limits", "curve_drafts", "tunings"):
        op.drop_table(table)
    op.drop_column("sectors", "plans")
