"""Listings, standing bids, sales; and history becomes append-only."""

import sqlalchemy as sa
from alembic import op

from exchange.schema.guards import drop_guards, raise_guards

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "listings",
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("supplier_group", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("start_cents", sa.BigInteger(), nullable=False),
        sa.Column("floor_cents", sa.BigInteger(), nullable=False),
        sa.Column("tick_cents", sa.BigInteger(), nullable=False),
        sa.Column("curve", sa.BigInteger(), nullable=False),
        sa.Column("arm_bp", sa.BigInteger(), nullable=False),
        sa.Column("duration_us", sa.BigInteger(), nullable=False),
        sa.Column("calendar", sa.BigInteger(), nullable=False),
        sa.Column("listed_at", sa.BigInteger(), nullable=False),
        sa.Column("anchor_at", sa.BigInteger(), nullable=False),
        sa.Column("anchor_us", sa.BigInteger(), nullable=False),
        sa.Column("ask_cents", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(state = 'sold') = (sold = seats)", name=op.f("ck_listings_sold_out")),
        sa.CheckConstraint("state IN ('open', 'sold', 'expired', 'withdrawn')", name=op.f("ck_listings_state")),
        sa.CheckConstraint(
            "ask_cents BETWEEN floor_cents AND start_cents AND floor_cents > 0", name=op.f("ck_listings_ask_cents")
        ),
        sa.CheckConstraint("seats >= 1 AND sold BETWEEN 0 AND seats", name=op.f("ck_listings_seats")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.lead_id"], name=op.f("fk_listings_lead_id")),
        sa.ForeignKeyConstraint(["sector"], ["sectors.sector"], name=op.f("fk_listings_sector")),
        sa.ForeignKeyConstraint(["supplier"], ["organisations.organisation"], name=op.f("fk_listings_supplier")),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_listings")),
        sa.UniqueConstraint("listing_id", "seats", name=op.f("uq_listings_listing_id_seats")),
        sa.UniqueConstraint("sector", "seq", name=op.f("uq_listings_sector_seq")),
        comment="next_at: its next step, or the expiry where no step is left; unknown (null) during a halt.",
    )
    op.create_index(op.f("ix_listings_person_id"), "listings", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_listings_sector_state_ask_cents"), "listings", ["sector", "state", "ask_cents"], unique=False
    )
    op.create_index(op.f("ix_listings_state_next_at"), "listings", ["state", "next_at"], unique=False)
    op.create_index(op.f("ix_listings_supplier_state"), "listings", ["supplier", "state"], unique=False)
    op.create_table(
        "bids",
        sa.Column("bid_id", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("tick_cents", sa.BigInteger(), nullable=False),
        sa.Column("limit_cents", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("budget_cents", sa.BigInteger(), nullable=True),
        sa.Column("until_at", sa.BigInteger(), nullable=True),
        sa.Column("filled", sa.BigInteger(), nullable=False),
        sa.Column("spent_cents", sa.BigInteger(), nullable=False),
        sa.Column("reserved_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('active', 'paused') OR reserved_cents = 0", name=op.f("ck_bids_released")),
        sa.CheckConstraint(
            "state IN ('active', 'paused', 'filled', 'cancelled', 'expired')", name=op.f("ck_bids_state")
        ),
        sa.CheckConstraint(
            "filled >= 0 AND spent_cents >= 0 AND quantity >= 1 AND limit_cents > 0", name=op.f("ck_bids_counts")
        ),
        sa.CheckConstraint("reserved_cents >= 0", name=op.f("ck_bids_reserved_cents")),
        sa.ForeignKeyConstraint(["buyer"], ["organisations.organisation"], name=op.f("fk_bids_buyer")),
        sa.ForeignKeyConstraint(["sector"], ["sectors.sector"], name=op.f("fk_bids_sector")),
        sa.PrimaryKeyConstraint("bid_id", name=op.f("pk_bids")),
        sa.UniqueConstraint("sector", "seq", name=op.f("uq_bids_sector_seq")),
        comment="terms: the order that gave them; progress: what the book must remember of it, JSON.",
    )
    op.create_index(op.f("ix_bids_buyer_state"), "bids", ["buyer", "state"], unique=False)
    op.create_index(op.f("ix_bids_sector_state"), "bids", ["sector", "state"], unique=False)
    op.create_table(
        "sales",
        sa.Column("sale_id", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("bid_id", sa.Text(), nullable=True),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("seat", sa.BigInteger(), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("ask_cents", sa.BigInteger(), nullable=False),
        sa.Column("vat_cents", sa.BigInteger(), nullable=False),
        sa.Column("fee_cents", sa.BigInteger(), nullable=False),
        sa.Column("sold_at", sa.BigInteger(), nullable=False),
        sa.Column("closes_at", sa.BigInteger(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("silence_at", sa.BigInteger(), nullable=True),
        sa.Column("returned_net_cents", sa.BigInteger(), nullable=False),
        sa.Column("returned_vat_cents", sa.BigInteger(), nullable=False),
        sa.Column("returned_fee_cents", sa.BigInteger(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.CheckConstraint("claim IN ('unclaimed', 'claimed', 'upheld', 'rejected')", name=op.f("ck_sales_claim")),
        sa.CheckConstraint(
            "ask_cents > 0 AND vat_cents >= 0 AND fee_cents BETWEEN 0 AND ask_cents", name=op.f("ck_sales_parts")
        ),
        sa.CheckConstraint("seat BETWEEN 1 AND seats", name=op.f("ck_sales_seat")),
        sa.CheckConstraint("supplier <> buyer", name=op.f("ck_sales_own_lead")),
        sa.ForeignKeyConstraint(["bid_id"], ["bids.bid_id"], name=op.f("fk_sales_bid_id")),
        sa.ForeignKeyConstraint(["buyer"], ["organisations.organisation"], name=op.f("fk_sales_buyer")),
        sa.ForeignKeyConstraint(
            ["listing_id", "seats"], ["listings.listing_id", "listings.seats"], name=op.f("fk_sales_listing_id_seats")
        ),
        sa.ForeignKeyConstraint(["sector", "seq"], ["tape.sector", "tape.seq"], name=op.f("fk_sales_sector_seq")),
        sa.ForeignKeyConstraint(["sector"], ["sectors.sector"], name=op.f("fk_sales_sector")),
        sa.ForeignKeyConstraint(["supplier"], ["organisations.organisation"], name=op.f("fk_sales_supplier")),
        sa.PrimaryKeyConstraint("sale_id", name=op.f("pk_sales")),
        sa.UniqueConstraint("listing_id", "seat", name=op.f("uq_sales_listing_id_seat")),
        sa.UniqueConstraint("sector", "person_id", "group_id", name=op.f("uq_sales_sector_person_id_group_id")),
        sa.UniqueConstraint("sector", "seq", name=op.f("uq_sales_sector_seq")),
        comment="One seat each. Only the claim's columns and released ever change; released: nothing of it is pending.",
    )
    op.create_index(op.f("ix_sales_buyer_sold_at"), "sales", ["buyer", "sold_at"], unique=False)
    op.create_index(op.f("ix_sales_sector_released"), "sales", ["sector", "released"], unique=False)
    op.create_index(op.f("ix_sales_supplier_sold_at"), "sales", ["supplier", "sold_at"], unique=False)
    raise_guards(op.get_bind())


def downgrade() -> None:
    """Drop them."""
    for statement in drop_guards(op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table("sales")
    op.drop_table("bids")
    op.drop_table("listings")
