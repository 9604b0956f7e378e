"""What somebody has beside their password: the sealed secret of an app, back-up codes, log-ins that wait for a code.

`exchange.access` is the only writer, but for a reset, which `exchange.operators` writes down with its line of the log.
"""

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, PrimaryKeyConstraint, Table

from exchange.schema.columns import metadata, of, whole, words

second_factors = Table(
    "second_factors",
    metadata,
    of("user_id", "users.user_id", primary_key=True),
    words("algorithm"),
    whole("key_version"),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    whole("made_at"),
    whole("confirmed_at", null=True),
    whole("last_step"),
    of("reset_asked_by", "users.user_id", null=True),
    whole("reset_asked_at", null=True),
    whole("reset_at", null=True),
    CheckConstraint("(reset_asked_by IS NULL) = (reset_asked_at IS NULL)", name="reset_asked"),
    CheckConstraint("reset_at IS NULL OR confirmed_at IS NULL", name="reset_at"),
    Index(None, "key_version"),
    comment="Secrets of apps, sealed; last_step is the last 30 seconds of which a code was taken. Reset: emptied.",
)

backup_codes = Table(
    "backup_codes",
    metadata,
    of("user_id", "users.user_id"),
    words("code_hash"),
    whole("made_at"),
    whole("used_at", null=True),
    PrimaryKeyConstraint("user_id", "code_hash"),
    comment="Codes for who has lost the app, each good once; only their hashes are kept.",
)

half_logins = Table(
    "half_logins",
    metadata,
    words("token_hash", primary_key=True),
    of("user_id", "users.user_id"),
    whole("begun_at"),
    Index(None, "user_id"),
    Index(None, "begun_at"),
    comment="A password was right, a code is still asked for; the token is only in the browser. No session.",
)
