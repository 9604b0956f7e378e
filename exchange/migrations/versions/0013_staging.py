"""Files that suppliers handed in, sealed, on their way to the market."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=True),
        sa.Column("uploaded_by", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_kind", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("read_rows", sa.BigInteger(), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("start_cents", sa.BigInteger(), nullable=False),
        sa.Column("floor_cents", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_at", sa.BigInteger(), nullable=False),
        sa.Column("erase_at", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("beat_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("file_kind IN ('csv', 'xlsx')", name=op.f("ck_deliveries_file_kind")),
        sa.CheckConstraint(
            "state IN ('mapping', 'reading', 'open', 'failed', 'discarded')", name=op.f("ck_deliveries_state")
        ),
        sa.CheckConstraint("state NOT IN ('reading', 'open') OR sector IS NOT NULL", name=op.f("ck_deliveries_sector")),
        sa.ForeignKeyConstraint(["sector"], ["sectors.sector"], name=op.f("fk_deliveries_sector")),
        sa.ForeignKeyConstraint(["supplier"], ["organisations.organisation"], name=op.f("fk_deliveries_supplier")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["users.user_id"], name=op.f("fk_deliveries_uploaded_by")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("supplier", "number", name=op.f("uq_deliveries_supplier_number")),
        comment="One file; worker and beat_at say who works on it, and when that was last seen alive.",
    )
    op.create_index(op.f("ix_deliveries_erase_at"), "deliveries", ["erase_at"], unique=False)
    op.create_index(op.f("ix_deliveries_state_beat_at"), "deliveries", ["state", "beat_at"], unique=False)
    op.create_index(op.f("ix_deliveries_supplier_digest"), "deliveries", ["supplier", "digest"], unique=False)
    op.create_table(
        "delivery_parts",
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("part", sa.BigInteger(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("key_version", sa.BigInteger(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.delivery_id"], name=op.f("fk_delivery_parts_delivery_id")
        ),
        sa.PrimaryKeyConstraint("delivery_id", "part", name=op.f("pk_delivery_parts")),
        comment="The file itself, sealed part by part, until its rows are read.",
    )
    op.create_table(
        "delivery_rows",
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("phone_print", sa.Text(), nullable=False),
        sa.Column("email_print", sa.Text(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("key_version", sa.BigInteger(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("list_at", sa.BigInteger(), nullable=True),
        sa.Column("listing_id", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'listed') = (listing_id IS NOT NULL)", name=op.f("ck_delivery_rows_listed")),
        sa.CheckConstraint("(state = 'planned') = (list_at IS NOT NULL)", name=op.f("ck_delivery_rows_planned")),
        sa.CheckConstraint(
            "state IN ('ready', 'error', 'hint', 'duplicate', 'discarded', 'planned', 'listed')",
            name=op.f("ck_delivery_rows_state"),
        ),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.delivery_id"], name=op.f("fk_delivery_rows_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", "row", name=op.f("pk_delivery_rows")),
        comment="One row of a file: what it says sealed, what was found in it by field and code; kind is the first.",
    )
    op.create_index(
        op.f("ix_delivery_rows_delivery_id_email_print"), "delivery_rows", ["delivery_id", "email_print"], unique=False
    )
    op.create_index(
        op.f("ix_delivery_rows_delivery_id_phone_print"), "delivery_rows", ["delivery_id", "phone_print"], unique=False
    )
    op.create_index(
        op.f("ix_delivery_rows_delivery_id_state_row"), "delivery_rows", ["delivery_id", "state", "row"], unique=False
    )
    op.create_index(op.f("ix_delivery_rows_list_at"), "delivery_rows", ["list_at"], unique=False)
    op.create_table(
        "delivery_maps",
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["sector"], ["sectors.sector"], name=op.f("fk_delivery_maps_sector")),
        sa.ForeignKeyConstraint(["supplier"], ["organisations.organisation"], name=op.f("fk_delivery_maps_supplier")),
        sa.PrimaryKeyConstraint("supplier", "sector", "name", name=op.f("pk_delivery_maps")),
        comment="What a supplier's columns mean, to be used again: names of columns, never what stands in them.",
    )


def downgrade() -> None:
    """Take them away again."""
    for table in ("delivery_maps", "delivery_rows", "delivery_parts", "deliveries"):
        op.drop_table(table)
