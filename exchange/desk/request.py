"""A request: an order as it was asked, before the desk adds what only the house knows."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from exchange.errors import Invalid
from exchange.house import HouseOrder
from exchange.instant import DAY_US
from exchange.orderbook.order import Order
from exchange.payload import AnyOrder, decode, encode
from exchange.store import Aside, OfferedLead
from exchange.store.keys import Key

_TOO_LONG = re.compile(r"[\[:,]-?\d{18}")
MOST_KEY_LETTERS = 255

DUPLICATE_WINDOW_US = 90 * DAY_US


@dataclass(frozen=True, slots=True)
class Request:
    """``organisation`` asks and owns the idempotency key; ``offered`` is the lead behind a listing.

    ``window_us`` is the span within which an enquirer of the sector counts as the same person (rules.md §1); ``aside``
    is written in the transaction in which it is decided.
    """

    order: Any
    organisation: str
    key: Key | None = None
    offered: OfferedLead | None = None
    window_us: int = DUPLICATE_WINDOW_US
    aside: Aside | None = None


def request(
    order: AnyOrder,
    organisation: str,
    key: str | None = None,
    *,
    part: int = 0,
    offered: OfferedLead | None = None,
    window_us: int = DUPLICATE_WINDOW_US,
) -> Request:
    """A request of canonical form; raises Invalid for text or numbers no tape can hold."""
    text = encode(order)
    if _TOO_LONG.search(text):
        raise Invalid(order.kind, "a number is larger than anything traded here")
    if "\\u0000" in text:
        raise Invalid(order.kind, "a text holds a NUL character")
    try:
        digest = sha256(text.encode()).hexdigest()
    except UnicodeEncodeError as error:
        raise Invalid(order.kind, "a text is no Unicode") from error
    if not text.isascii():
        order = _composed(order, text)
    return Request(order, organisation, _key(order, organisation, key, part, digest), offered, window_us)


def _composed(order: AnyOrder, text: str) -> Order | HouseOrder:
    """The order with its texts in NFC: what is decided is what the tape will say."""
    composed: Any = decode(order.kind, text)
    return composed  # type: ignore[no-any-return]


def _key(order: AnyOrder, organisation: str, key: str | None, part: int, digest: str) -> Key | None:
    if key is None:
        return None
    if not 1 <= len(key) <= MOST_KEY_LETTERS or not key.isprintable():
        raise Invalid("key", f"an idempotency key is 1 to {MOST_KEY_LETTERS} printable letters")
    return Key(organisation, order.kind, key, part, digest)
