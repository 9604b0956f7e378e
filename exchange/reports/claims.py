"""The operators' queue of claims, and what the house itself knows that speaks for or against one.

Counts, ids and states: what the sides said lies sealed and is opened by `exchange.aftersale`.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from exchange.instant import DAY_US, Instant
from exchange.money import Cents
from exchange.orderbook.sale import CLAIMED, UNCLAIMED
from exchange.reports.contacting import REACHED, ContactRule, Effort, rule_of
from exchange.schema import consents, listings, organisations, sales
from exchange.schema.contacting import claim_evidence, contact_attempts
from exchange.schema.operating import claim_rulings, claim_words

PAGE = 100
TABS = ("open", "asked", "decided")
QUOTA_US = 90 * DAY_US
SERIES_US = 30 * DAY_US

buyers, suppliers = organisations.alias("buyers"), organisations.alias("suppliers")


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim; amounts net, ``returned_cents`` what was given back. ``asked``: a question waits for the buyer's
    answer; ``pending`` a ruling on its way."""

    sale_id: str
    listing_id: str
    sector: str
    postcode: str
    region: str
    ground: str
    claim: str
    buyer: str
    buyer_name: str
    supplier: str
    supplier_name: str
    ask_cents: Cents
    vat_cents: Cents
    returned_cents: Cents
    sold_at: Instant
    closes_at: Instant
    filed_at: Instant | None
    silence_at: Instant
    effort: Effort | None
    asked: bool
    pending: bool


@dataclass(frozen=True, slots=True)
class ClaimTraces:
    """What the house itself can see of a claim: ``double`` is another listing of the same person in the sector,
    offered before this one; ``reached`` that the buyer logged an answered call; ``agreeing`` other buyers of the same
    lead who claimed it on the same ground; ``proof`` that a proof of consent is kept."""

    double: str
    reached: bool
    agreeing: int
    rule: ContactRule
    proof: bool


@dataclass(frozen=True, slots=True)
class ClaimQuotas:
    """Sales and claims of both firms and of the house over 90 days; ``series``: claims on this ground against the
    supplier over 30."""

    claimed: int
    bought: int
    supplier_claimed: int
    supplier_sold: int
    house_claimed: int
    house_sold: int
    series: int


def claims_queue(connection: Connection, tab: str, *, ground: str = "", supplier: str = "") -> list[ClaimRow]:
    """Claims of a tab: open ones and those asked back by deadline, decided ones the latest first."""
    asked = _asked()
    wanted: list[ColumnElement[bool]] = [sales.c.claim == CLAIMED]
    if tab == "decided":
        wanted = [sales.c.claim.not_in((UNCLAIMED, CLAIMED))]
    else:
        wanted.append(asked if tab == "asked" else ~asked)
    if ground:
        wanted.append(sales.c.ground == ground)
    if supplier:
        wanted.append(sales.c.supplier == supplier)
    order = sales.c.silence_at.desc() if tab == "decided" else sales.c.silence_at
    rows = connection.execute(_rows().where(*wanted).order_by(order, sales.c.sale_id).limit(PAGE))
    return [_row(row) for row in rows]


def claim_of(connection: Connection, sale_id: str) -> ClaimRow | None:
    """One claim, open or decided."""
    row = connection.execute(_rows().where(sales.c.sale_id == sale_id, sales.c.claim != UNCLAIMED)).one_or_none()
    return None if row is None else _row(row)


def claims_of_supplier(connection: Connection, supplier: str) -> list[ClaimRow]:
    """Claims on a supplier's sales, the open ones first, by deadline."""
    mine = _rows().where(sales.c.supplier == supplier, sales.c.claim != UNCLAIMED)
    order = (sales.c.claim != CLAIMED, sales.c.silence_at.desc())
    return [_row(row) for row in connection.execute(mine.order_by(*order).limit(PAGE))]


def claim_counts(connection: Connection) -> dict[str, int]:
    """How many claims each tab holds."""
    waiting = connection.execute(_count(sales.c.claim == CLAIMED)).scalar_one()
    asked = connection.execute(_count(sales.c.claim == CLAIMED, _asked())).scalar_one()
    decided = connection.execute(_count(sales.c.claim.not_in((UNCLAIMED, CLAIMED)))).scalar_one()
    return {"open": waiting - asked, "asked": asked, "decided": decided}


def claims_waiting(connection: Connection) -> int:
    """How many claims wait for a ruling."""
    return int(connection.execute(_count(sales.c.claim == CLAIMED)).scalar_one())


def claim_traces(connection: Connection, row: ClaimRow) -> ClaimTraces:
    """What speaks for or against a claim."""
    reached = select(contact_attempts.c.attempt_id).where(
        contact_attempts.c.sale_id == row.sale_id,
        contact_attempts.c.result == REACHED,
        contact_attempts.c.undone_at.is_(None),
    )
    others = (sales.c.listing_id == row.listing_id, sales.c.buyer != row.buyer, sales.c.ground == row.ground)
    return ClaimTraces(
        double=_double(connection, row),
        reached=connection.execute(reached).first() is not None,
        agreeing=int(connection.execute(_count(*others)).scalar_one()),
        rule=rule_of(connection, row.sector),
        proof=connection.execute(_proof(row)).first() is not None,
    )


def claim_quotas(connection: Connection, row: ClaimRow) -> ClaimQuotas:
    """How usual claims are with these two firms, and in the house."""
    lately, disputed = sales.c.sold_at >= row.sold_at - QUOTA_US, sales.c.claim != UNCLAIMED

    def many(*wanted: ColumnElement[bool]) -> int:
        return int(connection.execute(_count(lately, *wanted)).scalar_one())

    bought, supplied = sales.c.buyer == row.buyer, sales.c.supplier == row.supplier
    return ClaimQuotas(
        claimed=many(bought, disputed),
        bought=many(bought),
        supplier_claimed=many(supplied, disputed),
        supplier_sold=many(supplied),
        house_claimed=many(disputed),
        house_sold=many(),
        series=many(supplied, disputed, sales.c.ground == row.ground, sales.c.sold_at >= row.sold_at - SERIES_US),
    )


@dataclass(frozen=True, slots=True)
class PendingRuling:
    """A ruling that can still be undone until ``due_at``."""

    ruling_id: str
    sale_id: str
    ruling: str
    due_at: Instant


def pending_rulings(connection: Connection, user_id: str, now: Instant) -> list[PendingRuling]:
    """What an operator decided in the last seconds, the latest first."""
    known = claim_rulings.c
    question = select(claim_rulings).where(known.user_id == user_id, known.state == "pending", known.due_at > now)
    rows = connection.execute(question.order_by(known.due_at.desc()))
    return [PendingRuling(row.ruling_id, row.sale_id, row.ruling, row.due_at) for row in rows]


def _rows() -> Select[Any]:
    known = sales.c
    pending = select(claim_rulings.c.ruling_id).where(
        claim_rulings.c.sale_id == known.sale_id, claim_rulings.c.state.in_(("pending", "taken"))
    )
    both = (
        sales.join(listings, listings.c.listing_id == known.listing_id)
        .join(buyers, buyers.c.organisation == known.buyer)
        .join(suppliers, suppliers.c.organisation == known.supplier)
        .outerjoin(claim_evidence, claim_evidence.c.sale_id == known.sale_id)
    )
    more = (buyers.c.name.label("buyer_name"), suppliers.c.name.label("supplier_name"))
    place = (listings.c.postcode, listings.c.region)
    tried = (claim_evidence.c.at.label("filed_at"), claim_evidence.c.attempts, claim_evidence.c.days)
    state = (_asked().label("asked"), pending.exists().label("pending"))
    return select(sales, *place, *more, *tried, *state).select_from(both)


def _asked() -> ColumnElement[bool]:
    """Whether the last thing said between operator and buyer was a question."""
    later = claim_words.alias("later")
    answered = select(later.c.word_id).where(
        later.c.sale_id == claim_words.c.sale_id, later.c.kind == "answer", later.c.at >= claim_words.c.at
    )
    return (
        select(claim_words.c.word_id)
        .where(claim_words.c.sale_id == sales.c.sale_id, claim_words.c.kind == "question", ~answered.exists())
        .exists()
    )


def _count(*wanted: ColumnElement[bool]) -> Select[Any]:
    return select(func.count()).select_from(sales).where(*wanted)


def _double(connection: Connection, row: ClaimRow) -> str:
    ours = select(listings).where(listings.c.listing_id == row.listing_id).subquery()
    other = (
        select(listings.c.listing_id)
        .join(ours, (listings.c.person_id == ours.c.person_id) & (listings.c.sector == ours.c.sector))
        .where(listings.c.lead_id != ours.c.lead_id, listings.c.listed_at <= ours.c.listed_at)
        .order_by(listings.c.listed_at.desc())
        .limit(1)
    )
    return connection.execute(other).scalar_one_or_none() or ""


def _proof(row: ClaimRow) -> Select[Any]:
    lead = select(listings.c.lead_id).where(listings.c.listing_id == row.listing_id).scalar_subquery()
    return select(consents.c.lead_id).where(consents.c.lead_id == lead)


def _row(row: Any) -> ClaimRow:
    tried = None if row.attempts is None else Effort(row.attempts, row.days)
    names = ("sale_id", "listing_id", "sector", "postcode", "region", "ground", "claim", "buyer", "buyer_name")
    more = ("supplier", "supplier_name", "ask_cents", "vat_cents", "sold_at", "closes_at", "filed_at", "silence_at")
    values = {name: getattr(row, name) for name in (*names, *more)}
    state = {"asked": bool(row.asked), "pending": bool(row.pending), "returned_cents": row.returned_net_cents}
    return ClaimRow(**values, **state, effort=tried)
