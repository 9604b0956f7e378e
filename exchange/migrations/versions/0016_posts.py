"""Leads posted by suppliers' programs."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "posts",
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("order_key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("trial", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("verb IN ('lead', 'batch', 'trial_lead', 'trial_batch')", name=op.f("ck_posts_verb")),
        sa.CheckConstraint("(trial <> '') = (verb IN ('trial_lead', 'trial_batch'))", name=op.f("ck_posts_trial")),
        sa.ForeignKeyConstraint(["supplier"], ["organisations.organisation"], name=op.f("fk_posts_supplier")),
        sa.PrimaryKeyConstraint("supplier", "verb", "order_key", name=op.f("pk_posts")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_posts_delivery_id")),
        comment="Idempotency keys of posts; terms: when clean leads are listed; "
        "trial: what a sandbox post was answered.",
    )
    op.create_index(op.f("ix_posts_posted_at"), "posts", ["posted_at"], unique=False)
    op.create_table(
        "post_references",
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.delivery_id"], name=op.f("fk_post_references_delivery_id")
        ),
        sa.PrimaryKeyConstraint("delivery_id", "row", name=op.f("pk_post_references")),
        comment="What a supplier calls its leads, to find them again in our answers.",
    )


def downgrade() -> None:
    """Drop what `upgrade` created."""
    for table in ("post_references", "posts"):
        op.drop_table(table)
