"""Which listings a user keeps an eye on: a note of theirs, on no tape; `exchange.access` is the only writer."""

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from exchange.schema.columns import metadata, of, whole

watches = Table(
    "watches",
    metadata,
    of("user_id", "users.user_id"),
    of("listing_id", "listings.listing_id"),
    whole("watched_at"),
    PrimaryKeyConstraint("user_id", "listing_id"),
    Index(None, "listing_id"),
    comment="Listings a user watches.",
)
