"""What people chose, browsers they are known by, one-time links, and who of a firm bought what."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns and tables."""
    limited = sa.CheckConstraint("daily_limit_cents > 0", name=op.f("ck_users_daily_limit_cents"))
    op.add_column("users", sa.Column("daily_limit_cents", sa.BigInteger(), limited, nullable=True))
    op.add_column("sessions", sa.Column("browser", sa.Text(), nullable=True))
    op.create_table(
        "preferences",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("density", sa.Text(), nullable=False),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("say", sa.Text(), nullable=False),
        sa.Column("keys", sa.Boolean(), nullable=False),
        sa.Column("onekey_cents", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("density IN ('compact', 'default', 'comfortable')", name=op.f("ck_preferences_density")),
        sa.CheckConstraint("rate IN ('live', 'calm', 'hand')", name=op.f("ck_preferences_rate")),
        sa.CheckConstraint("say IN ('none', 'results', 'leads')", name=op.f("ck_preferences_say")),
        sa.CheckConstraint("onekey_cents > 0", name=op.f("ck_preferences_onekey_cents")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_preferences_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_preferences")),
        comment="How somebody likes the pages; onekey_cents is what one key may spend on one lead, net, null: never.",
    )
    op.create_table(
        "devices",
        sa.Column("device_hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_devices_user_id")),
        sa.PrimaryKeyConstraint("device_hash", "user_id", name=op.f("pk_devices")),
        comment="Browsers somebody has logged in with: strangers who guess their password do not lock these out.",
    )
    op.create_index(op.f("ix_devices_user_id"), "devices", ["user_id"], unique=False)
    op.create_index(op.f("ix_devices_seen_at"), "devices", ["seen_at"], unique=False)
    op.create_table(
        "links",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("purpose IN ('invitation', 'reset')", name=op.f("ck_links_purpose")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_links_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_links")),
        comment="Links by which somebody sets a password, once; the token itself is only in the link.",
    )
    op.create_index(op.f("ix_links_user_id"), "links", ["user_id"], unique=False)
    op.create_table(
        "orders_by_user",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("order_key", sa.Text(), nullable=False),
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("held_cents", sa.BigInteger(), nullable=False),
        sa.Column("sale_id", sa.Text(), nullable=True),
        sa.CheckConstraint("held_cents > 0", name=op.f("ck_orders_by_user_held_cents")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_orders_by_user_user_id")),
        sa.PrimaryKeyConstraint("user_id", "order_key", name=op.f("pk_orders_by_user")),
        comment="Who of a firm bought what: while an order is under way the most it may cost, then the ask paid; net.",
    )
    op.create_index(op.f("ix_orders_by_user_user_id_at"), "orders_by_user", ["user_id", "at"], unique=False)
    op.create_index(op.f("ix_orders_by_user_sale_id"), "orders_by_user", ["sale_id"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    for table in ("orders_by_user", "links", "devices", "preferences"):
        op.drop_table(table)
    op.execute("ALTER TABLE sessions DROP COLUMN browser")
    op.execute("ALTER TABLE users DROP COLUMN daily_limit_cents")
