"""A firm's wallet: what it may spend, what is reserved, what moved."""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, and_, func, select

from exchange.instant import Instant
from exchange.money import Cents
from exchange.schema import bids, sales, transfers, wallets
from exchange.schema.access import bid_names

PAGE = 60


@dataclass(frozen=True, slots=True)
class WalletRow:
    """Gross cents; ``available_cents`` is what an order may use. Today's figures are net and counted."""

    balance_cents: Cents
    credit_line_cents: Cents
    reserved_cents: Cents
    today_cents: Cents
    today_leads: int

    @property
    def available_cents(self) -> Cents:
        return self.balance_cents + self.credit_line_cents


@dataclass(frozen=True, slots=True)
class Movement:
    """What one entry of a tape did to a wallet: its first and last movement's number, what changed (signed, gross)
    and what the wallet held after. A purchase names its listing, a reservation its bid."""

    first: int
    number: int
    at: Instant
    kind: str
    bid: str
    sector: str
    listing_id: str
    change_cents: Cents
    balance_cents: Cents


def wallet_of(connection: Connection, organisation: str, midnight_at: Instant) -> WalletRow:
    """A firm's wallet; zeros where it has none."""
    row = connection.execute(select(wallets).where(wallets.c.organisation == organisation)).first()
    held = select(func.coalesce(func.sum(bids.c.reserved_cents), 0)).where(
        bids.c.buyer == organisation, bids.c.state.in_(("active", "paused"))
    )
    today = connection.execute(
        select(func.count().label("leads"), func.coalesce(func.sum(sales.c.ask_cents), 0).label("spent")).where(
            sales.c.buyer == organisation, sales.c.sold_at >= midnight_at
        )
    ).one()
    return WalletRow(
        row.balance_cents if row else 0,
        row.credit_line_cents if row else 0,
        int(connection.execute(held).scalar_one()),
        int(today.spent),
        today.leads,
    )


def movements_of(
    connection: Connection, organisation: str, below: int | None = None, most: int = PAGE
) -> tuple[list[Movement], int | None]:
    """A wallet's movements by entry, the latest first; ``below`` a movement's number asks for the page before it."""
    question = (
        select(transfers, sales.c.listing_id)
        .outerjoin(sales, and_(sales.c.sector == transfers.c.sector, sales.c.seq == transfers.c.seq))
        .where(transfers.c.wallet == organisation)
        .order_by(transfers.c.movement.desc())
        .limit(most)
    )
    if below is not None:
        question = question.where(transfers.c.movement < below)
    rows = connection.execute(question).all()
    names = _names(connection, organisation) if rows else {}
    legs = [((row.sector, row.seq), _movement(row, organisation, names)) for row in rows]
    found = [_together([leg for _, leg in group]) for _, group in groupby(legs, key=lambda leg: (leg[0], leg[1].kind))]
    return found, found[-1].first if len(rows) == most else None


def _together(legs: list[Movement]) -> Movement:
    """The legs of one entry, the latest first, as one line."""
    return replace(legs[0], first=legs[-1].number, change_cents=sum(leg.change_cents for leg in legs))


def _names(connection: Connection, organisation: str) -> dict[str, str]:
    mine = select(bid_names).join(bids, bids.c.bid_id == bid_names.c.bid_id).where(bids.c.buyer == organisation)
    return {row.bid_id: row.name for row in connection.execute(mine)}


def _movement(row: Any, organisation: str, names: dict[str, str]) -> Movement:
    gain = row.credit == f"wallet:{organisation}"
    kind, bid = _kind(row.debit if gain else row.credit, gain=gain)
    return Movement(
        first=row.movement,
        number=row.movement,
        at=row.at,
        kind=kind,
        bid=names.get(bid, bid),
        sector=row.sector,
        listing_id=row.listing_id or "",
        change_cents=row.amount_cents if gain else -row.amount_cents,
        balance_cents=row.balance_cents,
    )


def _kind(other: str, *, gain: bool) -> tuple[str, str]:
    """What a movement is, by the account on its other side."""
    family, _, rest = other.partition(":")
    if family == "reserved":
        return ("release" if gain else "reserve"), rest.partition(":")[2]
    if family == "bank":
        return "deposit", ""
    return ("credit" if gain else "purchase"), ""


def available_of(connection: Connection, organisations: set[str]) -> dict[str, Cents]:
    """What each of these firms may spend now, as far as they have a wallet."""
    if not organisations:
        return {}
    rows = connection.execute(select(wallets).where(wallets.c.organisation.in_(organisations)))
    return {row.organisation: row.balance_cents + row.credit_line_cents for row in rows}
