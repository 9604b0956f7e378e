"""The board at 100,000 listings: what it sorts by as indexes, whom a consent names as rows; watched leads."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OLD: tuple[tuple[str, ...], ...] = (("sector", "state", "ask_cents"), ("state", "next_at"))
_NEW: tuple[tuple[str, ...], ...] = (
    ("state", "asked_at", "listing_id"),
    ("sector", "state", "asked_at", "listing_id"),
    ("sector", "state", "ask_cents", "listing_id"),
    ("state", "next_at", "listing_id"),
    ("postcode",),
    ("sector", "listed_at"),
)


def _name(columns: tuple[str, ...]) -> str:
    return f"ix_listings_{'_'.join(columns)}"


def upgrade() -> None:
    """Add the tables, the column and the indexes; whom a listing's consent names is read from the consent it has."""
    op.create_table(
        "recipients",
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.listing_id"], name=op.f("fk_recipients_listing_id")),
        sa.PrimaryKeyConstraint("organisation", "listing_id", name=op.f("pk_recipients")),
        comment="Whom a consent names, where it does not cover everyone: what consent says, ready for a join.",
    )
    op.create_index(op.f("ix_recipients_listing_id"), "recipients", ["listing_id"], unique=False)
    op.create_table(
        "watches",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("watched_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.listing_id"], name=op.f("fk_watches_listing_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_watches_user_id")),
        sa.PrimaryKeyConstraint("user_id", "listing_id", name=op.f("pk_watches")),
        comment="Listings a user watches.",
    )
    op.create_index(op.f("ix_watches_listing_id"), "watches", ["listing_id"], unique=False)
    for columns in _OLD:
        op.drop_index(op.f(_name(columns)), "listings")
    op.add_column("listings", sa.Column("for_everyone", sa.Boolean(), nullable=False, server_default=sa.true()))
    _read_consents()
    for columns in _NEW:
        op.create_index(op.f(_name(columns)), "listings", list(columns), unique=False)
    op.create_index(op.f("ix_sales_sold_at_ask_cents"), "sales", ["sold_at", "ask_cents"], unique=False)


def _read_consents() -> None:
    connection = op.get_bind()
    listings = sa.table("listings", *map(sa.column, ("listing_id", "consent", "for_everyone")))
    recipients = sa.table("recipients", sa.column("listing_id"), sa.column("organisation"))
    for row in connection.execute(sa.select(listings.c.listing_id, listings.c.consent)).all():
        named = json.loads(row.consent).get("recipients", ["*"])
        if "*" in named:
            continue
        mine = listings.c.listing_id == row.listing_id
        connection.execute(sa.update(listings).where(mine).values(for_everyone=False))
        rows = [{"listing_id": row.listing_id, "organisation": name} for name in sorted(set(named))]
        if rows:
            connection.execute(sa.insert(recipients), rows)


def downgrade() -> None:
    """Take them away again."""
    op.drop_index(op.f("ix_sales_sold_at_ask_cents"), "sales")
    for columns in _NEW:
        op.drop_index(op.f(_name(columns)), "listings")
    op.drop_column("listings", "for_everyone")
    for columns in _OLD:
        op.create_index(op.f(_name(columns)), "listings", list(columns), unique=False)
    op.drop_table("watches")
    op.drop_table("recipients")
