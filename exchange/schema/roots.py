"""The published roots, one a day (`exchange.proofs.day`)."""

from sqlalchemy import CheckConstraint, Table, UniqueConstraint

from exchange.schema.columns import metadata, whole, words

roots = Table(
    "roots",
    metadata,
    words("date", primary_key=True),
    whole("since_at"),
    whole("until_at"),
    whole("entries"),
    words("heads"),
    words("before"),
    words("root"),
    whole("made_at"),
    UniqueConstraint("since_at"),
    CheckConstraint("entries >= 0 AND since_at < until_at", name="day"),
    comment="The day is Berlin's; heads is JSON: where every tape ended at its end; "
    "before: the root of the day before.",
)
