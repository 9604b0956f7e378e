"""What may be shown: by itself, beside a total, and nothing that adding and subtracting could bring to light."""

from itertools import product
from random import Random

import numpy
from hypothesis import given
from hypothesis import strategies as st

from exchange.reports.disclosure import Sold, may_show, shown_beside_total
from exchange.reports.trading import Month, release

REGIONS = ("DE-BY", "DE-BW", "DE-BE")
DAYS = (0, 100, 200, 300)


def sale(
    buyer: str = "a", supplier: str = "q", cents: int = 1_000, region: str = "DE-BY", at: int = 0, **more: bool
) -> Sold:
    return Sold(at, region, cents, buyer, supplier, **more)


def mixed(many: int, region: str = "DE-BY", at: int = 0) -> list[Sold]:
    """So many sales of three buyers and three suppliers."""
    return [sale("abc"[n % 3], "qrs"[n % 3], region=region, at=at) for n in range(many)]


def test_five_sales_of_three_firms_on_either_side() -> None:
    assert may_show(mixed(5))
    assert not may_show(mixed(4))
    assert not may_show([])
    assert not may_show([sale("ab"[n % 2], "qrs"[n % 3]) for n in range(9)]), "two buyers know each other's"
    assert not may_show([sale("abc"[n % 3], "q") for n in range(9)])


def test_nobody_has_more_than_four_fifths() -> None:
    small = [sale("b", "r", 600), sale("c", "s", 600), sale("b", "s", 600), sale("c", "r", 600)]
    assert may_show([*small, sale("a", "q", 9_600)])
    assert not may_show([*small, sale("a", "q", 9_601)])


def test_a_single_small_part_takes_another_with_it() -> None:
    parts = {"big": mixed(40), "middle": mixed(6), "small": mixed(2), "none": []}
    assert shown_beside_total(parts) == {"big"}
    assert shown_beside_total(parts | {"other": mixed(3)}) == {"big", "middle"}
    assert shown_beside_total({"big": mixed(40), "none": []}) == {"big"}
    assert shown_beside_total({"big": mixed(9), "small": mixed(1)}) == frozenset()


def market(seed: int) -> list[Sold]:
    """Sales around the limits: some days and regions have many, some few, some firms most."""
    rng = Random(seed)
    sold = []
    for day, region in product(range(3), REGIONS):
        for n in range(rng.choice((0, 0, 1, 2, 4, 5, 6, 9))):
            at = DAYS[day] + n
            buyer, supplier = rng.choice("aaabc"), rng.choice("qqqrs")
            sold.append(Sold(at, region, rng.choice((500, 1_000, 9_000)), buyer, supplier))
    return sorted(sold, key=lambda one: one.sold_at)


def told(month: Month) -> list[list[bool]]:
    """The sets whose figures are out, each by the days and regions it holds."""
    places = list(product(range(3), REGIONS))
    shown = [day.figures is not None for day in month.days]
    mine = [shown[day] or not month.left_out for day in range(3)]
    found = [[day == place for place, _ in places] for day in range(3) if shown[day]]
    if month.whole is not None and month.whole.figures is not None:
        found.append([mine[day] for day, _ in places])
    for region, cells in month.regions.items():
        for n, cell in enumerate(cells):
            if cell.figures is not None:
                found.append([here == region and (day == n if month.by_day else mine[day]) for day, here in places])
    return found


@given(st.integers(0, 10**9), st.booleans())
def test_no_set_that_can_be_worked_out_is_one_that_may_not_be_shown(seed: int, by_day: bool) -> None:
    sold = market(seed)
    month = release("2026-03", DAYS, sold, [], over=True, by_day=by_day)
    known = numpy.array(told(month), dtype=float)
    if not len(known):
        return
    every = numpy.array(list(product((0.0, 1.0), repeat=9)))[1:]
    beyond = every - every @ numpy.linalg.pinv(known) @ known
    places = list(product(range(3), REGIONS))
    for within in every[numpy.abs(beyond).max(axis=1) < 1e-9]:
        held = {place for place, taken in zip(places, within, strict=True) if taken}
        worked_out = [one for one in sold if (one.sold_at // 100, one.region) in held]
        assert not worked_out or may_show(worked_out), held
