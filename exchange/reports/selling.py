"""How a supplier's leads sell: sell-through, revenue, price against start, time to sale, claims, with their cases.

Sales count on the day they happened, listings once they are sold or expired; one that was withdrawn, or goes on as a
shared one, has not ended in this sense. No rate is given for fewer than `FEWEST` cases.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median_low
from typing import Any

from sqlalchemy import Connection, case, func, select

from exchange.instant import HOUR_US, MINUTE_US, Instant
from exchange.money import BasisPoints, Cents
from exchange.orderbook.sale import UNCLAIMED, UPHELD
from exchange.schema import leads, listings, sales

PERIODS = (7, 28, 90)
"""Days, that of the question counted."""
DIMENSIONS = ("source", "campaign", "sector")
FEWEST = 20
WAITS_US = (5 * MINUTE_US, 15 * MINUTE_US, 30 * MINUTE_US, HOUR_US, 2 * HOUR_US, 6 * HOUR_US)
"""Bounds of the classes of time to sale; what took longer is in one class of its own."""
_WHOLE_BP = 10_000
_ADDED = ("ended", "ended_sold", "seats", "revenue_cents", "priced", "asks_cents", "starts_cents")


@dataclass(slots=True)
class Figures:
    """Counted cases. ``revenue_cents`` is the supplier's part after fee, less what upheld claims took back; asks and
    starts are those of the ``priced`` seats, without leads that were bought out."""

    ended: int = 0
    ended_sold: int = 0
    seats: int = 0
    revenue_cents: Cents = 0
    priced: int = 0
    asks_cents: Cents = 0
    starts_cents: Cents = 0
    waits_us: list[int] = field(default_factory=list)
    claims: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By ground and state."""

    def add(self, other: "Figures") -> None:
        """Count the other's cases too."""
        for name in _ADDED:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.waits_us += other.waits_us
        self.claims += other.claims

    @property
    def claimed(self) -> int:
        return sum(self.claims.values())

    @property
    def upheld(self) -> int:
        return sum(many for (_, state), many in self.claims.items() if state == UPHELD)

    @property
    def sell_through_bp(self) -> BasisPoints | None:
        """Ended listings of which a seat was sold, of all that ended."""
        return rate_bp(self.ended_sold, self.ended)

    @property
    def price_bp(self) -> BasisPoints | None:
        """Price at sale as a share of the start price, weighed by it."""
        return None if self.priced < FEWEST else self.asks_cents * _WHOLE_BP // self.starts_cents

    @property
    def mean_cents(self) -> Cents | None:
        """Mean price at sale."""
        return None if self.priced < FEWEST else self.asks_cents // self.priced

    @property
    def wait_us(self) -> int | None:
        """Half of the seats were sold within this time after listing."""
        return median_low(self.waits_us) if len(self.waits_us) >= FEWEST else None

    @property
    def upheld_bp(self) -> BasisPoints | None:
        """Claims upheld, of all seats sold."""
        return rate_bp(self.upheld, self.seats)


@dataclass(frozen=True, slots=True)
class Selling:
    """All figures of a span; ``groups`` by dimension and name; revenue and seats by day; ``shares`` are seats by tenths
    of the start price (0 to 100 %), ``waits`` by the classes of `WAITS_US`."""

    whole: Figures
    groups: dict[str, dict[str, Figures]]
    days: list[Instant]
    revenue_cents: list[Cents]
    sold: list[int]
    shares: list[int]
    waits: list[int]


def rate_bp(hits: int, cases: int) -> BasisPoints | None:
    """Nothing below `FEWEST` cases."""
    return hits * _WHOLE_BP // cases if cases >= FEWEST else None


def selling_of(connection: Connection, supplier: str, midnights: Sequence[Instant]) -> Selling:
    """A supplier's figures since the first of these beginnings of days."""
    days = list(midnights)
    empty = ([0] * len(days), [0] * len(days), [0] * 10, [0] * (len(WAITS_US) + 1))
    found = Selling(Figures(), {name: {} for name in DIMENSIONS}, days, *empty)
    kinds: defaultdict[tuple[str, ...], Figures] = defaultdict(Figures)
    for *kind, ended, ended_sold in connection.execute(_ended(supplier, days[0])):
        kinds[tuple(kind)].ended = ended
        kinds[tuple(kind)].ended_sold = int(ended_sold)
    for row in connection.execute(_sold(supplier, days[0])):
        _count(found, kinds, *row)
    for kind_of, figures in kinds.items():
        found.whole.add(figures)
        for name, one in zip(DIMENSIONS, kind_of, strict=True):
            found.groups[name].setdefault(one, Figures()).add(figures)
    return found


def _count(
    found: Selling, kinds: defaultdict[tuple[str, ...], Figures], source: str, campaign: str, sector: str,
    part_cents: Cents, ask_cents: Cents, start_cents: Cents, bought_out: bool,
    listed_at: Instant, sold_at: Instant, claim: str, ground: str,
) -> None:  # fmt: skip
    day, waited_us = bisect_right(found.days, sold_at) - 1, sold_at - listed_at
    found.revenue_cents[day] += part_cents
    found.sold[day] += 1
    found.waits[bisect_right(WAITS_US, waited_us)] += 1
    one = kinds[source, campaign, sector]
    one.seats += 1
    one.revenue_cents += part_cents
    one.waits_us.append(waited_us)
    if not bought_out:
        found.shares[min(10 * ask_cents // start_cents, 9)] += 1
        one.priced += 1
        one.asks_cents += ask_cents
        one.starts_cents += start_cents
    if claim != UNCLAIMED:
        one.claims[ground, claim] += 1


def _ended(supplier: str, since: Instant) -> Any:
    kind = (leads.c.source, leads.c.campaign, listings.c.sector)
    return (
        select(*kind, func.count(), func.sum(case((listings.c.sold > 0, 1), else_=0)))
        .join(leads, leads.c.lead_id == listings.c.lead_id)
        .where(listings.c.supplier == supplier, listings.c.state.in_(("sold", "expired")))
        .where(listings.c.closed_at >= since)
        .group_by(*kind)
    )


def _sold(supplier: str, since: Instant) -> Any:
    part = sales.c.ask_cents - sales.c.fee_cents - sales.c.returned_net_cents + sales.c.returned_fee_cents
    of_listing = (listings.c.start_cents, listings.c.bought_out, listings.c.listed_at)
    return (
        select(leads.c.source, leads.c.campaign, sales.c.sector, part, sales.c.ask_cents, *of_listing)
        .add_columns(sales.c.sold_at, sales.c.claim, sales.c.ground)
        .join(listings, listings.c.listing_id == sales.c.listing_id)
        .join(leads, leads.c.lead_id == listings.c.lead_id)
        .where(sales.c.supplier == supplier, sales.c.sold_at >= since)
    )
