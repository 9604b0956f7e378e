"""At which age a sector's leads were sold or expired lately, and what prices suppliers asked for."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from exchange.instant import DAY_US, MINUTE_US, Instant
from exchange.money import Cents
from exchange.reports.schedules import Rulebook
from exchange.schema import listings, sales

WINDOW_US = 28 * DAY_US
MOST_SALES = 20_000
"""The latest of the window that are read."""
MOST_PAIRS = 12
KEPT_US = MINUTE_US


@dataclass(frozen=True, slots=True)
class Ages:
    """Running time at each sale, and of each listing that expired with seats unsold; sorted microseconds."""

    sold_us: tuple[int, ...]
    expired_us: tuple[int, ...]


def ages_of(connection: Connection, rulebook: Rulebook, sector: str, now: Instant) -> Ages:
    """The last 28 days: closed hours and halts do not count, as in the terms."""
    since = now - WINDOW_US
    sold = (
        select(listings.c.region, listings.c.listed_at, sales.c.sold_at)
        .join_from(sales, listings, listings.c.listing_id == sales.c.listing_id)
        .where(sales.c.sector == sector, sales.c.sold_at > since)
        .order_by(sales.c.sold_at.desc())
        .limit(MOST_SALES)
    )
    stretches: dict[str, list[tuple[Instant, Instant]]] = {}
    for row in connection.execute(sold):
        stretches.setdefault(row.region, []).append((row.listed_at, row.sold_at))
    ages: list[int] = []
    for region, some in stretches.items():
        ages += rulebook.running_us(connection, sector, region, some)
    ended = select(listings.c.duration_us).where(
        listings.c.sector == sector, listings.c.state == "expired", listings.c.closed_at > since
    )
    expired = connection.execute(ended.order_by(listings.c.closed_at.desc()).limit(MOST_SALES)).scalars()
    return Ages(tuple(sorted(ages)), tuple(sorted(expired)))


class Lately:
    """Ages as they were read not long ago, by sector; one per process."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Instant, Ages]] = {}

    def ages(self, connection: Connection, rulebook: Rulebook, sector: str, now: Instant) -> Ages:
        """`ages_of`, read anew after a minute: whoever pulls at a curve asks many times a second."""
        known = self._known.get(sector)
        if known is None or not 0 <= now - known[0] < KEPT_US:
            known = self._known[sector] = (now, ages_of(connection, rulebook, sector, now))
        return known[1]


@dataclass(frozen=True, slots=True)
class Asked:
    """Start price and floor of listings of the last 28 days: the most frequent pairs, and the lowest floor."""

    pairs: tuple[tuple[Cents, Cents], ...]
    lowest_floor_cents: Cents | None


def asked_of(connection: Connection, sector: str, now: Instant) -> Asked:
    """What suppliers wanted lately."""
    known, many = listings.c, func.count()
    lately = (known.sector == sector, known.listed_at > now - WINDOW_US)
    pairs = select(known.start_cents, known.floor_cents).where(*lately).group_by(known.start_cents, known.floor_cents)
    often = pairs.order_by(many.desc(), known.start_cents, known.floor_cents).limit(MOST_PAIRS)
    lowest = connection.execute(select(func.min(known.floor_cents)).where(*lately)).scalar_one()
    return Asked(tuple((row.start_cents, row.floor_cents) for row in connection.execute(often)), lowest)
