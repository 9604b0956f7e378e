"""Market statistics over JSON, for all members."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from exchange.errors import Invalid
from exchange.reports.trading import Cell, Month
from exchange.sector import REGIONS
from exchange.web.door.doorway import Call, Reply
from exchange.web.premises import premises
from exchange.web.statistics_scope import Statistics, statistics_of

_NAMES = {"from": "from_month", "until": "until_month"}


def market_statistics(call: Call) -> Reply:
    """A sector's days, months and regions as far as they may be shown; raises Unknown, Invalid."""
    asked = call.query | {"from": call.query.get("from_month"), "until": call.query.get("until_month")}
    with premises().reading() as connection, _in_our_names():
        found = statistics_of(connection, asked, call.seen.now)
    told = {"sector": found.sector, "region": found.region or None, "until_at": found.until_at}
    return Reply(told | {"months": [_month(month, found) for month in found.months]})


@contextmanager
def _in_our_names() -> Iterator[None]:
    """The page's ``from`` is this door's ``from_month``."""
    try:
        yield
    except Invalid as error:
        raise Invalid(_NAMES.get(error.field, error.field), error.reason) from None


def _month(month: Month, found: Statistics) -> dict[str, Any]:
    regions = [found.region] if found.region else list(REGIONS)
    return {
        "month": month.name,
        "days": [] if found.region else [_cell(cell) for cell in month.days],
        "total": _cell(month.whole) if month.whole is not None and not found.region else None,
        "days_left_out": month.left_out,
        "regions": [_cell(cell) | {"region": region} for region in regions for cell in month.cells(region)],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    told, begins = cell.figures, {"from_at": cell.from_at, "until_at": cell.until_at}
    if told is None:
        return begins | {"figures": None}
    figures: dict[str, Any] = {"sales": told.sales, "volume_cents": told.volume_cents}
    figures |= {"open_cents": told.open_cents, "close_cents": told.close_cents, "median_cents": told.median_cents}
    figures |= {"claims": None, "time_to_sale": None}
    if told.claims is not None:
        shares = {name: getattr(told.claims, name) for name in ("filed", "low", "high", "upheld")}
        figures["claims"] = {f"{name}_bp": round(10_000 * share) for name, share in shares.items()}
    if told.wait is not None:
        wait = told.wait
        figures["time_to_sale"] = {"first_us": wait.first_us, "median_us": wait.median_us, "third_us": wait.third_us}
    return begins | {"figures": figures}
