"""The audit log and its seals, words and rulings of claims, licences, notices."""

import sqlalchemy as sa
from alembic import op

from exchange.schema.guards import drop_log_guards, log_guards

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, guard the log, begin its chain."""
    _audit()
    _claims()
    op.create_table(
        "licences",
        sa.Column("licence_id", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('34d', '34f', '34i', '34c', 'other')", name=op.f("ck_licences_kind")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("fk_licences_organisation")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_licences_user_id")),
        sa.PrimaryKeyConstraint("licence_id", name=op.f("pk_licences")),
        comment="Permits of firms (GewO) with their registered number and the first instant they hold no more.",
    )
    op.create_index(op.f("ix_licences_organisation"), "licences", ["organisation"], unique=False)
    op.create_table(
        "notices",
        sa.Column("notice_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("until_at >= from_at", name=op.f("ck_notices_until_at")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_notices_user_id")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notices")),
        comment="What everybody is told on every page, up to an instant.",
    )
    op.create_index(op.f("ix_notices_until_at"), "notices", ["until_at"], unique=False)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("audit_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("objects", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit")),
        comment="What operators did, append-only: ids, small values and keyed hashes, no personal data.",
    )
    for columns in (["at", "audit_id"], ["action", "at"], ["user_id", "at"]):
        op.create_index(op.f(f"ix_audit_{'_'.join(columns)}"), "audit", columns, unique=False)
    op.create_table(
        "audit_seals",
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("audit_id", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("n > 0", name=op.f("ck_audit_seals_n")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.audit_id"], name=op.f("fk_audit_seals_audit_id")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_audit_seals")),
        sa.UniqueConstraint("audit_id", name=op.f("uq_audit_seals_audit_id")),
        comment="The chain over the audit log: SHA-256 of the seal before and the row, numbered without gaps.",
    )
    op.create_table(
        "audit_head",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("chain = 'audit'", name=op.f("ck_audit_head_chain")),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_head")),
        comment="Where the chain ends; one row, locked by whoever seals.",
    )
    for statement in log_guards(op.get_bind().dialect.name):
        op.execute(statement)


def _claims() -> None:
    op.create_table(
        "claim_words",
        sa.Column("word_id", sa.Text(), nullable=False),
        sa.Column("sale_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("key_version", sa.BigInteger(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('question', 'answer', 'reply', 'ruling')", name=op.f("ck_claim_words_kind")),
        sa.ForeignKeyConstraint(["sale_id"], ["sales.sale_id"], name=op.f("fk_claim_words_sale_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_claim_words_user_id")),
        sa.PrimaryKeyConstraint("word_id", name=op.f("pk_claim_words")),
        comment="What is said about a claim, sealed: the operator's question, the buyer's answer, the supplier's "
        "reply, the reasons of a ruling.",
    )
    op.create_index(op.f("ix_claim_words_sale_id_at"), "claim_words", ["sale_id", "at"], unique=False)
    op.create_index(op.f("ix_claim_words_key_version"), "claim_words", ["key_version"], unique=False)
    op.create_table(
        "claim_rulings",
        sa.Column("ruling_id", sa.Text(), nullable=False),
        sa.Column("sale_id", sa.Text(), nullable=False),
        sa.Column("ruling", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("word_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("ruling IN ('uphold', 'reject')", name=op.f("ck_claim_rulings_ruling")),
        sa.CheckConstraint(
            "state IN ('pending', 'taken', 'undone', 'done', 'void')", name=op.f("ck_claim_rulings_state")
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sales.sale_id"], name=op.f("fk_claim_rulings_sale_id")),
        sa.ForeignKeyConstraint(["word_id"], ["claim_words.word_id"], name=op.f("fk_claim_rulings_word_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_claim_rulings_user_id")),
        sa.PrimaryKeyConstraint("ruling_id", name=op.f("pk_claim_rulings")),
        comment="Rulings, which take effect at due_at unless undone before; void: the claim was decided otherwise "
        "meanwhile.",
    )
    op.create_index(op.f("ix_claim_rulings_sale_id_state"), "claim_rulings", ["sale_id", "state"], unique=False)
    op.create_index(op.f("ix_claim_rulings_state_due_at"), "claim_rulings", ["state", "due_at"], unique=False)
    open_ones, claimed = sa.text("state IN ('pending', 'taken')"), sa.text("claim = 'claimed'")
    op.create_index(
        "ix_claim_rulings_open",
        "claim_rulings",
        ["sale_id"],
        unique=True,
        postgresql_where=open_ones,
        sqlite_where=open_ones,
    )
    op.create_index("ix_sales_claimed", "sales", ["silence_at"], postgresql_where=claimed, sqlite_where=claimed)


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_sales_claimed", "sales")
    for statement in drop_log_guards(op.get_bind().dialect.name):
        op.execute(statement)
    for table in ("notices", "licences", "claim_rulings", "claim_words", "audit_head", "audit_seals", "audit"):
        op.drop_table(table)
