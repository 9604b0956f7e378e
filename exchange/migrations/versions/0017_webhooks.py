"""Webhooks of firms, their sealed secrets, and what became of each message."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_WAITING = "sent_at IS NULL AND dead_at IS NULL"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "hooks",
        sa.Column("hook_id", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("off_at", sa.BigInteger(), nullable=True),
        sa.Column("fails", sa.BigInteger(), nullable=False),
        sa.Column("failing_since_at", sa.BigInteger(), nullable=True),
        sa.Column("rest_until_at", sa.BigInteger(), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("side IN ('buyer', 'supplier')", name=op.f("ck_hooks_side")),
        sa.CheckConstraint("state IN ('on', 'off')", name=op.f("ck_hooks_state")),
        sa.CheckConstraint("why IN ('', 'owner', 'failing', 'gone')", name=op.f("ck_hooks_why")),
        sa.CheckConstraint("(state = 'off') = (off_at IS NOT NULL)", name=op.f("ck_hooks_off")),
        sa.CheckConstraint("fails >= 0 AND (fails > 0) = (failing_since_at IS NOT NULL)", name=op.f("ck_hooks_fails")),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.organisation"], name=op.f("fk_hooks_organisation")),
        sa.ForeignKeyConstraint(["made_by"], ["users.user_id"], name=op.f("fk_hooks_made_by")),
        sa.PrimaryKeyConstraint("hook_id", name=op.f("pk_hooks")),
        comment="Addresses of firms; fails counts calls in a row that failed, rest_until_at when the next one is made.",
    )
    op.create_index(op.f("ix_hooks_organisation"), "hooks", ["organisation"], unique=False)
    on = sa.text("state = 'on'")
    op.create_index("ix_hooks_tried", "hooks", ["tried_at"], postgresql_where=on, sqlite_where=on)
    _secrets()
    _posts()


def _secrets() -> None:
    op.create_table(
        "hook_secrets",
        sa.Column("secret_id", sa.Text(), nullable=False),
        sa.Column("hook_id", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=True),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("key_version", sa.BigInteger(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["hook_id"], ["hooks.hook_id"], name=op.f("fk_hook_secrets_hook_id")),
        sa.PrimaryKeyConstraint("secret_id", name=op.f("pk_hook_secrets")),
        comment="What messages are signed with; an older secret also signs up to until_at.",
    )
    op.create_index(op.f("ix_hook_secrets_hook_id"), "hook_secrets", ["hook_id"], unique=False)
    op.create_index(op.f("ix_hook_secrets_key_version"), "hook_secrets", ["key_version"], unique=False)


def _posts() -> None:
    op.create_table(
        "hook_posts",
        sa.Column("hook_id", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("locked_until_at", sa.BigInteger(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("dead_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.CheckConstraint("sent_at IS NULL OR dead_at IS NULL", name=op.f("ck_hook_posts_one_end")),
        sa.CheckConstraint("attempts >= 0 AND fence >= attempts", name=op.f("ck_hook_posts_counts")),
        sa.ForeignKeyConstraint(["hook_id"], ["hooks.hook_id"], name=op.f("fk_hook_posts_hook_id")),
        sa.PrimaryKeyConstraint("hook_id", "post_id", name=op.f("pk_hook_posts")),
        comment="Messages for one webhook, ids only. next_at: when due, or when free of the courier that has it.",
    )
    waiting = sa.text(_WAITING)
    op.create_index(
        "ix_hook_posts_due",
        "hook_posts",
        ["hook_id", "next_at", "post_id"],
        postgresql_where=waiting,
        sqlite_where=waiting,
    )
    op.create_index(
        op.f("ix_hook_posts_hook_id_posted_at_post_id"), "hook_posts", ["hook_id", "posted_at", "post_id"], unique=False
    )
    op.create_index(op.f("ix_hook_posts_posted_at"), "hook_posts", ["posted_at"], unique=False)


def downgrade() -> None:
    """Drop what `upgrade` created."""
    for table in ("hook_posts", "hook_secrets", "hooks"):
        op.drop_table(table)
