"""Reading what the desk is asked between orders: when something is due, which sector a thing is in, schedules."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Row, RowMapping, Table, func, select

from exchange.errors import Unknown
from exchange.instant import Instant
from exchange.ledger import payable
from exchange.member import HOUSE
from exchange.money import Cents
from exchange.orderbook.sale import CLAIMED
from exchange.pricing.curve import Curve
from exchange.pricing.hours import Calendar
from exchange.pricing.schedule import Schedule
from exchange.pricing.table import compile_table
from exchange.schema import bids, calendars, curve_versions, halts, heads, listings, sales, transfers, wallets
from exchange.store.books import read_calendar, read_version


def sectors_of_house(connection: Connection) -> list[str]:
    """The codes of all sectors that are open, in order."""
    codes = select(heads.c.sector).where(heads.c.sector != HOUSE, heads.c.head_seq > 0)
    return list(connection.execute(codes.order_by(heads.c.sector)).scalars())


def next_due(connection: Connection, sector: str) -> Instant | None:
    """When the next thing falls due in a sector; raises Unknown."""
    row = connection.execute(select(heads.c.next_due_at).where(heads.c.sector == sector)).one_or_none()
    if row is None:
        raise Unknown("sector", sector)
    due: Instant | None = row.next_due_at
    return due


def all_due(connection: Connection) -> dict[str, Instant]:
    """When the next thing falls due, for every sector that waits for something."""
    rows = connection.execute(select(heads.c.sector, heads.c.next_due_at).where(heads.c.next_due_at.is_not(None)))
    return {row.sector: row.next_due_at for row in rows}


def overdue_of(connection: Connection, organisations: Collection[str], now: Instant) -> set[str]:
    """Sectors with something due by now and living bids or open claims of these firms, whose wallets it may move."""
    living = select(bids.c.sector).where(bids.c.buyer.in_(organisations), bids.c.state.in_(("active", "paused")))
    claimed = select(sales.c.sector).where(sales.c.buyer.in_(organisations), sales.c.claim == CLAIMED)
    due = select(heads.c.sector).where(heads.c.next_due_at <= now, heads.c.sector.in_(living.union(claimed)))
    return set(connection.execute(due).scalars())


def sector_of(connection: Connection, kind: str, name: str) -> str:
    """The sector a ``listing``, ``bid`` or ``sale`` belongs to; raises Unknown."""
    table, key = _IDS[kind]
    found = connection.execute(select(table.c.sector).where(key == name)).scalar_one_or_none()
    if found is None:
        raise Unknown(kind, name)
    return str(found)


_IDS: dict[str, tuple[Table, Column[str]]] = {
    "listing": (listings, listings.c.listing_id),
    "bid": (bids, bids.c.bid_id),
    "sale": (sales, sales.c.sale_id),
}


def schedule_of(connection: Connection, sector: str, listing_id: str) -> Schedule:
    """A listing's schedule with the sector's halts as known now; raises Unknown."""
    row = connection.execute(
        select(listings).where(listings.c.sector == sector, listings.c.listing_id == listing_id)
    ).one_or_none()
    if row is None:
        raise Unknown("listing", listing_id)
    stretches = select(halts.c.halted_at, halts.c.resumed_at).where(halts.c.sector == sector)
    return Schedule(
        table=compile_table(row.start_cents, row.floor_cents, row.tick_cents, _curve(connection, row)),
        listed_at=row.listed_at,
        region=row.region,
        calendar=_calendar(connection, row),
        halts=tuple(
            (halt.halted_at, halt.resumed_at) for halt in connection.execute(stretches.order_by(halts.c.halted_at))
        ),
        converts_us=row.convert_us,
    )


def _curve(connection: Connection, row: Row[Any]) -> Curve:
    known = curve_versions.c
    payload = select(known.payload).where(known.sector == row.sector, known.number == row.curve)
    curve = read_version(connection.execute(payload).scalar_one()).curve
    return curve if curve.duration_us == row.duration_us else curve.lasting(row.duration_us)


def _calendar(connection: Connection, row: Row[Any]) -> Calendar:
    known = calendars.c
    payload = select(known.payload).where(known.sector == row.sector, known.version == row.calendar)
    return read_calendar(connection.execute(payload).scalar_one())


def sale_of_buyer(connection: Connection, sale_id: str, buyer: str) -> Row[Any]:
    """A buyer's own sale with its lead's id; raises Unknown, also for another's."""
    row = connection.execute(
        select(sales, listings.c.lead_id)
        .join(listings, listings.c.listing_id == sales.c.listing_id)
        .where(sales.c.sale_id == sale_id, sales.c.buyer == buyer)
    ).one_or_none()
    if row is None:
        raise Unknown("sale", sale_id)
    return row


@dataclass(frozen=True, slots=True)
class Balance:
    """A buyer's money, gross cents: what the wallet holds with its reservations, and what may be spent."""

    balance_cents: Cents
    available_cents: Cents


def balance_of(connection: Connection, organisation: str) -> Balance:
    """A member's money; raises Unknown."""
    row = connection.execute(select(wallets).where(wallets.c.organisation == organisation)).one_or_none()
    if row is None:
        raise Unknown("organisation", organisation)
    held = select(func.coalesce(func.sum(bids.c.reserved_cents), 0)).where(
        bids.c.buyer == organisation, bids.c.state.in_(("active", "paused"))
    )
    reserved = int(connection.execute(held).scalar_one())
    return Balance(row.balance_cents + reserved, row.balance_cents + row.credit_line_cents)


def account_of(connection: Connection, account: str, came_by: Instant | None = None) -> Cents:
    """What an account of the ledger holds, from its transfers; with ``came_by`` without what came later."""
    amount = select(func.coalesce(func.sum(transfers.c.amount_cents), 0))
    came = amount.where(transfers.c.credit == account)
    into = connection.execute(came if came_by is None else came.where(transfers.c.at <= came_by)).scalar_one()
    out = connection.execute(amount.where(transfers.c.debit == account)).scalar_one()
    return int(into) - int(out)


def payable_at(connection: Connection, supplier: str, at: Instant) -> Cents:
    """What had become payable to a supplier by an instant and was not paid out (net cents)."""
    return account_of(connection, payable(supplier), came_by=at)


def row_of(connection: Connection, kind: str, name: str) -> RowMapping:
    """All columns of one ``listing``, ``bid`` or ``sale``; raises Unknown."""
    table, key = _IDS[kind]
    row = connection.execute(select(table).where(key == name)).mappings().one_or_none()
    if row is None:
        raise Unknown(kind, name)
    return row
