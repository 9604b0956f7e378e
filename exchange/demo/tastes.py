"""What an adviser's firm likes: a sector, an area, a share of the start price, and how it bids."""

from dataclasses import dataclass
from random import Random

from exchange.catalogue import defaults_of
from exchange.instant import HOUR_US
from exchange.orderbook.caps import ActiveHours, Cap
from exchange.orderbook.filters import Filters
from exchange.sector import REGIONS

_NEIGHBOURS: tuple[tuple[str, ...], ...] = (
    ("DE-BY", "DE-BW"),
    ("DE-NW", "DE-RP", "DE-HE"),
    ("DE-BE", "DE-BB", "DE-SN"),
    ("DE-HH", "DE-SH", "DE-NI", "DE-HB"),
    ("DE-TH", "DE-ST", "DE-SN"),
    ("DE-RP", "DE-SL"),
)
_PLACES = (
    ("80", "81", "82", "85"),
    ("70", "71", "73"),
    ("20", "21", "22"),
    ("40", "41", "50"),
    ("10", "12", "13", "14"),
)
_OFFICE = ActiveHours(tuple((day, 8 * 60, 20 * 60) for day in range(5)))


@dataclass(frozen=True, slots=True)
class Taste:
    """One thing a firm wants. ``patience`` is the share of the start price at which it acts."""

    sector: str
    filters: Filters
    patience: float
    quantity: int
    cap: Cap | None
    hours: ActiveHours | None
    budget_leads: int | None

    def limit_cents(self, tick_cents: int) -> int:
        """The limit of its standing bid: on the grid, above the floor of a shared lead."""
        usual = defaults_of(self.sector)
        start = usual.start_cents if self.filters.seats_at_most == 1 else usual.shared_start_cents
        floor = usual.floor_cents if self.filters.seats_at_most == 1 else usual.shared_floor_cents
        wanted = max(round(start * self.patience), floor + tick_cents)
        return round(wanted / tick_cents) * tick_cents


def tastes_of(rng: Random, sectors: tuple[str, ...]) -> tuple[Taste, ...]:
    """One taste per sector, in the character that the seed gives the firm."""
    home = rng.choice(_NEIGHBOURS)
    return tuple(_taste(rng, sector, home) for sector in sectors)


def _taste(rng: Random, sector: str, home: tuple[str, ...]) -> Taste:
    return Taste(
        sector=sector,
        filters=_filters(rng, home),
        patience=rng.uniform(0.42, 0.82),
        quantity=rng.choice((3, 5, 10, 20, 40)),
        cap=rng.choice(
            (None, Cap("day", leads=rng.randint(2, 6)), Cap("week", net_cents=rng.randrange(20, 80) * 1000))
        ),
        hours=_OFFICE if rng.random() < 0.2 else None,
        budget_leads=rng.choice((None, None, 2, 4)),
    )


def _filters(rng: Random, home: tuple[str, ...]) -> Filters:
    seats = rng.choice((None, None, 1))
    fresh = rng.choice((None, None, 6 * HOUR_US))
    kind = rng.random()
    if kind < 0.55:
        return Filters(regions=home, seats_at_most=seats, age_below_us=fresh)
    if kind < 0.75:
        return Filters(postcodes=rng.choice(_PLACES), seats_at_most=seats, age_below_us=fresh)
    if kind < 0.9:
        return Filters(seats_at_most=seats, age_below_us=fresh)
    return Filters(regions=tuple(sorted(rng.sample(tuple(REGIONS), 5))), seats_at_most=seats)
