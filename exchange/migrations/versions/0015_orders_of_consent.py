"""Withdrawals after the sale, buy-outs and conversions."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_STATES = "state IN ('open', 'sold', 'expired', 'withdrawn')"
_MORE_STATES = "state IN ('open', 'sold', 'expired', 'withdrawn', 'converted')"
_SOLD_OUT = "(state = 'sold') = (sold = seats)"
_GONE = "(state = 'sold') = (sold = seats OR bought_out)"
_COMMENTS = {
    "listings": (
        "next_at: its next step, or the expiry where no step is left; unknown (null) during a halt.",
        "next_at: its next step or conversion, or the expiry where no step is left; unknown (null) during a halt.",
    ),
    "withdrawals": (
        "Consents that the enquirer took back: nobody may call any more.",
        "Consents that the enquirer took back: nobody may call any more. seq: the entry that says so on the tape "
        "of the lead's sector; null where it was noted before tapes said it.",
    ),
}


def upgrade() -> None:
    """Add columns, and let listings end in two more ways."""
    for name in ("buyout_bp", "seat_bp"):
        op.add_column("sectors", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    whole = sa.CheckConstraint("NOT bought_out OR (sold = 1 AND seats > 1)", name=op.f("ck_listings_bought_out"))
    op.add_column("listings", sa.Column("bought_out", sa.Boolean(), whole, nullable=False, server_default=sa.false()))
    for name in ("convert_us", "convert_seats", "convert_bp"):
        op.add_column("listings", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("listings", sa.Column("converted_from", sa.Text(), nullable=True))
    for name in ("convert_us", "convert_seats"):
        op.add_column("deliveries", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("withdrawals", sa.Column("seq", sa.BigInteger(), nullable=True))
    _replace("ck_listings_state", _STATES, _MORE_STATES)
    _replace("ck_listings_sold_out", _SOLD_OUT, _GONE)
    op.create_index(op.f("ix_listings_lead_id"), "listings", ["lead_id"], unique=False)  # tells others of the new text
    _say(1)


def _say(which: int) -> None:
    """PostgreSQL keeps what tables are for; SQLite has no place for it."""
    if op.get_bind().dialect.name == "postgresql":
        for table, comments in _COMMENTS.items():
            op.create_table_comment(table, comments[which])


def _replace(name: str, before: str, after: str) -> None:
    """Another condition in place of one. SQLite keeps a table's definition as text and compares no rows with it.

    Its own way, to copy the table, is closed: rows of other tables refer to listings while this transaction runs.
    """
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.drop_constraint(op.f(name), "listings")
        op.create_check_constraint(op.f(name), "listings", after)
        return
    op.execute("PRAGMA writable_schema = ON")
    changed = sa.text("UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE name = 'listings'")
    bind.execute(changed, {"before": f"CHECK ({before})", "after": f"CHECK ({after})"})
    op.execute("PRAGMA writable_schema = RESET")


def downgrade() -> None:
    """Take them away again; a listing that ended in one of the new ways keeps it from happening."""
    _refuse_new_ends()
    _say(0)
    _replace("ck_listings_sold_out", _GONE, _SOLD_OUT)
    _replace("ck_listings_state", _MORE_STATES, _STATES)
    op.drop_column("withdrawals", "seq")
    op.drop_index(op.f("ix_listings_lead_id"), "listings")
    for name in ("convert_seats", "convert_us"):
        op.drop_column("deliveries", name)
    for name in ("converted_from", "convert_bp", "convert_seats", "convert_us"):
        op.drop_column("listings", name)
    op.execute("ALTER TABLE listings DROP COLUMN bought_out")
    for name in ("seat_bp", "buyout_bp"):
        op.drop_column("sectors", name)


def _refuse_new_ends() -> None:
    """SQLite compares no rows with a condition that is put in another's place, so they are looked for."""
    found = sa.text("SELECT count(*) FROM listings WHERE state = 'converted' OR bought_out")
    if op.get_bind().execute(found).scalar_one():
        raise RuntimeError("there are listings that were converted or bought out: this version cannot be left")
