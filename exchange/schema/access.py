"""Who may log in and how: users, sessions, devices, one-time links, API keys, the throttle, and what people chose.

Nothing of this is on a tape: `exchange.access` is the only writer.
"""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, PrimaryKeyConstraint, Table, UniqueConstraint

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
    whole("daily_limit_cents", null=True),
    UniqueConstraint("email"),
    CheckConstraint("role IN ('owner', 'advisor', 'supplier', 'operator', 'analyst')", name="role"),
    CheckConstraint("organisation IS NOT NULL OR role IN ('operator', 'analyst')", name="belongs"),
    CheckConstraint("lang IN ('de', 'en')", name="lang"),
    CheckConstraint("theme IN ('system', 'light', 'dark')", name="theme"),
    CheckConstraint("daily_limit_cents > 0", name="daily_limit_cents"),
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
    words("browser", null=True),
    whole("proven_at", null=True),
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

preferences = Table(
    "preferences",
    metadata,
    of("user_id", "users.user_id", primary_key=True),
    words("density"),
    words("rate"),
    words("say"),
    Column("keys", Boolean, nullable=False),
    whole("onekey_cents", null=True),
    CheckConstraint("density IN ('compact', 'default', 'comfortable')", name="density"),
    CheckConstraint("rate IN ('live', 'calm', 'hand')", name="rate"),
    CheckConstraint("say IN ('none', 'results', 'leads')", name="say"),
    CheckConstraint("onekey_cents > 0", name="onekey_cents"),
    comment="How somebody likes the pages; onekey_cents is what one key may spend on one lead, net, null: never.",
)

devices = Table(
    "devices",
    metadata,
    words("device_hash"),
    of("user_id", "users.user_id"),
    whole("seen_at"),
    PrimaryKeyConstraint("device_hash", "user_id"),
    Index(None, "user_id"),
    Index(None, "seen_at"),
    comment="Browsers somebody has logged in with: strangers who guess their password do not lock these out.",
)

links = Table(
    "links",
    metadata,
    words("token_hash", primary_key=True),
    of("user_id", "users.user_id"),
    words("purpose"),
    whole("made_at"),
    whole("expires_at"),
    whole("used_at", null=True),
    CheckConstraint("purpose IN ('invitation', 'reset')", name="purpose"),
    Index(None, "user_id"),
    comment="Links by which somebody sets a password, once; the token itself is only in the link.",
)

orders_by_user = Table(
    "orders_by_user",
    metadata,
    of("user_id", "users.user_id"),
    words("order_key"),
    words("listing_id"),
    whole("at"),
    whole("held_cents"),
    words("sale_id", null=True),
    PrimaryKeyConstraint("user_id", "order_key"),
    CheckConstraint("held_cents > 0", name="held_cents"),
    Index(None, "user_id", "at"),
    Index(None, "sale_id"),
    comment="Who of a firm bought what: while an order is under way the most it may cost, then the ask paid; net.",
)

api_keys = Table(
    "api_keys",
    metadata,
    words("key_id", primary_key=True),
    of("user_id", "users.user_id"),
    words("name"),
    words("secret_hash"),
    words("scopes"),
    whole("made_at"),
    whole("expires_at"),
    whole("used_at", null=True),
    whole("revoked_at", null=True),
    UniqueConstraint("secret_hash"),
    CheckConstraint("expires_at > made_at", name="expires_at"),
    Index(None, "user_id"),
    comment="Keys machines present; of the secret only its hash is kept. Scopes are words with blanks between.",
)
