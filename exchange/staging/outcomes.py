"""What became of each lead of a delivery, as its supplier's program is told: a word, findings, and what the market did.

No personal data: a finding names field and code, never what the field says.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, and_, func, select

from exchange.admission import Defects
from exchange.instant import Instant
from exchange.money import Cents
from exchange.schema import delivery_rows, listings, post_references, sales
from exchange.staging.delivery import Delivery, findings_of
from exchange.staging.record import POSTED

JSON = "JSON"
"""The dialect of a list of leads; these and single ones are counted from 1, a file's rows as a spreadsheet does."""
WORDS = {"ready": "waiting", "error": "rejected", "hint": "waiting", "held": "quarantined"}
"""A row's state as programs are told it, where that is another word."""
STATES = ("listed", "planned", "duplicate", "rejected", "waiting", "quarantined", "discarded")
_OF_OTHERS = ("duplicate_in_file", "alike_in_file")
_known = delivery_rows.c


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim on one of its seats; never whose."""

    ground: str
    state: str


@dataclass(frozen=True, slots=True)
class OnMarket:
    """What the market did with a listed lead. ``earned_cents`` is the supplier's part, net, before claims."""

    state: str
    seats: int
    sold: int
    earned_cents: Cents
    claims: tuple[Claimed, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One lead: ``place`` is its number in the list, or its row as a spreadsheet counts."""

    place: int
    state: str
    findings: Defects = ()
    reference: str = ""
    list_at: Instant | None = None
    listing_id: str | None = None
    market: OnMarket | None = None


def word_of(state: str) -> str:
    """A row's state in the words of the interface."""
    return WORDS.get(state, state)


def ahead(delivery: Delivery) -> int:
    """By how much rows of this delivery are ahead of the places its supplier counts."""
    return 1 if delivery.dialect in (POSTED, JSON) else 0


def outcomes_of(
    connection: Connection, delivery: Delivery, states: Sequence[str], *, after: int, most: int
) -> list[Outcome]:
    """Leads of a delivery in its order, beyond a place; ``states`` are the interface's words, none for all."""
    named = and_(post_references.c.delivery_id == _known.delivery_id, post_references.c.row == _known.row)
    wanted = (
        select(
            _known.row, _known.state, _known.findings, _known.list_at, _known.listing_id, post_references.c.reference
        )
        .select_from(delivery_rows.outerjoin(post_references, named))
        .where(_known.delivery_id == delivery.delivery_id, _known.row > after + ahead(delivery))
    )
    if states:
        meant = {*states, *(state for state, word in WORDS.items() if word in states)}
        wanted = wanted.where(_known.state.in_(sorted(meant)))
    found = connection.execute(wanted.order_by(_known.row).limit(most)).all()
    market = _markets(connection, [row.listing_id for row in found if row.listing_id])
    less = ahead(delivery)
    return [
        Outcome(
            row.row - less,
            word_of(row.state),
            _findings(row.row - less, row.findings, less),
            row.reference or "",
            row.list_at,
            row.listing_id,
            market.get(row.listing_id or ""),
        )
        for row in found
    ]


def _findings(place: int, text: str, less: int) -> Defects:
    """The findings of a row; where one names another row, by the place its supplier counts."""
    found = findings_of(place, text)
    return tuple(replace(one, detail=str(int(one.detail) - less)) if one.code in _OF_OTHERS else one for one in found)


@dataclass(slots=True)
class Progress:
    """How many leads of a delivery have each word, and when the next of them is to be listed."""

    counts: Counter[str] = field(default_factory=Counter)
    due_at: Instant | None = None


def progress_of(connection: Connection, delivery_ids: Sequence[str]) -> Mapping[str, Progress]:
    """How far the leads of these deliveries are; nothing has happened to one without any."""
    counted = (
        select(_known.delivery_id, _known.state, func.count(), func.min(_known.list_at))
        .where(_known.delivery_id.in_(delivery_ids))
        .group_by(_known.delivery_id, _known.state)
    )
    found = defaultdict[str, Progress](Progress)
    for delivery_id, state, many, list_at in connection.execute(counted):
        one = found[delivery_id]
        one.counts[word_of(state)] += int(many)
        if list_at is not None:
            one.due_at = list_at if one.due_at is None else min(one.due_at, list_at)
    return found


def _markets(connection: Connection, names: Sequence[str]) -> dict[str, OnMarket]:
    if not names:
        return {}
    wanted = select(listings.c.listing_id, listings.c.state, listings.c.seats, listings.c.sold)
    found = connection.execute(wanted.where(listings.c.listing_id.in_(names))).all()
    of_sale = select(sales.c.listing_id, sales.c.ask_cents, sales.c.fee_cents, sales.c.claim, sales.c.ground)
    earned: dict[str, int] = {}
    claims: dict[str, list[Claimed]] = {}
    for sale in connection.execute(of_sale.where(sales.c.listing_id.in_(names)).order_by(sales.c.seat)):
        earned[sale.listing_id] = earned.get(sale.listing_id, 0) + sale.ask_cents - sale.fee_cents
        if sale.claim != "unclaimed":
            claims.setdefault(sale.listing_id, []).append(Claimed(sale.ground, sale.claim))
    return {
        row.listing_id: OnMarket(
            row.state, row.seats, row.sold, earned.get(row.listing_id, 0), tuple(claims.get(row.listing_id, ()))
        )
        for row in found
    }
