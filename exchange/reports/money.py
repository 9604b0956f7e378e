"""A firm's wallet: what it may spend, what is reserved, what moved."""

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, select

from exchange.instant import Instant
from exchange.member import DailyLimit
from exchange.money import Cents
from exchange.schema import bids, sales, transfers, wallets
from exchange.schema.access import bid_names

PAGE = 60

Kind = Literal["purchase", "reserve", "release", "deposit", "credit"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class WalletRow:
    """Gross cents; ``available_cents`` is what an order may use. Today's figures are net and counted.

    ``instant_cents`` is today's instant bids alone, net: what the firm's own limit counts.
    """

    balance_cents: Cents
    credit_line_cents: Cents
    reserved_cents: Cents
    today_cents: Cents
    today_leads: int
    instant_cents: Cents = 0
    limit: DailyLimit = field(default_factory=DailyLimit)

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
    kind: Kind
    bid: str
    bid_id: str
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
    asks = sales.c.ask_cents
    instant = case((sales.c.bid_id.is_(None), asks), else_=0)
    figures = (func.count().label("leads"), *(func.coalesce(func.sum(one), 0) for one in (asks, instant)))
    mine = (sales.c.buyer == organisation) & (sales.c.sold_at >= midnight_at)
    leads, spent, at_once = connection.execute(select(*figures).where(mine)).one()
    return WalletRow(
        row.balance_cents if row else 0,
        row.credit_line_cents if row else 0,
        int(connection.execute(held).scalar_one()),
        int(spent),
        leads,
        int(at_once),
        DailyLimit(row.limit_cents, row.later_cents, row.later_at) if row else DailyLimit(),
    )


def movements_of(
    connection: Connection,
    organisation: str,
    below: int | None = None,
    most: int = PAGE,
    *,
    kind: Kind | None = None,
    span: tuple[Instant, Instant] | None = None,
) -> tuple[list[Movement], int | None]:
    """A wallet's movements by entry, the latest first; ``below`` a movement's number asks for the page before it.

    Of one kind, or within a half-open span, where that is asked. Returns with them where the next page begins.
    """
    wanted = [transfers.c.wallet == organisation]
    wanted += [transfers.c.movement < below] if below is not None else []
    wanted += [transfers.c.at >= span[0], transfers.c.at < span[1]] if span else []
    wanted += [_is_kind(organisation, kind)] if kind else []
    question = (
        select(transfers, sales.c.listing_id)
        .outerjoin(sales, and_(sales.c.sector == transfers.c.sector, sales.c.seq == transfers.c.seq))
        .where(*wanted)
        .order_by(transfers.c.movement.desc())
        .limit(most)
    )
    rows = connection.execute(question).all()
    names = _names(connection, organisation) if rows else {}
    legs = [((row.sector, row.seq), _movement(row, organisation, names)) for row in rows]
    found = [_together([leg for _, leg in group]) for _, group in groupby(legs, key=lambda leg: (leg[0], leg[1].kind))]
    if len(rows) == most and len(found) > 1:
        found.pop()  # its other legs may lie beyond
    return found, found[-1].first if len(rows) == most else None


def _is_kind(organisation: str, kind: Kind) -> ColumnElement[bool]:
    """Movements of a kind, by the account on the other side, as `_kind` tells them apart."""
    mine, debit, credit = f"wallet:{organisation}", transfers.c.debit, transfers.c.credit
    held = f"reserved:{organisation}:"
    return {
        "purchase": and_(debit == mine, ~credit.startswith(held, autoescape=True)),
        "reserve": and_(debit == mine, credit.startswith(held, autoescape=True)),
        "release": and_(credit == mine, debit.startswith(held, autoescape=True)),
        "deposit": and_(credit == mine, debit == "bank"),
        "credit": and_(credit == mine, debit != "bank", ~debit.startswith(held, autoescape=True)),
    }[kind]


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
        bid_id=bid,
        sector=row.sector,
        listing_id=row.listing_id or "",
        change_cents=row.amount_cents if gain else -row.amount_cents,
        balance_cents=row.balance_cents,
    )


def _kind(other: str, *, gain: bool) -> tuple[Kind, str]:
    """What a movement is, by the account on its other side."""
    family, _, rest = other.partition(":")
    if family == "reserved":
        return ("release" if gain else "reserve"), rest.partition(":")[2]
    if family == "bank":
        return "deposit", ""
    return ("credit" if gain else "purchase"), ""


_WALLETS = select(wallets).where(wallets.c.organisation.in_(bindparam("wanted", expanding=True)))


def available_of(connection: Connection, organisations: set[str]) -> dict[str, Cents]:
    """What each of these firms may spend now, as far as they have a wallet."""
    if not organisations:
        return {}
    rows = connection.execute(_WALLETS, {"wanted": list(organisations)})
    return {row.organisation: row.balance_cents + row.credit_line_cents for row in rows}
