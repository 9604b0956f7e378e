"""Who may log in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "users",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("lang IN ('de', 'en')", name=op.f("ck_users_lang")),
        sa.CheckConstraint(
            "organisation IS NOT NULL OR role IN ('operator', 'analyst')", name=op.f("ck_users_belongs")
        ),
        sa.CheckConstraint(
            "role IN ('owner', 'advisor', 'supplier', 'operator', 'analyst')", name=op.f("ck_users_role")
        ),
        sa.CheckConstraint("theme IN ('system', 'light', 'dark')", name=op.f("ck_users_theme")),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.organisation"], name=op.f("fk_users_organisation")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        comment="People who log in. The house's own people belong to no organisation.",
    )
    op.create_index(op.f("ix_users_organisation"), "users", ["organisation"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
        comment="One row a log-in; the token itself is only in the browser.",
    )
    op.create_index(op.f("ix_sessions_seen_at"), "sessions", ["seen_at"], unique=False)
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "throttle",
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("tokens_micro", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_throttle")),
        comment="Token buckets by hashed name; tokens in millionths.",
    )
    op.create_index(op.f("ix_throttle_updated_at"), "throttle", ["updated_at"], unique=False)
    op.create_table(
        "bid_names",
        sa.Column("bid_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bids.bid_id"], name=op.f("fk_bid_names_bid_id")),
        sa.PrimaryKeyConstraint("bid_id", name=op.f("pk_bid_names")),
        comment="What a firm calls its standing bid.",
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("bid_names")
    op.drop_table("throttle")
    op.drop_table("sessions")
    op.drop_table("users")
