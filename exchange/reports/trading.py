"""A sector's month as all members may see it: day by day, the month, and region by region. Pure.

Released are, of one month, sets that cross in no way but these (`exchange.reports.disclosure` says which may be shown):

- each **day** of the sector that may be shown, the day after;
- once the month is over, the **month**: of all days if the hidden ones together may be shown (who subtracts gets no
  more than those), else of the shown days alone;
- the **regions**, which divide either the month or each shown day, never both: days in a sector that had 5,000 sales in
  the month before, months elsewhere, where a day of a region has next to no sales.

So what can be worked out are unions of shown days with the hidden ones as one more, or of shown regions with the hidden
ones as one more. The time to sale is a median and quartiles of the month's listings, without a count: nothing can be
subtracted from it. What is released of a past month never changes; its claims come once the last window has passed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from exchange.instant import Instant
from exchange.money import Cents
from exchange.reports.disclosure import FEWEST_SALES, Sold, may_show, shown_beside_total
from exchange.reports.shares import wilson
from exchange.reports.survival import Case, quartiles
from exchange.sector import REGIONS

DAILY_REGIONS = 5_000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class ClaimShare:
    """The share of sales that were claimed with its 95 % interval, and the share whose claim was upheld."""

    filed: float
    low: float
    high: float
    upheld: float


@dataclass(frozen=True, slots=True)
class Wait:
    """Running time from listing to the first sale by which a quarter, half, three quarters were sold, unsold listings
    taken as censored; None where that share was not reached."""

    first_us: int | None
    median_us: int | None
    third_us: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Sales, their net volume; first, last and median price of a seat (None below five, buy-outs left out)."""

    sales: int
    volume_cents: Cents
    open_cents: Cents | None
    close_cents: Cents | None
    median_cents: Cents | None
    claims: ClaimShare | None = None
    wait: Wait | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of days; ``figures`` None where they are hidden, or nothing was sold."""

    from_at: Instant
    until_at: Instant
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One listing of a month, as it stood at the month's end: in running time, with its first sale if there was one."""

    region: str
    lasted_us: int
    sold: Sold | None


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a sector. ``whole`` is None until it is over; ``left_out`` days are not in it,
    those without a sale among them: what is hidden and what is not there look the same. ``regions`` has a
    cell a month or, where ``by_day``, a cell a day."""

    name: str
    from_at: Instant
    until_at: Instant
    days: tuple[Cell, ...]
    whole: Cell | None
    left_out: int
    by_day: bool
    regions: Mapping[str, tuple[Cell, ...]]
    final: bool

    def cells(self, region: str) -> tuple[Cell, ...]:
        """The finest there is of a region; of all regions the days."""
        return self.regions.get(region, ()) if region else self.days


def release(
    name: str, midnights: Sequence[Instant], sold: Sequence[Sold], listed: Sequence[Listed], *, over: bool, by_day: bool
) -> Month:
    """What may be shown of a month whose days lie between ``midnights``; ``sold`` in the order of the tape."""
    by_start = _by_day(midnights, sold)
    days = tuple(Cell(a, b, _figures(by_start[a]) if may_show(by_start[a]) else None) for a, b in pairwise(midnights))
    hidden = [one for day in days if day.figures is None for one in by_start[day.from_at]]
    taken_in = not hidden or may_show(hidden)
    mine = sold if taken_in else [one for day in days if day.figures is not None for one in by_start[day.from_at]]
    left_out = 0 if taken_in else sum(day.figures is None for day in days)
    final = over and all(one.final for one in sold)
    whole = Cell(midnights[0], midnights[-1], _of_month(mine, listed, final)) if over else None
    regions: dict[str, tuple[Cell, ...]] = {}
    if by_day:
        regions = _daily_regions(days, by_start)
    elif whole is not None:
        regions = _monthly_regions(whole, mine, listed, final)
    return Month(name, midnights[0], midnights[-1], days, whole, left_out, by_day, regions, final)


def _by_day(midnights: Sequence[Instant], sold: Iterable[Sold]) -> dict[Instant, list[Sold]]:
    found: dict[Instant, list[Sold]] = {at: [] for at in midnights[:-1]}
    starts, place = list(found), 0
    for one in sold:
        while place + 1 < len(starts) and one.sold_at >= starts[place + 1]:
            place += 1
        found[starts[place]].append(one)
    return found


def _by_region(sold: Iterable[Sold]) -> dict[str, list[Sold]]:
    found: dict[str, list[Sold]] = {region: [] for region in REGIONS}
    for one in sold:
        found[one.region].append(one)
    return found


def _daily_regions(days: Sequence[Cell], by_start: Mapping[Instant, Sequence[Sold]]) -> dict[str, tuple[Cell, ...]]:
    cells: dict[str, list[Cell]] = {region: [] for region in REGIONS}
    for day in days:
        parts = _by_region(by_start[day.from_at])
        shown = shown_beside_total(parts) if day.figures is not None else frozenset()
        for region, sold in parts.items():
            cells[region].append(Cell(day.from_at, day.until_at, _figures(sold) if region in shown else None))
    return {region: tuple(found) for region, found in cells.items()}


def _monthly_regions(
    whole: Cell, sold: Sequence[Sold], listed: Sequence[Listed], final: bool
) -> dict[str, tuple[Cell, ...]]:
    parts = _by_region(sold)
    shown = shown_beside_total(parts) if whole.figures is not None else frozenset()
    found: dict[str, tuple[Cell, ...]] = {}
    for region, mine in parts.items():
        here = [one for one in listed if one.region == region]
        figures = _of_month(mine, here, final) if region in shown else None
        found[region] = (Cell(whole.from_at, whole.until_at, figures),)
    return found


def _of_month(sold: Sequence[Sold], listed: Sequence[Listed], final: bool) -> Figures | None:
    if not may_show(sold):
        return None
    return _figures(sold, _claims(sold) if final else None, _wait(listed))


def _figures(sold: Sequence[Sold], claims: ClaimShare | None = None, wait: Wait | None = None) -> Figures:
    prices = [one.ask_cents for one in sold if not one.buyout]
    volume_cents = sum(one.ask_cents for one in sold)
    if len(prices) < FEWEST_SALES:
        return Figures(len(sold), volume_cents, None, None, None, claims, wait)
    return Figures(len(sold), volume_cents, prices[0], prices[-1], median_low(prices), claims, wait)


def _claims(sold: Sequence[Sold]) -> ClaimShare:
    filed = sum(one.filed for one in sold)
    low, high = wilson(filed, len(sold), LEVEL)
    return ClaimShare(filed / len(sold), low, high, sum(one.upheld for one in sold) / len(sold))


def _wait(listed: Sequence[Listed]) -> Wait | None:
    if not may_show([one.sold for one in listed if one.sold is not None]):
        return None
    return Wait(*quartiles(Case(one.lasted_us, one.sold is not None) for one in listed))
