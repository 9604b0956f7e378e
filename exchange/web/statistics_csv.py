"""Market statistics as CSV: a row a day or month, of the sector and of its regions; hidden figures are empty."""

from collections.abc import Iterator

from exchange.instant import HOUR_US
from exchange.money import Cents
from exchange.reports.trading import Cell, ClaimShare
from exchange.sector import REGIONS
from exchange.web import formats
from exchange.web.sheet_csv import Shape, money_cell, sheet
from exchange.web.statistics_scope import Statistics
from exchange.web.visit import Visit

COLUMNS = (
    *("sector", "region", "span", "from", "until", "sales", "volume", "open", "close", "median"),
    *("wait_first", "wait_median", "wait_third", "filed", "filed_low", "filed_high", "upheld"),
)


def statistics_csv(seen: Visit, found: Statistics, shape: Shape) -> bytes:
    """The file: amounts in euros, times in hours, shares in per cent, days in Berlin."""
    return sheet(shape, COLUMNS, lambda name: seen.t(f"csv.statistics.{name}"), _rows(seen, found, shape))


def _rows(seen: Visit, found: Statistics, shape: Shape) -> Iterator[list[str]]:
    for month in found.months:
        if not found.region:
            yield from (_cells(seen, found.sector, "", "day", cell, shape) for cell in month.days)
            if month.whole is not None:
                yield _cells(seen, found.sector, "", "month", month.whole, shape)
        for region in [found.region] if found.region else REGIONS:
            span = "day" if month.by_day else "month"
            for cell in month.cells(region):
                yield _cells(seen, found.sector, region, span, cell, shape)


def _cells(seen: Visit, sector: str, region: str, span: str, cell: Cell, shape: Shape) -> list[str]:
    days = (f"{formats.berlin(at):%Y-%m-%d}" for at in (cell.from_at, cell.until_at - 1))
    begins = [sector, region, seen.t(f"statistics.span.{span}") if shape == "excel" else span, *days]
    told = cell.figures
    if told is None:
        return begins + [""] * (len(COLUMNS) - len(begins))
    prices = (_money(cents, shape) for cents in (told.open_cents, told.close_cents, told.median_cents))
    waits = [None] * 3 if told.wait is None else [told.wait.first_us, told.wait.median_us, told.wait.third_us]
    hours = ("" if us is None else _decimal(us / HOUR_US, shape) for us in waits)
    return [
        *begins,
        str(told.sales),
        money_cell(told.volume_cents, shape),
        *prices,
        *hours,
        *_shares(told.claims, shape),
    ]


def _money(cents: Cents | None, shape: Shape) -> str:
    return "" if cents is None else money_cell(cents, shape)


def _shares(claims: ClaimShare | None, shape: Shape) -> list[str]:
    if claims is None:
        return [""] * 4
    return [_decimal(100 * share, shape) for share in (claims.filed, claims.low, claims.high, claims.upheld)]


def _decimal(value: float, shape: Shape) -> str:
    text = f"{value:.2f}"
    return text.replace(".", ",") if shape == "excel" else text
