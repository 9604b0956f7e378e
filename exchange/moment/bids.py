"""Living standing bids as columns, and back: their terms, their place, and what the book must remember of each."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from exchange.orderbook.bid import Bid, Note
from exchange.orderbook.book import Book
from exchange.orderbook.caps import ActiveHours, Cap
from exchange.orderbook.filters import Filters
from exchange.orderbook.order import BidTerms, ChangeBid, Facts, StandingBid
from exchange.payload import canonical, encode, parse, read_value, write_value

Columns = dict[str, Any]
T = TypeVar("T")

_TERMS = ("bid_id", "buyer", "limit_cents", "quantity", "budget_cents", "until_at")
_FACTS = ("available_cents", "movement", "limit_left_cents")
_STATE = (
    *("seq", "place", "group", "tick_cents", "filled", "spent_cents", "reserved_cents", "state", "suspended"),
    *("resting", "wake_at", "low_level"),
)


def write_bids(book: Book) -> Columns:
    """The living bids of a book, in the order of their entry."""
    found = sorted((bid for bid in book.bids.values() if not bid.ended), key=lambda bid: bid.seq)
    columns: Columns = {name: [getattr(bid, name) for bid in found] for name in _STATE}
    columns |= {name: [getattr(bid.terms, name) for bid in found] for name in _TERMS}
    columns |= {name: [getattr(bid.terms.facts, name) for bid in found] for name in _FACTS}
    columns["entered_group"] = [bid.terms.group if isinstance(bid.terms, StandingBid) else None for bid in found]
    columns["passed"] = [sorted(bid.passed & book.open.keys()) for bid in found]
    columns["recent"] = [[list(fill) for fill in bid.recent] for bid in found]
    columns["notes"] = [{why: [n.until_at, n.room_cents] for why, n in bid.notes.items()} for bid in found]
    for name, write in _SHARED.items():
        once: dict[Any, int] = {}
        columns[name] = [once.setdefault(getattr(bid.terms, name), len(once)) for bid in found]
        columns[f"all_{name}"] = [write(value) for value in once]
    return columns


_SHARED: dict[str, Callable[[Any], str | None]] = {
    "filters": encode,
    "caps": lambda caps: canonical([write_value(cap) for cap in caps]),
    "hours": lambda hours: None if hours is None else encode(hours),
}
"""What many bids have alike: written once, named by its place."""


def read_bids(columns: Columns, book: Book) -> None:
    """Put them into a book, where falling asks find them, and wake them."""
    filters = [_filters(text) for text in columns["all_filters"]]
    caps = [_caps(text) for text in columns["all_caps"]]
    hours = [None if text is None else _hours(text) for text in columns["all_hours"]]
    names = (*_STATE, *_TERMS, *_FACTS, "entered_group", "passed", "recent", "notes", *_SHARED)
    for values in zip(*(columns[name] for name in names), strict=True):
        kept = dict(zip(names, values, strict=True))
        bid = Bid(kept["seq"], _terms(kept, filters, caps, hours), kept["group"], kept["tick_cents"])
        for name in ("place", "filled", "spent_cents", "reserved_cents", "state", "suspended", "resting", "low_level"):
            setattr(bid, name, kept[name])
        bid.passed = set(kept["passed"])
        bid.recent = [(at, ask_cents) for at, ask_cents in kept["recent"]]
        bid.notes = {why: Note(until_at, room_cents) for why, (until_at, room_cents) in kept["notes"].items()}
        book.remember_bid(bid)
        if kept["wake_at"] is not None:
            book.wake_bid(bid, kept["wake_at"])


def _terms(kept: dict[str, Any], filters: list[Any], caps: list[Any], hours: list[Any]) -> BidTerms:
    terms: dict[str, Any] = {name: kept[name] for name in _TERMS}
    terms["facts"] = Facts(*(kept[name] for name in _FACTS))
    terms |= {"filters": filters[kept["filters"]], "caps": caps[kept["caps"]], "hours": hours[kept["hours"]]}
    if kept["entered_group"] is None:
        return ChangeBid(**terms)
    return StandingBid(**terms, group=kept["entered_group"])


@lru_cache(maxsize=4_096)
def _filters(text: str) -> Filters:
    return read_value(Filters, parse(text))


@lru_cache(maxsize=4_096)
def _caps(text: str) -> tuple[Cap, ...]:
    return tuple(read_value(Cap, one) for one in parse(text))


@lru_cache(maxsize=4_096)
def _hours(text: str) -> ActiveHours:
    return read_value(ActiveHours, parse(text))
