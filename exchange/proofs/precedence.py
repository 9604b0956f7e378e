"""Who was looked at when a seat was sold, in order of service, and what came of it (rules.md §3). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.bid import Bid
from exchange.orderbook.book import Book
from exchange.orderbook.outcome import Decided, Filled, Skipped, SkipReason
from exchange.orderbook.walk import pair_obstacle, whole_obstacle

Came = SkipReason | Literal["filled", "served_elsewhere", "not_reached"]
"""``served_elsewhere``: it took another lead at that instant; ``not_reached``: the last seat went before its turn."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The lead as it was offered at one instant: what a bid is compared with."""

    listing_id: str
    seq: int
    region: str
    postcode: str
    seats: int
    asked_at: Instant
    supplier: str
    supplier_group: str
    person_id: str
    answers: dict[str, str]
    consent: Any
    ask_cents: Cents


@dataclass(frozen=True, slots=True)
class Looked:
    """One standing bid whose limit reached the ask and whose filters fit; ``place`` ranks equal limits."""

    bid_id: str
    limit_cents: Cents
    place: int
    came: Came


def looked_at(book: Book, wanted: Wanted, at: Instant, decided: Iterable[Decided]) -> list[Looked]:
    """The living bids for this lead, in order of service, before what was ``decided`` at this instant."""
    listing: Any = wanted
    found = _outcomes(decided, wanted)
    looked = []
    for bid in sorted(book.walking_bids(), key=lambda bid: bid.service_order):
        terms = bid.terms
        if terms.limit_cents >= wanted.ask_cents and terms.filters.fit(listing, at):
            came = found.get(bid.bid_id) or _obstacle(book, bid, listing, at) or "not_reached"
            looked.append(Looked(bid.bid_id, terms.limit_cents, bid.place, came))
    return looked


def _outcomes(decided: Iterable[Decided], wanted: Wanted) -> dict[str, Came]:
    """What the tape says of each bid at that instant; of this lead before that of any other."""
    here: dict[str, Came] = {}
    elsewhere: dict[str, Came] = {}
    for _, _, value in decided:
        if not isinstance(value, Filled | Skipped) or value.bid_id is None:
            continue
        if isinstance(value, Filled):
            came: Came = "filled" if value.listing_id == wanted.listing_id else "served_elsewhere"
        else:
            came = value.reason
        (here if value.listing_id == wanted.listing_id else elsewhere)[value.bid_id] = came
    return elsewhere | here


def _obstacle(book: Book, bid: Bid, listing: Any, at: Instant) -> SkipReason | None:
    return pair_obstacle(book, bid, listing) or whole_obstacle(book, bid, listing, at)
