"""Who may log in, their sessions, the throttle against guessing, and the names people give their bids.

Nothing of this is on a tape: `exchange.access` is the only writer.
"""

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint

from exchange.schema.columns import metadata, of, whole, words

users = Table(
    "users",
    metadata,
    words("user_id", primary_key=True),
    of("organisation", "organisations.organisation", null=True),
    words("email"),
    words("name"),
    words("role"),
    words("password_hash"),
    words("lang"),
    words("theme"),
    whole("created_at"),
    whole("disabled_at", null=True),
    UniqueConstraint("email"),
    CheckConstraint("role IN ('owner', 'advisor', 'supplier', 'operator', 'analyst')", name="role"),
    CheckConstraint("organisation IS NOT NULL OR role IN ('operator', 'analyst')", name="belongs"),
    CheckConstraint("lang IN ('de', 'en')", name="lang"),
    CheckConstraint("theme IN ('system', 'light', 'dark')", name="theme"),
    Index(None, "organisation"),
    comment="People who log in. The house's own people belong to no organisation.",
)

sessions = Table(
    "sessions",
    metadata,
    words("token_hash", primary_key=True),
    of("user_id", "users.user_id"),
    whole("begun_at"),
    whole("seen_at"),
    Index(None, "user_id"),
    Index(None, "seen_at"),
    comment="One row a log-in; the token itself is only in the browser.",
)

throttle = Table(
    "throttle",
    metadata,
    words("bucket", primary_key=True),
    whole("tokens_micro"),
    whole("updated_at"),
    Index(None, "updated_at"),
    comment="Token buckets by hashed name; tokens in millionths.",
)

bid_names = Table(
    "bid_names",
    metadata,
    of("bid_id", "bids.bid_id", primary_key=True),
    words("name"),
    comment="What a firm calls its standing bid.",
)
