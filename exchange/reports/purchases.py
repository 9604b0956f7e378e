"""What a firm has bought: the list, one lead with its receipt, and the latest events."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, literal, select, tuple_

from exchange.instant import Instant
from exchange.money import Cents
from exchange.reports.question import Viewer
from exchange.reports.schedules import Rulebook, Steps, steps_of
from exchange.schema import bids, curve_versions, leads, listings, sales, tape
from exchange.schema.access import bid_names

PAGE = 50


@dataclass(frozen=True, slots=True)
class Purchase:
    """One seat a firm holds. Amounts net, VAT apart; ``bid_name`` is empty for an instant bid.

    ``supplier`` is never shown to a buyer by name.
    """

    sale_id: str
    listing_id: str
    lead_id: str
    sector: str
    seq: int
    region: str
    postcode: str
    answers: dict[str, str]
    asked_at: Instant
    sold_at: Instant
    closes_at: Instant
    seat: int
    seats: int
    ask_cents: Cents
    vat_cents: Cents
    claim: str
    ground: str
    silence_at: Instant | None
    returned_net_cents: Cents
    bid_id: str | None
    bid_name: str
    bid_limit_cents: Cents | None
    supplier: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the sale stands on its sector's tape, with the price story that led to it."""

    at: Instant
    hash: str
    steps: Steps
    expires_at: Instant | None
    start_cents: Cents
    floor_cents: Cents
    curve: str


def purchases_of(
    connection: Connection, organisation: str, after: tuple[int, str] | None = None, most: int = PAGE
) -> tuple[list[Purchase], tuple[int, str] | None]:
    """A firm's purchases, the latest first, and the key of the page's last row where more follow."""
    question = purchases(organisation).order_by(sales.c.sold_at.desc(), sales.c.sale_id.desc()).limit(most + 1)
    if after is not None:
        here = tuple_(sales.c.sold_at, sales.c.sale_id)
        question = question.where(here < tuple_(literal(after[0]), literal(after[1])))
    rows = connection.execute(question).all()
    found = [purchase(row) for row in rows[:most]]
    return found, (found[-1].sold_at, found[-1].sale_id) if len(rows) > most else None


def purchase_of(connection: Connection, organisation: str, listing_id: str) -> Purchase | None:
    """The seat a firm holds of one listing; None also for a listing that does not exist."""
    row = connection.execute(purchases(organisation).where(sales.c.listing_id == listing_id)).first()
    return None if row is None else purchase(row)


def purchase_count(connection: Connection, organisation: str) -> int:
    """How many seats a firm holds."""
    return connection.execute(select(func.count()).where(sales.c.buyer == organisation)).scalar_one()


def receipt_of(connection: Connection, rulebook: Rulebook, purchase: Purchase) -> Receipt:
    """The entry of the tape a purchase stands in."""
    entry = connection.execute(select(tape).where(tape.c.sector == purchase.sector, tape.c.seq == purchase.seq)).one()
    row = connection.execute(select(listings).where(listings.c.listing_id == purchase.listing_id)).one()
    schedule = rulebook.schedules(connection, [row])[row.listing_id]
    named = select(curve_versions.c.name).where(
        curve_versions.c.sector == row.sector, curve_versions.c.number == row.curve
    )
    name = connection.execute(named).scalar_one()
    return Receipt(
        entry.at,
        entry.hash,
        steps_of(schedule),
        schedule.expires_at,
        row.start_cents,
        row.floor_cents,
        name or str(row.curve),
    )


def purchases(organisation: str) -> Select[Any]:
    """The question for all of a firm's seats; `purchase` reads its rows."""
    return (
        select(
            sales,
            listings.c.lead_id,
            leads.c.region,
            leads.c.postcode,
            leads.c.answers,
            leads.c.asked_at,
            bids.c.limit_cents,
            bid_names.c.name,
        )
        .join(listings, listings.c.listing_id == sales.c.listing_id)
        .join(leads, leads.c.lead_id == listings.c.lead_id)
        .outerjoin(bids, bids.c.bid_id == sales.c.bid_id)
        .outerjoin(bid_names, bid_names.c.bid_id == sales.c.bid_id)
        .where(sales.c.buyer == organisation)
    )


def purchase(row: Any) -> Purchase:
    """A row of `purchases` as a value."""
    return Purchase(
        sale_id=row.sale_id,
        listing_id=row.listing_id,
        lead_id=row.lead_id,
        sector=row.sector,
        seq=row.seq,
        region=row.region,
        postcode=row.postcode,
        answers=dict(json.loads(row.answers)),
        asked_at=row.asked_at,
        sold_at=row.sold_at,
        closes_at=row.closes_at,
        seat=row.seat,
        seats=row.seats,
        ask_cents=row.ask_cents,
        vat_cents=row.vat_cents,
        claim=row.claim,
        ground=row.ground,
        silence_at=row.silence_at,
        returned_net_cents=row.returned_net_cents,
        bid_id=row.bid_id,
        bid_name=row.name or "",
        bid_limit_cents=row.limit_cents,
        supplier=row.supplier,
    )


def has_bought(connection: Connection, viewer: Viewer) -> bool:
    """Whether this firm has ever bought anything."""
    question = select(literal(1)).select_from(sales).where(sales.c.buyer == viewer.organisation).limit(1)
    return connection.execute(question).first() is not None
