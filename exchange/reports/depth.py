"""How many standing bids wait below an ask, step by step, and whether one of the viewer's is among them. No names.

A bid is counted at the first step whose price lies within its limit, if its filters fit then, it is valid then, it has
quantity and budget left, and the consent covers its firm. Not looked at: caps by day and week, opening hours of the
bid, and what other leads may use up before. So it is how many *may* be quicker, not how many will.
"""

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, select

from exchange.instant import Instant
from exchange.lead import ConsentScope
from exchange.money import Cents
from exchange.orderbook.order import BidTerms
from exchange.payload import decode, parse, read_value
from exchange.reports.bids import Offered
from exchange.reports.board import BoardRow
from exchange.reports.question import Viewer
from exchange.schema import bids, listings, sales

MOST_BIDS = 5_000
"""Bids looked at: those with the highest limits below the ask."""


@dataclass(frozen=True, slots=True)
class Depth:
    """A coming step: other firms' bids that buy there at the latest, and whether a bid of the viewer's buys there."""

    at: Instant
    ask_cents: Cents
    others: int
    mine: bool


def depth(connection: Connection, row: BoardRow, viewer: Viewer, now: Instant) -> list[Depth]:
    """Every coming step of an open listing; bids above the present ask wait for something else and are left out."""
    coming = [(at, cents) for at, cents in row.steps if at > now]
    if row.state != "open" or not coming:
        return []
    others, mine = [0] * len(coming), [False] * len(coming)
    for bid in _below(connection, row):
        place = bisect_left(coming, -bid.limit_cents, key=lambda step: -step[1])
        if place < len(coming) and _takes(bid, row, *coming[place]):
            if bid.buyer == viewer.organisation:
                mine[place] = True
            else:
                others[place] += 1
    so_far = [sum(others[: place + 1]) for place in range(len(coming))]
    return [Depth(at, cents, so_far[place], mine[place]) for place, (at, cents) in enumerate(coming)]


def _below(connection: Connection, row: BoardRow) -> list[Any]:
    """Living bids of the sector that lie below the ask, of firms that may be given this lead."""
    lead = connection.execute(select(listings).where(listings.c.listing_id == row.listing_id)).one()
    scope = read_value(ConsentScope, parse(lead.consent))
    held = select(sales.c.group_id).where(sales.c.sector == row.sector, sales.c.person_id == lead.person_id)
    found = connection.execute(
        select(bids)
        .where(
            bids.c.sector == row.sector,
            bids.c.state == "active",
            ~bids.c.suspended,
            bids.c.limit_cents.between(row.floor_cents, row.ask_cents - 1),
            bids.c.filled < bids.c.quantity,
            bids.c.group_id != row.supplier_group,
            bids.c.group_id.not_in(held),
        )
        .order_by(bids.c.limit_cents.desc())
        .limit(MOST_BIDS)
    )
    return [bid for bid in found if scope.covers(bid.buyer)]


def _takes(bid: Any, row: BoardRow, at: Instant, ask_cents: Cents) -> bool:
    if bid.until_at is not None and at >= bid.until_at:
        return False
    if bid.budget_cents is not None and bid.budget_cents - bid.spent_cents < ask_cents:
        return False
    return _terms(bid.kind, bid.terms).filters.fit(Offered(row), at)  # type: ignore[arg-type]


@lru_cache(maxsize=20_000)
def _terms(kind: str, terms: str) -> BidTerms:
    """What a bid was placed with: the same text says the same for ever."""
    found = decode(kind, terms)
    assert isinstance(found, BidTerms)  # noqa: S101 - the two kinds a bid's terms are kept as
    return found
