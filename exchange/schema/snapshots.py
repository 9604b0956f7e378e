"""States of tapes, kept so that any instant opens soon; all of it follows from the tape and may be thrown away."""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, LargeBinary, PrimaryKeyConstraint, Table

from exchange.schema.columns import metadata, whole, words

snapshots = Table(
    "snapshots",
    metadata,
    words("sector"),
    whole("seq"),
    whole("at"),
    words("digest"),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("sector", "seq"),
    ForeignKeyConstraint(["sector", "seq"], ["tape.sector", "tape.seq"]),
    CheckConstraint("seq > 0", name="seq"),
    comment="The state of a tape after its entry seq, as compressed text; digest: SHA-256 of the text.",
)
