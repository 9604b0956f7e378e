"""How good a supplier's leads were, by source and campaign: claims upheld, enquirers reached, numbers of cases.

A rate of few cases says little, so each is drawn towards the sector's own by `WEIGHT` cases of it (an empirical Bayes
estimate) and stands beside its Wilson interval of 95 %. The score is the share of sales one may expect to reach a
person and to stand: ``reached * (1 - upheld)``, in basis points; below `FEWEST` cases of either there is none.

A sale counts among the upheld once its claim was decided or its claim window has passed; among the reached where its
buyer reported a call or an outcome. Only the last `DAYS` days count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from sqlalchemy import Connection, case, exists, func, or_, select

from exchange.instant import DAY_US, Instant
from exchange.money import BasisPoints
from exchange.orderbook.sale import CLAIMED, UNCLAIMED, UPHELD
from exchange.reports.contacting import APPOINTMENT, CONTRACT, REACHED
from exchange.schema import leads, listings, sales
from exchange.schema.contacting import contact_attempts, dispositions

DAYS = 180
FEWEST = 20
"""Cases below which a rate is shown as none: one more upheld claim would change it by five points and more."""
WEIGHT = 20
"""So many cases of the sector's own rate are added to each."""
_WHOLE_BP = 10_000
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Rate:
    """``hits`` of ``cases``; the estimate with its interval in basis points, None below `FEWEST` cases."""

    hits: int
    cases: int
    bp: BasisPoints | None
    low_bp: BasisPoints
    high_bp: BasisPoints

    @property
    def enough(self) -> bool:
        """Whether there are cases enough to say something."""
        return self.cases >= FEWEST


@dataclass(frozen=True, slots=True)
class Quality:
    """One source and campaign of a supplier in a sector. ``score_bp`` with its bounds, None without cases enough."""

    supplier: str
    sector: str
    source: str
    campaign: str
    sold: int
    upheld: Rate
    reached: Rate
    score_bp: BasisPoints | None
    low_bp: BasisPoints
    high_bp: BasisPoints


@dataclass(frozen=True, slots=True)
class _Counts:
    supplier: str
    sector: str
    source: str
    campaign: str
    sold: int
    decided: int
    upheld: int
    tried: int
    reached: int


def quality_of(
    connection: Connection, now: Instant, *, supplier: str | None = None, sector: str | None = None
) -> list[Quality]:
    """Every source and campaign with a sale in the last `DAYS` days (of one supplier, in one sector), most sold first.

    Shown to the supplier and to operators: it names no buyer and no enquirer.
    """
    counts = _counted(connection, now, sector)
    usual = {code: _usual(one for one in counts if one.sector == code) for code in {one.sector for one in counts}}
    found = [_quality(one, *usual[one.sector]) for one in counts if supplier in (None, one.supplier)]
    return sorted(found, key=lambda one: (-one.sold, one.supplier, one.sector, one.source, one.campaign))


def scores_of(connection: Connection, now: Instant, supplier: str, sector: str) -> dict[str, BasisPoints]:
    """The highest score each source of a supplier may have (the upper bound), where there are cases enough."""
    best: dict[str, BasisPoints] = {}
    for one in quality_of(connection, now, supplier=supplier, sector=sector):
        if one.score_bp is not None:
            best[one.source] = max(best.get(one.source, 0), one.high_bp)
    return best


def _counted(connection: Connection, now: Instant, sector: str | None) -> list[_Counts]:
    attempt = contact_attempts.c
    called = (attempt.sale_id == sales.c.sale_id) & attempt.undone_at.is_(None)
    spoke = attempt.result.in_((REACHED, APPOINTMENT))
    told = dispositions.c.sale_id == sales.c.sale_id
    worth = dispositions.c.outcome.in_((REACHED, APPOINTMENT, CONTRACT))
    tried = or_(exists().where(called), exists().where(told))
    reached = or_(exists().where(called, spoke), exists().where(told, worth))
    decided = sales.c.claim.not_in((UNCLAIMED, CLAIMED)) | ((sales.c.claim == UNCLAIMED) & (sales.c.closes_at <= now))
    wanted = (
        select(
            sales.c.supplier,
            sales.c.sector,
            leads.c.source,
            leads.c.campaign,
            func.count().label("sold"),
            *(
                func.sum(case((test, 1), else_=0)).label(name)
                for name, test in (
                    ("decided", decided),
                    ("upheld", sales.c.claim == UPHELD),
                    ("tried", tried),
                    ("reached", reached),
                )
            ),
        )
        .join(listings, listings.c.listing_id == sales.c.listing_id)
        .join(leads, leads.c.lead_id == listings.c.lead_id)
        .where(sales.c.sold_at > now - DAYS * DAY_US)
        .group_by(sales.c.supplier, sales.c.sector, leads.c.source, leads.c.campaign)
    )
    if sector is not None:
        wanted = wanted.where(sales.c.sector == sector)
    return [_Counts(*row[:4], *map(int, row[4:])) for row in connection.execute(wanted)]


def _usual(counts: Iterable[_Counts]) -> tuple[float, float]:
    """The sector's own rates: upheld, reached. Without a case nothing is upheld and half are reached."""
    some = list(counts)
    decided, tried = sum(one.decided for one in some), sum(one.tried for one in some)
    return (
        sum(one.upheld for one in some) / decided if decided else 0.0,
        sum(one.reached for one in some) / tried if tried else 0.5,
    )


def _quality(counts: _Counts, usual_upheld: float, usual_reached: float) -> Quality:
    upheld = rate(counts.upheld, counts.decided, usual_upheld)
    reached = rate(counts.reached, counts.tried, usual_reached)
    score = None
    if upheld.bp is not None and reached.bp is not None:
        score = reached.bp * (_WHOLE_BP - upheld.bp) // _WHOLE_BP
    low = reached.low_bp * (_WHOLE_BP - upheld.high_bp) // _WHOLE_BP
    high = reached.high_bp * (_WHOLE_BP - upheld.low_bp) // _WHOLE_BP
    of = (counts.supplier, counts.sector, counts.source, counts.campaign)
    return Quality(*of, counts.sold, upheld, reached, score, low, high)


def rate(hits: int, cases: int, usual: float) -> Rate:
    """A rate drawn towards the usual one, and Wilson's interval around what was seen."""
    if not cases:
        return Rate(hits, cases, None, 0, _WHOLE_BP)
    share, extra = hits / cases, _Z * _Z / cases
    middle = (share + extra / 2) / (1 + extra)
    half = _Z * sqrt(share * (1 - share) / cases + extra / cases / 4) / (1 + extra)
    drawn = (hits + WEIGHT * usual) / (cases + WEIGHT)
    bounds = max(middle - half, 0.0), min(middle + half, 1.0)
    low, high = (round(one * _WHOLE_BP) for one in bounds)
    return Rate(hits, cases, round(drawn * _WHOLE_BP) if cases >= FEWEST else None, low, high)
