"""Members, their wallets, and every movement of money (rules.md §4)."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from exchange.schema.columns import metadata, of, whole, words

organisations = Table(
    "organisations",
    metadata,
    words("organisation", primary_key=True),
    words("name"),
    words("group_id"),
    Column("supplier", Boolean, nullable=False),
    Column("buyer", Boolean, nullable=False),
    Column("suspended", Boolean, nullable=False),
    whole("joined_at"),
    Index(None, "group_id"),
    comment="Members. The name is kept here and on no tape.",
)

wallets = Table(
    "wallets",
    metadata,
    of("organisation", "organisations.organisation", primary_key=True),
    whole("balance_cents"),
    whole("credit_line_cents"),
    whole("movement"),
    whole("limit_cents", null=True),
    whole("later_cents", null=True),
    whole("later_at", null=True),
    CheckConstraint("credit_line_cents >= 0", name="credit_line_cents"),
    CheckConstraint("balance_cents + credit_line_cents >= 0", name="covered"),
    CheckConstraint("limit_cents > 0", name="limit_cents"),
    CheckConstraint("later_cents > 0", name="later_cents"),
    CheckConstraint("movement >= 0", name="movement"),
    comment="What is free to spend, reservations taken out; cached and guarded, the transfers are the truth.",
)

transfers = Table(
    "transfers",
    metadata,
    words("sector"),
    whole("seq"),
    whole("leg"),
    whole("at"),
    words("debit"),
    words("credit"),
    whole("amount_cents"),
    of("wallet", "wallets.organisation", null=True),
    whole("movement", null=True),
    whole("balance_cents", null=True),
    PrimaryKeyConstraint("sector", "seq", "leg"),
    ForeignKeyConstraint(["sector", "seq"], ["tape.sector", "tape.seq"]),
    UniqueConstraint("wallet", "movement"),
    CheckConstraint("amount_cents > 0", name="amount_cents"),
    CheckConstraint("debit <> credit", name="two_accounts"),
    CheckConstraint(
        "(wallet IS NULL) = (movement IS NULL) AND (wallet IS NULL) = (balance_cents IS NULL)",
        name="wallet",
    ),
    Index(None, "debit"),
    Index(None, "credit"),
    comment="Money moves from the debited to the credited account; movement and balance are the wallet's after it.",
)
