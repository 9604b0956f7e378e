"""A month as it is released: days, the whole, regions; what is left out, and what comes later."""

from dataclasses import replace

from exchange.reports.disclosure import Sold
from exchange.reports.survival import Case, quartiles
from exchange.reports.trading import Listed, Month, release
from tests.reports.test_disclosure import DAYS, mixed, sale


def month(sold: list[Sold], *, over: bool = True, by_day: bool = False, listed: tuple[Listed, ...] = ()) -> Month:
    return release("2026-03", DAYS, sold, listed, over=over, by_day=by_day)


def test_a_day_has_first_last_and_median_price() -> None:
    prices = (900, 500, 700, 800, 600)
    sold = [replace(one, ask_cents=cents) for one, cents in zip(mixed(5), prices, strict=True)]
    figures = month([*sold, sale("a", "r", 99_00, buyout=True)], over=False).days[0].figures
    assert figures is None, "the buy-out is more than four fifths of the volume"
    figures = month([*sold, sale("a", "r", 2_000, buyout=True)], over=False).days[0].figures
    assert figures is not None
    assert (figures.sales, figures.volume_cents) == (6, 5_500)
    assert (figures.open_cents, figures.close_cents, figures.median_cents) == (900, 600, 700)
    assert figures.claims is None


def test_a_hidden_day_is_left_out_of_its_month_unless_others_hide_it() -> None:
    alone = month(mixed(9) + mixed(2, at=100))
    assert (alone.left_out, alone.whole and alone.whole.figures and alone.whole.figures.sales) == (2, 9)
    three = mixed(3, at=200)
    two = month(mixed(9) + mixed(3, at=100) + three)
    assert (two.left_out, two.whole and two.whole.figures and two.whole.figures.sales) == (0, 15)


def test_regions_have_months_or_days() -> None:
    sold = mixed(9) + mixed(8, "DE-BE") + mixed(1, "DE-BW", 1) + mixed(4, "DE-HH", 2)
    by_month = month(sold)
    assert [cell.figures and cell.figures.sales for cell in by_month.regions["DE-BE"]] == [8]
    assert by_month.regions["DE-BW"][0].figures is None
    by_day = month(sold, by_day=True, over=False)
    assert [cell.figures and cell.figures.sales for cell in by_day.cells("DE-BE")] == [8, None, None]
    assert month(sold, over=False).regions == {}
    assert month(sold, over=False).whole is None


def test_claims_come_once_they_are_final() -> None:
    sold = [replace(one, filed=n < 2, upheld=n < 1) for n, one in enumerate(mixed(10))]
    claims = month(sold).whole.figures.claims  # type: ignore[union-attr]
    assert claims is not None
    assert (claims.filed, claims.upheld) == (0.2, 0.1)
    assert claims.low < 0.2 < claims.high
    open_still = month([replace(sold[0], final=False), *sold[1:]])
    assert not open_still.final
    assert open_still.whole.figures.claims is None  # type: ignore[union-attr]


def test_time_to_sale_counts_unsold_listings_for_as_long_as_they_were_offered() -> None:
    sold = mixed(8)
    listed = tuple(Listed("DE-BY", 10 * (n + 1), one) for n, one in enumerate(sold))
    wait = month(sold, listed=listed).whole.figures.wait  # type: ignore[union-attr]
    assert (wait.first_us, wait.median_us, wait.third_us) == (20, 40, 60)  # type: ignore[union-attr]
    unsold = tuple(Listed("DE-BY", 45, None) for _ in range(8))
    wait = month(sold, listed=listed + unsold).whole.figures.wait  # type: ignore[union-attr]
    assert (wait.first_us, wait.median_us, wait.third_us) == (40, 60, 70)  # type: ignore[union-attr]


def test_quartiles_nobody_came_to_are_not_known() -> None:
    assert quartiles([Case(5, True), Case(9, False), Case(9, False)]) == (5, None, None)
    assert quartiles([]) == (None, None, None)
