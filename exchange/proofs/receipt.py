"""A receipt: what a buyer needs to check one sale without the house. Pure.

Canonical JSON, so that no bit of it can change unnoticed: entries of the tape with their way to the published root of
their day, the steps of the price, the standing bids that were looked at. docs/receipts.md says what each member means.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from exchange.payload import canonical
from exchange.pricing.table import PriceTable
from exchange.proofs.day import Root, pseudonym
from exchange.proofs.precedence import Looked
from exchange.tape import Entry

VERSION = 1


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry and its way to the root of its day: ``index`` counts leaves, ``before`` is the hash before it."""

    entry: Entry
    before: str
    date: str
    index: int
    path: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class PlacedDay:
    """A published day and the way of its first leaf."""

    root: Root
    path: Sequence[bytes]


def write_receipt(
    sale_id: str,
    entries: Sequence[Placed],
    days: Sequence[PlacedDay],
    table: PriceTable,
    looked: Sequence[Looked],
    own_bid: str | None,
    secret: str,
) -> str:
    """The receipt as text, one line; ``secret`` hides the names of bids, and is told nobody."""
    body: dict[str, Any] = {
        "days": [_day(one) for one in sorted(days, key=lambda one: one.root.day.date)],
        "entries": [_entry(one) for one in entries],
        "sale": sale_id,
        "service": [
            {
                "bid": pseudonym(secret, one.bid_id),
                "came": one.came,
                "limit_cents": one.limit_cents,
                "place": one.place,
            }
            for one in looked
        ],
        "steps": [list(step) for step in zip(table.elapsed_us, table.asks_cents, strict=True)],
        "v": VERSION,
    }
    if own_bid is not None:
        body["you"] = pseudonym(secret, own_bid)
    sealed = sha256(canonical(body).encode()).hexdigest()
    return canonical(body | {"seal": sealed}) + "\n"


def _day(one: PlacedDay) -> dict[str, Any]:
    root = one.root
    return {
        "date": root.day.date,
        "head": root.day.text,
        "path": [step.hex() for step in one.path],
        "root": root.root,
        "size": root.size,
    }


def _entry(one: Placed) -> dict[str, Any]:
    return {
        "before": one.before,
        "date": one.date,
        "hash": one.entry.hash,
        "index": one.index,
        "path": [step.hex() for step in one.path],
        "text": one.entry.text,
    }
