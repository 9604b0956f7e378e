"""What leads like these may bring: the curve in force, and what a sector's past listings fetched.

Every range carries its number of cases, and without enough of them there is none.
"""

import json
from dataclasses import dataclass
from math import isqrt

from sqlalchemy import Connection, func, select

from exchange.errors import Unknown
from exchange.instant import DAY_US, Instant
from exchange.money import Cents
from exchange.pricing.curve import CurveVersion
from exchange.reports.tunings import in_force
from exchange.schema import curve_versions, listings, sales

WINDOW_US = 28 * DAY_US
FEWEST_CASES = 30
_WHOLE_BP = 10_000
_WIDTH_PERCENT = 128
"""Of a standard error on each side: eight times in ten the mean lies between."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What so many leads may bring their supplier after the fee, in net cents; ``cases`` past listings say so.

    ``sold_bp`` is the share of their seats that was sold.
    """

    low_cents: Cents
    high_cents: Cents
    cases: int
    sold_bp: int


def curve_in_force(connection: Connection, sector: str, now: Instant) -> CurveVersion | None:
    """The curve a lead listed now most likely gets, of the sector's arms; None where it has none."""
    try:
        number = in_force(connection, sector, now).main
    except Unknown:
        return None
    if number is None:
        return None
    wanted = select(curve_versions.c.payload).where(
        curve_versions.c.sector == sector, curve_versions.c.number == number
    )
    return CurveVersion.from_payload(json.loads(connection.execute(wanted).scalar_one()))


def prospect_of(
    connection: Connection, sector: str, *, leads: int, seats: int, start_cents: Cents, now: Instant
) -> Prospect | None:
    """A range for ``leads`` leads on these terms; None below `FEWEST_CASES` listings like them that have ended.

    Each ended listing of the last four weeks, exclusive or shared as these, earned a share of its start price on all
    its seats; the mean of these shares, with its own uncertainty and the leads', makes the range.
    """
    found = _shares_bp(connection, sector, shared=seats > 1, since=now - WINDOW_US)
    if len(found.shares_bp) < FEWEST_CASES or not leads:
        return None
    cases, whole_cents = len(found.shares_bp), start_cents * seats * leads
    mean_bp = sum(found.shares_bp) // cases
    variance = sum((share - mean_bp) ** 2 for share in found.shares_bp) // cases
    error_bp = isqrt(variance // leads + variance // cases) * _WIDTH_PERCENT // 100
    low, high = max(mean_bp - error_bp, 0), mean_bp + error_bp
    sold_bp = found.sold * _WHOLE_BP // max(found.seats, 1)
    return Prospect(whole_cents * low // _WHOLE_BP, whole_cents * high // _WHOLE_BP, cases, sold_bp)


@dataclass(frozen=True, slots=True)
class _Past:
    shares_bp: list[int]
    seats: int
    sold: int


def _shares_bp(connection: Connection, sector: str, *, shared: bool, since: Instant) -> _Past:
    earned = func.coalesce(func.sum(sales.c.ask_cents - sales.c.fee_cents), 0)
    like = listings.c.seats > 1 if shared else listings.c.seats == 1
    wanted = (
        select(listings.c.start_cents, listings.c.seats, listings.c.sold, earned.label("earned_cents"))
        .select_from(listings.outerjoin(sales, sales.c.listing_id == listings.c.listing_id))
        .where(listings.c.sector == sector, like, listings.c.listed_at > since)
        .where(listings.c.state.in_(("sold", "expired")))
        .group_by(listings.c.listing_id, listings.c.start_cents, listings.c.seats, listings.c.sold)
    )
    rows = connection.execute(wanted).all()
    shares = [int(row.earned_cents) * _WHOLE_BP // (row.start_cents * row.seats) for row in rows]
    return _Past(shares, sum(row.seats for row in rows), sum(row.sold for row in rows))
