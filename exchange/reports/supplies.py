"""What a supplier has in the market, and what it has earned: rows for its own pages."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from exchange.instant import Instant
from exchange.money import Cents
from exchange.schema import listings, sales, transfers

PAGE = 60
STATES = ("open", "sold", "expired", "withdrawn")


@dataclass(frozen=True, slots=True)
class SupplyRow:
    """One listing of a supplier's; asks are net cents, ``earned_cents`` its part of the seats sold so far."""

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


@dataclass(frozen=True, slots=True)
class Earnings:
    """A supplier's part by the ledger: before and after the claim window; and sales since midnight, net and counted."""

    pending_cents: Cents
    payable_cents: Cents
    today_cents: Cents
    today_sales: int


def supplies_of(
    connection: Connection, supplier: str, state: str = "", after: tuple[Instant, str] | None = None
) -> tuple[list[SupplyRow], tuple[Instant, str] | None]:
    """A supplier's listings, the latest first, and the key of the page that follows."""
    part = func.coalesce(func.sum(sales.c.ask_cents - sales.c.fee_cents), 0)
    earned = select(part).where(sales.c.listing_id == listings.c.listing_id).scalar_subquery()
    wanted: list[ColumnElement[bool]] = [listings.c.supplier == supplier]
    if state in STATES:
        wanted.append(listings.c.state == state)
    if after is not None:
        later = and_(listings.c.listed_at == after[0], listings.c.listing_id > after[1])
        wanted.append(or_(listings.c.listed_at < after[0], later))
    question = (
        select(listings, earned.label("earned_cents"))
        .where(*wanted)
        .order_by(listings.c.listed_at.desc(), listings.c.listing_id)
        .limit(PAGE)
    )
    rows = [
        SupplyRow(
            row.listing_id,
            row.sector,
            row.postcode,
            row.state,
            row.seats,
            row.sold,
            row.start_cents,
            row.ask_cents,
            row.floor_cents,
            int(row.earned_cents),
            row.listed_at,
            row.expires_at,
        )
        for row in connection.execute(question)
    ]
    return rows, (rows[-1].listed_at, rows[-1].listing_id) if len(rows) == PAGE else None


def supply_counts(connection: Connection, supplier: str) -> dict[str, int]:
    """How many listings of a supplier are in each state."""
    counted = select(listings.c.state, func.count().label("many")).where(listings.c.supplier == supplier)
    found = {row.state: row.many for row in connection.execute(counted.group_by(listings.c.state))}
    return {state: found.get(state, 0) for state in STATES}


def earnings_of(connection: Connection, supplier: str, midnight_at: Instant) -> Earnings:
    """What the ledger holds for a supplier."""
    today = connection.execute(
        select(func.count().label("many"), func.coalesce(func.sum(sales.c.ask_cents), 0).label("cents")).where(
            sales.c.supplier == supplier, sales.c.sold_at >= midnight_at
        )
    ).one()
    return Earnings(
        _held_cents(connection, f"pending:{supplier}"),
        _held_cents(connection, f"payable:{supplier}"),
        int(today.cents),
        today.many,
    )


def _held_cents(connection: Connection, account: str) -> Cents:
    into = select(func.coalesce(func.sum(transfers.c.amount_cents), 0)).where(transfers.c.credit == account)
    out = select(func.coalesce(func.sum(transfers.c.amount_cents), 0)).where(transfers.c.debit == account)
    return int(connection.execute(into).scalar_one()) - int(connection.execute(out).scalar_one())
