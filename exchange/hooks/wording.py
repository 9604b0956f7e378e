"""What a webhook's message says: ids, and of the entry it tells of what its addressee may know; nobody's name."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from exchange.delivery import Message
from exchange.instant import Instant, to_text
from exchange.payload import canonical, parse
from exchange.schema import tape

_SAID: dict[str, tuple[str, ...]] = {
    "listed": ("start_cents", "floor_cents", "seats"),
    "filled": ("seat", "sold_out", "ask_cents", "buyout"),
    "claimed": ("ground",),
}
"""Of an entry, by its kind. Never who bought, never a bid's terms, never a person."""
_MEMBERS = {"into": "into_listing_id"}


def body_of(connection: Connection, message: Message) -> str:
    """A message as it is sent; the same to the byte whenever it is sent again."""
    asked = select(tape.c.kind, tape.c.payload).where(tape.c.sector == message.sector, tape.c.seq == message.seq)
    row = connection.execute(asked).one_or_none()
    entry = {} if row is None else parse(row.payload)
    said = {name: entry[name] for name in _SAID.get("" if row is None else row.kind, ()) if name in entry}
    named = {_MEMBERS.get(name, f"{name}_id"): id_ for name, id_ in message.names.items()}
    return written(
        message.topic, message.at, {"side": message.side, "sector": message.sector, "seq": message.seq} | named | said
    )


def written(topic: str, at: Instant, data: Mapping[str, Any]) -> str:
    """A body after Standard Webhooks: type, timestamp, data."""
    return canonical({"type": topic, "timestamp": to_text(at), "data": dict(data)})
