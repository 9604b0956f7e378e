"""Files that suppliers handed in, on their way to the market: what is in them is sealed, and goes after two weeks."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from exchange.schema.columns import metadata, of, whole, words

deliveries = Table(
    "deliveries",
    metadata,
    words("delivery_id", primary_key=True),
    of("supplier", "organisations.organisation"),
    whole("number"),
    of("sector", "sectors.sector", null=True),
    of("uploaded_by", "users.user_id", null=True),
    words("file_name"),
    words("file_kind"),
    words("sheet"),
    words("dialect"),
    words("digest"),
    words("state"),
    words("cause"),
    words("mapping"),
    whole("row_count"),
    whole("read_rows"),
    whole("seats"),
    whole("start_cents"),
    whole("floor_cents"),
    whole("uploaded_at"),
    whole("erase_at"),
    words("worker"),
    whole("beat_at"),
    whole("convert_us", null=True),
    whole("convert_seats", null=True),
    UniqueConstraint("supplier", "number"),
    CheckConstraint("state IN ('mapping', 'reading', 'open', 'failed', 'discarded')", name="state"),
    CheckConstraint("file_kind IN ('csv', 'xlsx')", name="file_kind"),
    CheckConstraint("state NOT IN ('reading', 'open') OR sector IS NOT NULL", name="sector"),
    Index(None, "supplier", "digest"),
    Index(None, "erase_at"),
    Index(None, "state", "beat_at"),
    comment="One file; worker and beat_at say who works on it, and when that was last seen alive.",
)

delivery_parts = Table(
    "delivery_parts",
    metadata,
    of("delivery_id", "deliveries.delivery_id"),
    whole("part"),
    words("algorithm"),
    whole("key_version"),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("delivery_id", "part"),
    comment="The file itself, sealed part by part, until its rows are read.",
)

delivery_rows = Table(
    "delivery_rows",
    metadata,
    of("delivery_id", "deliveries.delivery_id"),
    whole("row"),
    words("state"),
    words("kind"),
    words("findings"),
    words("phone_print"),
    words("email_print"),
    words("algorithm"),
    whole("key_version"),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    whole("list_at", null=True),
    words("listing_id", null=True),
    PrimaryKeyConstraint("delivery_id", "row"),
    CheckConstraint(
        "state IN ('ready', 'error', 'hint', 'duplicate', 'discarded', 'planned', 'held', 'listed')", name="state"
    ),
    CheckConstraint("(state = 'planned') = (list_at IS NOT NULL)", name="planned"),
    CheckConstraint("(state = 'listed') = (listing_id IS NOT NULL)", name="listed"),
    Index(None, "delivery_id", "state", "row"),
    Index(None, "delivery_id", "phone_print"),
    Index(None, "delivery_id", "email_print"),
    Index(None, "list_at"),
    comment="One row of a file: what it says sealed, what was found in it by field and code; kind is the first.",
)

delivery_maps = Table(
    "delivery_maps",
    metadata,
    of("supplier", "organisations.organisation"),
    of("sector", "sectors.sector"),
    words("name"),
    words("mapping"),
    whole("saved_at"),
    PrimaryKeyConstraint("supplier", "sector", "name"),
    comment="What a supplier's columns mean, to be used again: names of columns, never what stands in them.",
)
