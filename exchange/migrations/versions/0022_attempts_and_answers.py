"""Every call to a webhook, and the answers of keys whose delivery is forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What came of each try of a message; what a post was answered."""
    op.add_column("posts", sa.Column("answer", sa.Text(), nullable=True))
    op.create_table(
        "hook_attempts",
        sa.Column("hook_id", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Text(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=False),
        sa.Column("took_ms", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["hook_id", "post_id"],
            ["hook_posts.hook_id", "hook_posts.post_id"],
            name=op.f("fk_hook_attempts_hook_id_post_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("hook_id", "post_id", "fence", name=op.f("pk_hook_attempts")),
        comment="One call each; next_at: when the message is tried again because of it, null where it is not.",
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("hook_attempts")
    op.drop_column("posts", "answer")
