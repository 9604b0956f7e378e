"""Leads that suppliers' programs post: which key was answered with which batch, and what they call their leads."""

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Table, UniqueConstraint

from exchange.schema.columns import metadata, of, whole, words

posts = Table(
    "posts",
    metadata,
    of("supplier", "organisations.organisation"),
    words("verb"),
    words("order_key"),
    words("request_hash"),
    words("delivery_id"),
    words("terms"),
    words("trial"),
    whole("posted_at"),
    words("answer", null=True),  # as trial, once the delivery is forgotten
    PrimaryKeyConstraint("supplier", "verb", "order_key"),
    UniqueConstraint("delivery_id"),
    CheckConstraint("verb IN ('lead', 'batch', 'trial_lead', 'trial_batch')", name="verb"),
    CheckConstraint("(trial <> '') = (verb IN ('trial_lead', 'trial_batch'))", name="trial"),
    Index(None, "posted_at"),
    comment="Idempotency keys of posts; terms: when clean leads are listed; trial: what a sandbox post was answered.",
)

post_references = Table(
    "post_references",
    metadata,
    of("delivery_id", "deliveries.delivery_id"),
    whole("row"),
    words("reference"),
    PrimaryKeyConstraint("delivery_id", "row"),
    comment="What a supplier calls its leads, to find them again in our answers.",
)
