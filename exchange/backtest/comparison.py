"""Two playings of the same leads side by side: what each brought, how far apart they are, which leads it changed."""

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from exchange.backtest.fates import Fates
from exchange.instant import Instant
from exchange.money import Cents
from exchange.reports.resampling import MOST_STRETCHES, Estimate, Ratio, Resampled, Sums, seed_of

OWN, OTHER = 0, 1
FIGURES: dict[str, Ratio] = {
    "revenue": Ratio(4, 0),
    "sold": Ratio(1, 0),
    "seats_sold": Ratio(3, 2),
    "price": Ratio(4, 3),
}
"""By place in the sums: net revenue a lead, share of leads with a sale, share of seats sold, net price of a seat."""
MOST_CHANGED = 200
AGES = 60


@dataclass(frozen=True, slots=True)
class Side:
    """What became of all leads of one playing; amounts net. ``median_us``: half of the sold ones waited no longer."""

    leads: int
    sold: int
    seats: int
    seats_sold: int
    net_cents: Cents
    open: int
    median_us: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure on both sides; ``apart`` has its interval, None where there are too few leads for one."""

    key: str
    own: float | None
    other: float | None
    apart: Estimate | None


@dataclass(frozen=True, slots=True)
class Change:
    """A lead with another fate: seats sold, net revenue and time to the first sale (-1 for none), on both sides."""

    listing_id: str
    listed_at: Instant
    sold: tuple[int, int]
    net_cents: tuple[Cents, Cents]
    first_us: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Changes:
    """How many leads fared otherwise, how many of them brought more and less, and those that differ the most."""

    count: int
    more: int
    less: int
    shown: tuple[Change, ...]


def side_of(fates: Fates) -> Side:
    """The sums of a playing."""
    first = [us for us in fates.first_us if us >= 0]
    return Side(
        leads=len(fates.names),
        sold=len(first),
        seats=sum(fates.seats),
        seats_sold=sum(fates.sold),
        net_cents=sum(fates.net_cents),
        open=len(fates.over) - sum(fates.over),
        median_us=int(median(first)) if first else None,
    )


def differences(own: Fates, other: Fates) -> tuple[list[Difference], str]:
    """Every figure on both sides, and the seed of the intervals, in hex. The leads are the same, in the same order."""
    cut = [{OWN: mine, OTHER: theirs} for mine, theirs in zip(_sums(own), _sums(other), strict=True)]
    seed = seed_of([(one[OWN], one[OTHER]) for one in cut])
    drawn = Resampled(cut, (OWN, OTHER), seed)
    whole = [tuple(map(sum, zip(*(one[side] for one in cut), strict=True))) for side in (OWN, OTHER)]
    found = []
    for key, ratio in FIGURES.items():
        values = [sums[ratio.top] / sums[ratio.bottom] if sums and sums[ratio.bottom] else None for sums in whole]
        found.append(Difference(key, values[OWN], values[OTHER], drawn.difference(OTHER, OWN, ratio)))
    return found, f"{seed:016x}"


def _sums(fates: Fates) -> list[Sums]:
    """Leads, leads sold, seats, seats sold and net revenue of stretches of neighbours."""
    many = min(MOST_STRETCHES, len(fates.names))
    edges = [number * len(fates.names) // many for number in range(many + 1)] if many else []
    return [
        (
            last - first,
            sum(1 for us in fates.first_us[first:last] if us >= 0),
            sum(fates.seats[first:last]),
            sum(fates.sold[first:last]),
            sum(fates.net_cents[first:last]),
        )
        for first, last in pairwise(edges)
    ]


def sold_by_age(sides: Mapping[str, Fates]) -> tuple[list[int], dict[str, list[float]]]:
    """The share of leads with a sale by so much time after their listing, at evenly spaced times (microseconds)."""
    waited = {name: sorted(us for us in fates.first_us if us >= 0) for name, fates in sides.items()}
    longest = max((one[-1] for one in waited.values() if one), default=0)
    ages = [longest * number // AGES for number in range(AGES + 1)] if longest else []
    return ages, {name: [_until(waited[name], age, len(sides[name].names)) for age in ages] for name in sides}


def _until(waited: Sequence[int], age_us: int, leads: int) -> float:
    return round(bisect_right(waited, age_us) / leads, 5)


def changes(own: Fates, other: Fates) -> Changes:
    """The leads whose fate is another one, those first whose revenue differs the most."""
    places = [place for place in range(len(own.names)) if _fate(own, place) != _fate(other, place)]
    apart = array("q", (after - before for before, after in zip(own.net_cents, other.net_cents, strict=True)))
    shown = sorted(places, key=lambda place: (-abs(apart[place]), place))[:MOST_CHANGED]
    more, less = (sum(1 for place in places if sign * apart[place] > 0) for sign in (1, -1))
    return Changes(len(places), more, less, tuple(_change(own, other, place) for place in shown))


def _fate(fates: Fates, place: int) -> tuple[int, int, int]:
    return fates.sold[place], fates.net_cents[place], fates.first_us[place]


def _change(own: Fates, other: Fates, place: int) -> Change:
    both = own, other
    return Change(
        own.names[place],
        own.listed_at[place],
        *((one[0], one[1]) for one in zip(*(_fate(side, place) for side in both), strict=True)),
    )
