"""Races for a seat: by how much a buyer was late, and which ones a firm has lost. Never who was quicker."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.order import InstantBid
from exchange.orderbook.outcome import Refused
from exchange.schema import idempotency, listings, sales, tape

TOLD_BELOW_US = 2_000_000
"""Losers are told by how much only under two seconds."""


@dataclass(frozen=True, slots=True)
class Missed:
    """An instant bid that came too late. The ask is the last one, net; ``late_us`` since the last seat was sold."""

    at: Instant
    listing_id: str
    sector: str
    postcode: str
    ask_cents: Cents
    late_us: int


def lost_by_us(connection: Connection, listing_id: str, at: Instant) -> int | None:
    """How long before an instant the listing's last seat was sold; None where none was."""
    last = select(func.max(sales.c.sold_at)).where(sales.c.listing_id == listing_id, sales.c.sold_at <= at)
    sold_at = connection.execute(last).scalar_one()
    return None if sold_at is None else at - sold_at


def missed(connection: Connection, organisation: str, since: Instant, most: int) -> list[Missed]:
    """The latest races a firm lost since an instant."""
    answered = and_(tape.c.sector == idempotency.c.sector, tape.c.seq == idempotency.c.last_seq)
    question = (
        select(tape.c.at, tape.c.payload)
        .join(idempotency, answered)
        .where(
            idempotency.c.organisation == organisation,
            idempotency.c.verb == InstantBid.kind,
            idempotency.c.created_at >= since,
            tape.c.kind == Refused.kind,
        )
        .order_by(tape.c.at.desc(), tape.c.seq.desc())
        .limit(10 * most)
    )
    refused = [(row.at, json.loads(row.payload)) for row in connection.execute(question)]
    lost = {said["name"]: at for at, said in refused if said.get("reason") == "sold"}
    rows = connection.execute(select(listings).where(listings.c.listing_id.in_(lost))).all() if lost else []
    found = [
        Missed(at, row.listing_id, row.sector, row.postcode, row.ask_cents, late_us)
        for row in rows
        for at in [lost[row.listing_id]]
        if (late_us := lost_by_us(connection, row.listing_id, at)) is not None
    ]
    return sorted(found, key=lambda one: -one.at)[:most]
