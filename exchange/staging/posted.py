"""The rows of posts: which key of a supplier's program was answered with which delivery, and its leads' own names."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, func, select

from exchange.access.once import insert_once
from exchange.errors import KeyReused
from exchange.instant import Instant
from exchange.schema import deliveries, post_references, posts
from exchange.schema.personal import KEY_KEPT_US
from exchange.staging import rows
from exchange.staging.listing import Plan
from exchange.store.sheets import Sheet

KEPT_US = KEY_KEPT_US
LEAD, BATCH, TRIAL_LEAD, TRIAL_BATCH = "lead", "batch", "trial_lead", "trial_batch"
_known = posts.c
_REFERENCES = Sheet(post_references, post_references.columns.keys())


@dataclass(frozen=True, slots=True)
class Order:
    """A post as it was asked: who, under which key, and a hash that tells it from another request."""

    supplier: str
    verb: str
    key: str
    request_hash: str


@dataclass(frozen=True, slots=True)
class Post:
    """What a key was answered with. ``trial`` is what a sandbox post was answered, empty for a real one."""

    delivery_id: str
    terms: str
    trial: str
    replayed: bool


def order_of(supplier: str, verb: str, key: str, *parts: Any) -> Order:
    """The order of a request; ``parts`` are all that makes it another one."""
    text = json.dumps(parts, ensure_ascii=True, sort_keys=True)
    return Order(supplier, verb, key, sha256(text.encode()).hexdigest())


def known(connection: Connection, order: Order) -> Post | None:
    """What this key was answered with; raises KeyReused where it was for another request."""
    mine = (_known.supplier == order.supplier) & (_known.verb == order.verb) & (_known.order_key == order.key)
    found = connection.execute(select(posts).where(mine)).one_or_none()
    if found is None:
        return None
    if found.request_hash != order.request_hash:
        raise KeyReused(f"the key was used for another {order.verb}")
    return Post(found.delivery_id, found.terms, found.trial, replayed=True)


def note(
    connection: Connection, order: Order, delivery_id: str, now: Instant, *, terms: str = "", trial: str = ""
) -> bool:
    """Keep the answer of a key; False where another request of this key was quicker, which is to be asked for then."""
    row = {"supplier": order.supplier, "verb": order.verb, "order_key": order.key, "request_hash": order.request_hash}
    kept: dict[str, object] = {"delivery_id": delivery_id, "terms": terms, "trial": trial, "posted_at": now}
    return insert_once(connection, posts, row | kept)


def trial_of(connection: Connection, delivery_id: str, supplier: str) -> str | None:
    """What a supplier's sandbox post of this id was answered."""
    wanted = select(_known.trial).where(_known.delivery_id == delivery_id, _known.supplier == supplier)
    return connection.execute(wanted).scalar_one_or_none() or None


def reading_of(connection: Connection, supplier: str) -> int:
    """How many posted batches of a supplier wait to be read or are being read."""
    waiting = (deliveries.c.supplier == supplier) & (deliveries.c.state == "reading")
    counted = select(func.count()).select_from(deliveries.join(posts, posts.c.delivery_id == deliveries.c.delivery_id))
    return int(connection.execute(counted.where(waiting)).scalar_one())


def terms_text(plan: Plan) -> str:
    """When the clean leads of a post are to be listed, as its row keeps it."""
    return json.dumps({"from_at": plan.from_at, "spread_us": plan.spread_us})


def plan_clean(connection: Connection, delivery_id: str, now: Instant) -> None:
    """Once its rows are read: the clean ones of a delivery that was posted go to the market as its terms say."""
    terms = connection.execute(select(_known.terms).where(_known.delivery_id == delivery_id)).scalar_one_or_none()
    if not terms:
        return
    told = json.loads(terms)
    plan = Plan(max(told["from_at"], now), told["spread_us"])
    rows.plan(connection, delivery_id, plan.instants(rows.numbers(connection, delivery_id, "ready")))


def name_rows(connection: Connection, delivery_id: str, references: Mapping[int, str]) -> None:
    """Keep what a supplier calls its leads, by row."""
    named = [{"delivery_id": delivery_id, "row": row, "reference": reference} for row, reference in references.items()]
    _REFERENCES.write(connection, named)


def purge(connection: Connection, now: Instant) -> None:
    """Forget keys that are older than they are promised to be known."""
    connection.execute(delete(posts).where(_known.posted_at <= now - KEPT_US))
