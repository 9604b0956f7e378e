"""The life story of a supplier's lead: its price by steps, seats sold (never to whom), claims, what it earned."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from exchange.errors import Unknown
from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.sale import UNCLAIMED
from exchange.reports.earnings import due_at
from exchange.reports.schedules import Rulebook, Steps, steps_of
from exchange.schema import leads, listings, sales


@dataclass(frozen=True, slots=True)
class SoldSeat:
    """One seat: price and fee net, ``part_cents`` what the supplier has of it after claims; ``due_at`` when that
    becomes payable at the latest, None once it is. ``filed`` is whether a claim was ever made."""

    sale_id: str
    seat: int
    sold_at: Instant
    ask_cents: Cents
    fee_cents: Cents
    returned_cents: Cents
    part_cents: Cents
    closes_at: Instant
    claim: str
    ground: str
    silence_at: Instant | None
    due_at: Instant | None

    @property
    def filed(self) -> bool:
        return self.claim != UNCLAIMED


@dataclass(frozen=True, slots=True)
class Life:
    """One listing of a supplier's with its seats; ``relatives`` are the other listings of the same lead."""

    listing_id: str
    lead_id: str
    sector: str
    postcode: str
    state: str
    seats: int
    sold: int
    bought_out: bool
    start_cents: Cents
    floor_cents: Cents
    ask_cents: Cents
    curve: int
    asked_at: Instant
    listed_at: Instant
    closed_at: Instant | None
    expires_at: Instant | None
    converted_from: str | None
    source: str
    campaign: str
    batch: str
    steps: Steps
    sales: tuple[SoldSeat, ...]
    relatives: tuple[str, ...]
    pending_cents: Cents
    payable_cents: Cents
    all_open: int
    all_sold: int
    """Seats of all listings of the lead: still for sale, and sold; what taking the consent back would touch."""

    @property
    def steps_seen(self) -> Steps:
        """The steps that came before the listing ended."""
        return self.steps if self.closed_at is None else tuple(s for s in self.steps if s[0] <= self.closed_at)


def life_of(connection: Connection, rulebook: Rulebook, supplier: str, listing_id: str) -> Life:
    """One listing of a supplier's; raises Unknown for another's as for a missing one."""
    of_lead = ("source", "campaign", "batch")
    wanted = select(listings, *(leads.c[name] for name in of_lead)).join(leads, leads.c.lead_id == listings.c.lead_id)
    row = connection.execute(
        wanted.where(listings.c.listing_id == listing_id, listings.c.supplier == supplier)
    ).one_or_none()
    if row is None:
        raise Unknown("listing", listing_id)
    of_all = connection.execute(select(listings).where(listings.c.lead_id == row.lead_id)).all()
    sold = connection.execute(select(sales).where(sales.c.listing_id == listing_id).order_by(sales.c.seat)).all()
    seats = tuple(_seat(one) for one in sold)
    pending_cents = sum(seat.part_cents for seat in seats if seat.due_at is not None)
    names = (name for name in Life.__slots__ if name in row._fields)
    return Life(
        **{name: getattr(row, name) for name in names},
        steps=steps_of(rulebook.schedules(connection, [row])[listing_id]),
        sales=seats,
        relatives=tuple(sorted(one.listing_id for one in of_all if one.listing_id != listing_id)),
        pending_cents=pending_cents,
        payable_cents=sum(seat.part_cents for seat in seats) - pending_cents,
        all_open=sum(one.seats - one.sold for one in of_all if one.state == "open"),
        all_sold=sum(one.sold for one in of_all),
    )


def _seat(row: Any) -> SoldSeat:
    part = row.ask_cents - row.fee_cents - row.returned_net_cents + row.returned_fee_cents
    return SoldSeat(
        sale_id=row.sale_id,
        seat=row.seat,
        sold_at=row.sold_at,
        ask_cents=row.ask_cents,
        fee_cents=row.fee_cents,
        returned_cents=row.returned_net_cents,
        part_cents=part,
        closes_at=row.closes_at,
        claim=row.claim,
        ground=row.ground,
        silence_at=row.silence_at,
        due_at=None if row.released or not part else due_at(row.claim, row.closes_at, row.silence_at),
    )
