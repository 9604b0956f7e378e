"""A firm's purchases by what is to be done with them: whom to call first, what came of the others."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, literal, select, tuple_

from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.sale import CLAIMED, UPHELD
from exchange.reports.contacting import APPOINTMENT, CONTRACT, LOST, REACHED, UNREACHED
from exchange.reports.purchases import Purchase, purchase, purchases
from exchange.schema import leads, listings, sales
from exchange.schema.contacting import contact_attempts, dispositions, withdrawals

NEW, WITHDRAWN = "new", "withdrawn"
PROGRESS = (NEW, UNREACHED, REACHED, APPOINTMENT, CONTRACT, LOST, CLAIMED, UPHELD, WITHDRAWN)
"""Where a lead stands: what was reported or, before that, what the calls say; a claim or a withdrawal goes before."""

TO_CALL = (NEW, UNREACHED)
FILTERS: dict[str, tuple[str, ...]] = {
    "": PROGRESS,
    "open": TO_CALL,
    "reached": (REACHED,),
    "appointment": (APPOINTMENT,),
    "contract": (CONTRACT,),
    "lost": (LOST,),
    "claim": (CLAIMED, UPHELD, WITHDRAWN),
}
PAGE = 50

Place = tuple[int, Instant, str]
"""Where a page of the list ends: 1 for a lead still to be called, when it was bought, its sale."""


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One purchase with its progress, the calls made, the last of them, and the contract's worth."""

    purchase: Purchase
    progress: str
    calls: int
    last_at: Instant | None
    contract_cents: Cents | None


@dataclass(frozen=True, slots=True)
class CostRow:
    """What the leads of one sector and source cost (net, less what claims gave back) and what came of them."""

    sector: str
    supplier: str
    campaign: str
    leads: int
    spent_cents: Cents
    reached: int
    appointments: int
    contracts: int
    lost: int
    worth_cents: Cents


def worklist(
    connection: Connection, organisation: str, chosen: str = "", after: Place | None = None, most: int = PAGE
) -> tuple[list[WorkRow], Place | None]:
    """Purchases, those still to be called first, then the latest; and the place of the last where more follow."""
    calls = _calls(organisation)
    said = _progress_of(calls)
    to_call = case((said.in_(TO_CALL), 1), else_=0)
    question = _joined(
        purchases(organisation).add_columns(
            said.label("progress"),
            to_call.label("to_call"),
            func.coalesce(calls.c.calls, 0).label("calls"),
            calls.c.last_at,
            dispositions.c.contract_cents,
        ),
        calls,
    )
    question = question.where(said.in_(FILTERS[chosen]))
    if after is not None:
        here = tuple_(to_call, sales.c.sold_at, sales.c.sale_id)
        question = question.where(here < tuple_(*(literal(part) for part in after)))
    question = question.order_by(to_call.desc(), sales.c.sold_at.desc(), sales.c.sale_id.desc())
    rows = connection.execute(question.limit(most + 1)).all()
    found = [WorkRow(purchase(row), row.progress, row.calls, row.last_at, row.contract_cents) for row in rows[:most]]
    if len(rows) <= most:
        return found, None
    last = rows[most - 1]
    return found, (last.to_call, last.sold_at, last.sale_id)


def progress_counts(connection: Connection, organisation: str) -> dict[str, int]:
    """How many purchases each filter of the list holds."""
    inner = _sales_with_progress(organisation).subquery()
    rows = connection.execute(select(inner.c.progress, func.count().label("many")).group_by(inner.c.progress))
    counted = {row.progress: row.many for row in rows}
    return {key: sum(counted.get(name, 0) for name in names) for key, names in FILTERS.items()}


def costs(connection: Connection, organisation: str) -> list[CostRow]:
    """Cost and result of a firm's purchases by sector, supplier and campaign, the dearest first."""
    inner = _sales_with_progress(organisation).subquery()

    def many(*names: str) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((inner.c.progress.in_(names), 1), else_=0)), 0)

    spent = func.sum(inner.c.ask_cents - inner.c.returned_net_cents)
    question = (
        select(
            inner.c.sector,
            inner.c.supplier,
            inner.c.campaign,
            func.count().label("leads"),
            spent.label("spent"),
            many(REACHED, APPOINTMENT, CONTRACT).label("reached"),
            many(APPOINTMENT, CONTRACT).label("appointments"),
            many(CONTRACT).label("contracts"),
            many(LOST).label("lost"),
            func.coalesce(func.sum(inner.c.contract_cents), 0).label("worth"),
        )
        .group_by(inner.c.sector, inner.c.supplier, inner.c.campaign)
        .order_by(spent.desc(), inner.c.sector, inner.c.supplier, inner.c.campaign)
    )
    return [
        CostRow(
            row.sector,
            row.supplier,
            row.campaign,
            row.leads,
            int(row.spent),
            int(row.reached),
            int(row.appointments),
            int(row.contracts),
            int(row.lost),
            int(row.worth),
        )
        for row in connection.execute(question)
    ]


def _calls(organisation: str) -> Any:
    """The calls of each of a firm's sales: how many, the last, the furthest they got (2 appointment, 1 reached)."""
    known = contact_attempts.c
    rank = case((known.result == APPOINTMENT, 2), (known.result == REACHED, 1), else_=0)
    return (
        select(
            known.sale_id,
            func.count().label("calls"),
            func.max(known.at).label("last_at"),
            func.max(rank).label("best"),
        )
        .join(sales, sales.c.sale_id == known.sale_id)
        .where(sales.c.buyer == organisation, known.undone_at.is_(None))
        .group_by(known.sale_id)
        .subquery()
    )


def _progress_of(calls: Any) -> ColumnElement[str]:
    said, best = dispositions.c.outcome, calls.c.best
    return case(
        (sales.c.claim.in_((CLAIMED, UPHELD)), sales.c.claim),
        (withdrawals.c.lead_id.is_not(None), literal(WITHDRAWN)),
        (said.in_((CONTRACT, LOST)), said),
        ((said == APPOINTMENT) | (best == 2), literal(APPOINTMENT)),
        ((said == REACHED) | (best == 1), literal(REACHED)),
        (calls.c.calls > 0, literal(UNREACHED)),
        else_=literal(NEW),
    )


def _joined(question: Select[Any], calls: Any) -> Select[Any]:
    return (
        question.outerjoin(calls, calls.c.sale_id == sales.c.sale_id)
        .outerjoin(dispositions, dispositions.c.sale_id == sales.c.sale_id)
        .outerjoin(withdrawals, withdrawals.c.lead_id == listings.c.lead_id)
    )


def _sales_with_progress(organisation: str) -> Select[Any]:
    calls = _calls(organisation)
    question = (
        select(
            sales.c.sector,
            sales.c.supplier,
            leads.c.campaign,
            sales.c.ask_cents,
            sales.c.returned_net_cents,
            dispositions.c.contract_cents,
            _progress_of(calls).label("progress"),
        )
        .select_from(sales)
        .join(listings, listings.c.listing_id == sales.c.listing_id)
        .join(leads, leads.c.lead_id == listings.c.lead_id)
        .where(sales.c.buyer == organisation)
    )
    return _joined(question, calls)
