"""What one standing bid did: the leads it bought, and those it was passed over for, with the reason."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, select

from exchange.instant import Instant
from exchange.money import Cents
from exchange.reports.bids import BidRow
from exchange.schema import leads, listings, sales, tape
from exchange.schema.house import organisations

MOST = 50
UNNAMED = "not_covered_by_consent"
"""The reason that is told without the lead (rules.md §3)."""


@dataclass(frozen=True, slots=True)
class Fill:
    """One lead it bought; the ask net."""

    at: Instant
    listing_id: str
    postcode: str
    ask_cents: Cents
    claim: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Once passed over. ``listing_id`` is empty where the owner may not know the lead."""

    at: Instant
    reason: str
    listing_id: str
    postcode: str


def fills_of(connection: Connection, bid: BidRow) -> list[Fill]:
    """The latest purchases of a bid."""
    question = (
        select(sales.c.sold_at, sales.c.listing_id, leads.c.postcode, sales.c.ask_cents, sales.c.claim)
        .join(listings, listings.c.listing_id == sales.c.listing_id)
        .join(leads, leads.c.lead_id == listings.c.lead_id)
        .where(sales.c.bid_id == bid.bid_id)
        .order_by(sales.c.sold_at.desc(), sales.c.sale_id)
        .limit(MOST)
    )
    return [Fill(*row) for row in connection.execute(question)]


def skips_of(connection: Connection, bid: BidRow) -> list[Skip]:
    """The latest skips of a bid, from the tape: an outcome stands after the order it belongs to."""
    name = json.dumps(bid.bid_id, ensure_ascii=False)
    question = (
        select(tape.c.at, tape.c.payload)
        .where(
            tape.c.sector == bid.sector,
            tape.c.kind == "skipped",
            tape.c.seq > bid.seq,
            tape.c.payload.contains(f'"bid_id":{name}', autoescape=True),
        )
        .order_by(tape.c.seq.desc())
        .limit(MOST)
    )
    found = [(row.at, json.loads(row.payload)) for row in connection.execute(question)]
    named = {told["listing_id"] for _, told in found if told["reason"] != UNNAMED}
    places = _postcodes(connection, named)
    return [_skip(at, told["reason"], told["listing_id"], places) for at, told in found]


def _skip(at: Instant, reason: str, listing_id: str, places: dict[str, str]) -> Skip:
    if reason == UNNAMED:
        return Skip(at, reason, "", "")
    return Skip(at, reason, listing_id, places.get(listing_id, ""))


def _postcodes(connection: Connection, ids: set[str]) -> dict[str, str]:
    question = select(listings.c.listing_id, listings.c.postcode).where(listings.c.listing_id.in_(ids))
    return {row.listing_id: row.postcode for row in connection.execute(question)} if ids else {}


def suppliers_of(connection: Connection, organisation: str) -> dict[str, str]:
    """Suppliers a firm has bought from, by id with their names: whom it may block."""
    question = (
        select(organisations.c.organisation, organisations.c.name)
        .where(organisations.c.organisation.in_(select(sales.c.supplier).where(sales.c.buyer == organisation)))
        .order_by(organisations.c.name)
    )
    return {row.organisation: row.name for row in connection.execute(question)}
