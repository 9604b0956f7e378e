"""A firm's standing bids, and where each of them acts: the listing and the instant at which it buys next."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, or_, select

from exchange.instant import SECOND_US, Instant
from exchange.money import Cents
from exchange.orderbook.filters import Filters
from exchange.orderbook.order import BidTerms
from exchange.payload import decode
from exchange.reports.board import BoardRow, board_page
from exchange.reports.question import Question, Viewer, Wanted
from exchange.reports.schedules import Rulebook
from exchange.schema import bids, heads, sales
from exchange.schema.access import bid_names

LOOKED_AT = 60
"""Open listings a bid's next purchase is looked for among: the cheapest of those it wants."""

MOST = 200
"""Bids a firm's page shows."""

_ended = case((bids.c.ended_at.is_(None), 0), else_=1)

Place = tuple[int, Instant, str]
"""Where a bid stands in its firm's list: whether it has ended, when it was entered, its id."""

KEPT_US = 5 * SECOND_US
"""For so long a bid's next purchase is not looked for again where its sector stood still."""


@dataclass(frozen=True, slots=True)
class BidRow:
    """One standing bid; amounts net except ``reserved_cents``. ``today`` counts fills since midnight."""

    bid_id: str
    sector: str
    seq: int
    name: str
    terms: BidTerms
    limit_cents: Cents
    quantity: int
    filled: int
    spent_cents: Cents
    reserved_cents: Cents
    state: str
    entered_at: Instant
    today: int

    @property
    def filters(self) -> Filters:
        return self.terms.filters

    @property
    def daily(self) -> int | None:
        """Its cap on leads a day, if it has one."""
        return next((cap.leads for cap in self.terms.caps if cap.period == "day" and cap.leads), None)

    @property
    def living(self) -> bool:
        """Whether it may still buy, now or once it is resumed."""
        return self.state in ("active", "paused")

    @property
    def used_up(self) -> bool:
        """Whether its cap for today is reached: it may buy again at midnight."""
        return self.daily is not None and self.today >= self.daily


class Offered:
    """A board row as a bid's filters look at it."""

    __slots__ = ("answers", "asked_at", "postcode", "region", "seats", "supplier")

    def __init__(self, row: BoardRow) -> None:
        self.region = row.region
        self.postcode = row.postcode
        self.seats = row.seats
        self.asked_at = row.asked_at
        self.supplier = row.supplier
        self.answers = row.answers


def bids_of(connection: Connection, organisation: str, midnight_at: Instant, *, living: bool = False) -> list[BidRow]:
    """A firm's bids, those that live first, then the latest; ``living`` leaves out what has ended."""
    return bids_after(connection, organisation, midnight_at, living=living)[0]


def bids_after(
    connection: Connection,
    organisation: str,
    midnight_at: Instant,
    after: Place | None = None,
    most: int = MOST,
    *,
    living: bool = False,
) -> tuple[list[BidRow], Place | None]:
    """A page of a firm's bids in the order of `bids_of`, and the place of its last one where more follow."""
    question = _bids(organisation, midnight_at).add_columns(_ended.label("ended"))
    if living:
        question = question.where(bids.c.state.in_(("active", "paused")))
    if after is not None:
        ended, entered_at, bid_id = after
        same = and_(bids.c.entered_at == entered_at, bids.c.bid_id > bid_id)
        later = and_(_ended == ended, or_(bids.c.entered_at < entered_at, same))
        question = question.where(or_(_ended > ended, later))
    question = question.order_by(_ended, bids.c.entered_at.desc(), bids.c.bid_id).limit(most + 1)
    rows = connection.execute(question).all()
    last = rows[most - 1] if len(rows) > most else None
    return [_row(row) for row in rows[:most]], None if last is None else (last.ended, last.entered_at, last.bid_id)


def _bids(organisation: str, midnight_at: Instant) -> Select[Any]:
    today = (
        select(func.count())
        .select_from(sales)
        .where(sales.c.bid_id == bids.c.bid_id, sales.c.sold_at >= midnight_at)
        .scalar_subquery()
    )
    return (
        select(bids, bid_names.c.name, today.label("today"))
        .outerjoin(bid_names, bid_names.c.bid_id == bids.c.bid_id)
        .where(bids.c.buyer == organisation)
    )


def _row(row: Any) -> BidRow:
    terms = decode(row.kind, row.terms)
    assert isinstance(terms, BidTerms)  # noqa: S101 - the two kinds a bid's terms are kept as
    return BidRow(
        bid_id=row.bid_id,
        sector=row.sector,
        seq=row.seq,
        name=row.name or "",
        terms=terms,
        limit_cents=row.limit_cents,
        quantity=row.quantity,
        filled=row.filled,
        spent_cents=row.spent_cents,
        reserved_cents=row.reserved_cents,
        state=row.state,
        entered_at=row.entered_at,
        today=row.today,
    )


def bid_at(bid: BidRow, row: BoardRow, now: Instant) -> Instant | None:
    """The instant at which a bid takes a listing if nobody is quicker; None where it never will."""
    if bid.state != "active" or bid.used_up or bid.sector != row.sector or row.state != "open":
        return None
    reached = next((at for at, cents in row.steps if cents <= bid.limit_cents), None)
    if reached is None or (row.expires_at is not None and reached >= row.expires_at):
        return None
    acts_at = max(reached, now)
    return acts_at if bid.filters.fit(Offered(row), acts_at) else None  # type: ignore[arg-type]


def next_act(
    connection: Connection, rulebook: Rulebook, viewer: Viewer, bid: BidRow, now: Instant
) -> tuple[Instant, str] | None:
    """When and on which listing a bid buys next, as far as the open listings tell."""
    wanted = Wanted(bid.sector, bid.filters, bid.limit_cents)
    asked = Question(sector=bid.sector, fitting=(wanted,), sorting="price")
    page = board_page(connection, rulebook, viewer, asked, now, most=LOOKED_AT)
    acts = [(at, row.listing_id) for row in page.rows if not row.mine and (at := bid_at(bid, row, now)) is not None]
    return min(acts, default=None)


class NextActs:
    """What `next_act` found, kept while nothing has happened in the bid's sector, and for a few seconds at most.

    One per process: a page shows it for every bid, and among many leads it is dear to look for.
    """

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, Instant, tuple[Instant, str] | None]] = {}

    def of(
        self, connection: Connection, rulebook: Rulebook, viewer: Viewer, bid: BidRow, now: Instant
    ) -> tuple[Instant, str] | None:
        """When and on which listing a bid buys next."""
        head = connection.execute(select(heads.c.head_seq).where(heads.c.sector == bid.sector)).scalar_one()
        seq, found_at, act = self._found.get(bid.bid_id, (-1, 0, None))
        if seq != head or not found_at <= now < found_at + KEPT_US:
            act = next_act(connection, rulebook, viewer, bid, now)
            self._found[bid.bid_id] = (head, now, act)
        return act


def bid_counts(connection: Connection, organisation: str) -> int:
    """How many of a firm's bids live."""
    question = select(func.count()).where(bids.c.buyer == organisation, bids.c.state.in_(("active", "paused")))
    return connection.execute(question).scalar_one()


def bid_of(connection: Connection, organisation: str, bid_id: str, midnight_at: Instant) -> BidRow | None:
    """One bid of a firm; None also for another firm's."""
    row = connection.execute(_bids(organisation, midnight_at).where(bids.c.bid_id == bid_id)).first()
    return None if row is None else _row(row)


def owner_of_bid(connection: Connection, bid_id: str) -> tuple[str, str] | None:
    """Buyer and sector of a bid."""
    row = connection.execute(select(bids.c.buyer, bids.c.sector).where(bids.c.bid_id == bid_id)).first()
    return None if row is None else (row.buyer, row.sector)
