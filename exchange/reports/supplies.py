"""What a supplier has in the market, and what it has earned: rows for its own pages."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from exchange.instant import Instant
from exchange.money import Cents
from exchange.schema import leads, listings, sales, transfers

PAGE = 60
MOST_CHOICES = 200
STATES = ("open", "sold", "expired", "withdrawn", "converted")
CHOSEN_BY = ("source", "campaign", "batch")

Place = tuple[Instant, str]


@dataclass(frozen=True, slots=True)
class SupplyRow:
    """One listing of a supplier's; asks are net cents, ``earned_cents`` its part of the seats sold so far, less what
    upheld claims took back."""

    listing_id: str
    sector: str
    postcode: str
    state: str
    seats: int
    sold: int
    start_cents: Cents
    ask_cents: Cents
    floor_cents: Cents
    earned_cents: Cents
    listed_at: Instant
    expires_at: Instant | None
    source: str
    campaign: str
    batch: str


@dataclass(frozen=True, slots=True)
class Sift:
    """Which listings are wanted; what is empty holds for all."""

    state: str = ""
    source: str = ""
    campaign: str = ""
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Earnings:
    """A supplier's part by the ledger: before and after the claim window; and sales since midnight, net and counted."""

    pending_cents: Cents
    payable_cents: Cents
    today_cents: Cents
    today_sales: int


def supplies_of(
    connection: Connection, supplier: str, sift: Sift, after: Place | None = None, most: int = PAGE
) -> tuple[list[SupplyRow], Place | None]:
    """A supplier's listings, the latest first, and the key of the page that follows."""
    part = sales.c.ask_cents - sales.c.fee_cents - sales.c.returned_net_cents + sales.c.returned_fee_cents
    total = select(func.coalesce(func.sum(part), 0)).where(sales.c.listing_id == listings.c.listing_id)
    wanted = [*_wanted(supplier, sift)]
    if after is not None:
        later = and_(listings.c.listed_at == after[0], listings.c.listing_id > after[1])
        wanted.append(or_(listings.c.listed_at < after[0], later))
    question = (
        select(listings, *(leads.c[name] for name in CHOSEN_BY), total.scalar_subquery().label("earned_cents"))
        .join(leads, leads.c.lead_id == listings.c.lead_id)
        .where(*wanted)
        .order_by(listings.c.listed_at.desc(), listings.c.listing_id)
        .limit(most)
    )
    names = [name for name in SupplyRow.__slots__ if name != "earned_cents"]
    rows = [
        SupplyRow(**{name: getattr(row, name) for name in names}, earned_cents=int(row.earned_cents))
        for row in connection.execute(question)
    ]
    return rows, (rows[-1].listed_at, rows[-1].listing_id) if len(rows) == most else None


def supply_counts(connection: Connection, supplier: str, sift: Sift) -> dict[str, int]:
    """How many of the wanted listings are in each state, whichever state is wanted."""
    counted = select(listings.c.state, func.count().label("many")).join(leads, leads.c.lead_id == listings.c.lead_id)
    wanted = _wanted(supplier, Sift("", sift.source, sift.campaign, sift.batch))
    found = {row.state: row.many for row in connection.execute(counted.where(*wanted).group_by(listings.c.state))}
    return {state: found.get(state, 0) for state in STATES}


def supply_choices(connection: Connection, supplier: str) -> dict[str, list[str]]:
    """The sources and campaigns a supplier has brought leads of, by their names."""
    found = {}
    for name in ("source", "campaign"):
        known = select(leads.c[name]).where(leads.c.supplier == supplier, leads.c[name] != "").distinct()
        found[name] = list(connection.execute(known.order_by(leads.c[name]).limit(MOST_CHOICES)).scalars())
    return found


def _wanted(supplier: str, sift: Sift) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [listings.c.supplier == supplier]
    if sift.state in STATES:
        found.append(listings.c.state == sift.state)
    found += [leads.c[name] == getattr(sift, name) for name in CHOSEN_BY if getattr(sift, name)]
    return found


def earnings_of(connection: Connection, supplier: str, midnight_at: Instant) -> Earnings:
    """What the ledger holds for a supplier."""
    today = connection.execute(
        select(func.count().label("many"), func.coalesce(func.sum(sales.c.ask_cents), 0).label("cents")).where(
            sales.c.supplier == supplier, sales.c.sold_at >= midnight_at
        )
    ).one()
    return Earnings(
        held_cents(connection, f"pending:{supplier}"),
        held_cents(connection, f"payable:{supplier}"),
        int(today.cents),
        today.many,
    )


def held_cents(connection: Connection, account: str) -> Cents:
    """What lies in an account of the ledger."""
    into = select(func.coalesce(func.sum(transfers.c.amount_cents), 0)).where(transfers.c.credit == account)
    return int(connection.execute(into).scalar_one()) - gone_cents(connection, account)


def gone_cents(connection: Connection, account: str) -> Cents:
    """What has left it."""
    out = select(func.coalesce(func.sum(transfers.c.amount_cents), 0)).where(transfers.c.debit == account)
    return int(connection.execute(out).scalar_one())
