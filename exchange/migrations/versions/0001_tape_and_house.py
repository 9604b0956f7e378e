"""The tapes, the members and their money."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "heads",
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("head_seq", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.Text(), nullable=False),
        sa.Column("settled_until_at", sa.BigInteger(), nullable=False),
        sa.Column("next_due_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("head_seq >= 0", name=op.f("ck_heads_head_seq")),
        sa.PrimaryKeyConstraint("sector", name=op.f("pk_heads")),
        comment="One row per tape: where it ends. Locked first by whoever writes in the sector.",
    )
    op.create_table(
        "tape",
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_tape_seq")),
        sa.ForeignKeyConstraint(["sector"], ["heads.sector"], name=op.f("fk_tape_sector")),
        sa.PrimaryKeyConstraint("sector", "seq", name=op.f("pk_tape")),
        comment="Orders and outcomes, append-only, chained; no personal data.",
    )
    op.create_table(
        "idempotency",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("part", sa.BigInteger(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("for_ever", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sector", "first_seq"], ["tape.sector", "tape.seq"], name=op.f("fk_idempotency_sector_first_seq")
        ),
        sa.PrimaryKeyConstraint("organisation", "verb", "key", "part", name=op.f("pk_idempotency")),
        comment="A key's answer is a stretch of the tape. Kept 30 days, on a sale for ever.",
    )
    op.create_index(op.f("ix_idempotency_created_at"), "idempotency", ["created_at"], unique=False)
    op.create_table(
        "organisations",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("supplier", sa.Boolean(), nullable=False),
        sa.Column("buyer", sa.Boolean(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", name=op.f("pk_organisations")),
        comment="Members. The name is kept here and on no tape.",
    )
    op.create_index(op.f("ix_organisations_group_id"), "organisations", ["group_id"], unique=False)
    op.create_table(
        "wallets",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("balance_cents", sa.BigInteger(), nullable=False),
        sa.Column("credit_line_cents", sa.BigInteger(), nullable=False),
        sa.Column("movement", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("balance_cents + credit_line_cents >= 0", name=op.f("ck_wallets_covered")),
        sa.CheckConstraint("credit_line_cents >= 0", name=op.f("ck_wallets_credit_line_cents")),
        sa.CheckConstraint("movement >= 0", name=op.f("ck_wallets_movement")),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.organisation"], name=op.f("fk_wallets_organisation")),
        sa.PrimaryKeyConstraint("organisation", name=op.f("pk_wallets")),
        comment="What is free to spend, reservations taken out; cached and guarded, the transfers are the truth.",
    )
    op.create_table(
        "transfers",
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("leg", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("debit", sa.Text(), nullable=False),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("wallet", sa.Text(), nullable=True),
        sa.Column("movement", sa.BigInteger(), nullable=True),
        sa.Column("balance_cents", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(wallet IS NULL) = (movement IS NULL) AND (wallet IS NULL) = (balance_cents IS NULL)",
            name=op.f("ck_transfers_wallet"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_transfers_amount_cents")),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_transfers_two_accounts")),
        sa.ForeignKeyConstraint(["sector", "seq"], ["tape.sector", "tape.seq"], name=op.f("fk_transfers_sector_seq")),
        sa.ForeignKeyConstraint(["wallet"], ["wallets.organisation"], name=op.f("fk_transfers_wallet")),
        sa.PrimaryKeyConstraint("sector", "seq", "leg", name=op.f("pk_transfers")),
        sa.UniqueConstraint("wallet", "movement", name=op.f("uq_transfers_wallet_movement")),
        comment="Money moves from the debited to the credited account; movement and balance are the wallet's after it.",
    )
    op.create_index(op.f("ix_transfers_credit"), "transfers", ["credit"], unique=False)
    op.create_index(op.f("ix_transfers_debit"), "transfers", ["debit"], unique=False)
    heads = sa.table("heads", *(sa.column(name) for name in ("sector", "head_seq", "head_hash", "settled_until_at")))
    op.bulk_insert(heads, [{"sector": "_house", "head_seq": 0, "head_hash": "0" * 64, "settled_until_at": 0}])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("transfers")
    op.drop_table("wallets")
    op.drop_table("organisations")
    op.drop_table("idempotency")
    op.drop_table("tape")
    op.drop_table("heads")
