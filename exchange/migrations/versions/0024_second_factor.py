"""The second factor: sealed secrets, back-up codes, log-ins that wait for a code, when a session was last proven."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What somebody has beside their password. Sessions of before are as good as proven at their log-in."""
    op.add_column("sessions", sa.Column("proven_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("key_version", sa.BigInteger(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("reset_asked_by", sa.Text(), nullable=True),
        sa.Column("reset_asked_at", sa.BigInteger(), nullable=True),
        sa.Column("reset_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(reset_asked_by IS NULL) = (reset_asked_at IS NULL)", name=op.f("ck_second_factors_reset_asked")
        ),
        sa.CheckConstraint("reset_at IS NULL OR confirmed_at IS NULL", name=op.f("ck_second_factors_reset_at")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_second_factors_user_id")),
        sa.ForeignKeyConstraint(["reset_asked_by"], ["users.user_id"], name=op.f("fk_second_factors_reset_asked_by")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factors")),
        comment="Secrets of apps, sealed; last_step is the last 30 seconds of which a code was taken. Reset: emptied.",
    )
    op.create_index(op.f("ix_second_factors_key_version"), "second_factors", ["key_version"])
    op.create_table(
        "backup_codes",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_backup_codes_user_id")),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name=op.f("pk_backup_codes")),
        comment="Codes for who has lost the app, each good once; only their hashes are kept.",
    )
    op.create_table(
        "half_logins",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_half_logins_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_half_logins")),
        comment="A password was right, a code is still asked for; the token is only in the browser. No session.",
    )
    op.create_index(op.f("ix_half_logins_user_id"), "half_logins", ["user_id"])
    op.create_index(op.f("ix_half_logins_begun_at"), "half_logins", ["begun_at"])


def downgrade() -> None:
    """Take them away again."""
    for table in ("half_logins", "backup_codes", "second_factors"):
        op.drop_table(table)
    op.drop_column("sessions", "proven_at")
