"""The analyst's page: sectors today, the last days, and how anybody can recompute them."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from exchange.calendars import berlin_day
from exchange.reports.overview import DayRow, days, overview
from exchange.web import backtests, exports, formats
from exchange.web.premises import premises
from exchange.web.sector_table import sector_view
from exchange.web.visit import Visit, visit

analyse = Blueprint("analyse", __name__, url_prefix="/auswertung")

DAYS = 14

for _path, _endpoint, _view_of, _method in (*backtests.RULES, *exports.RULES):
    analyse.add_url_rule(_path, _endpoint, _view_of, methods=[_method])


@dataclass(frozen=True, slots=True)
class DayView:
    """One day in words."""

    day: str
    listed: str
    sold: str
    volume: str
    mean: str


@analyse.get("")
def show() -> str:
    """Figures only; nothing names a person or a firm."""
    seen = visit()
    begins = [*formats.midnights(seen.now, DAYS), berlin_day(seen.now)[1]]
    with premises().reading() as connection:
        sectors = overview(connection, seen.now, formats.midnight(seen.now))
        found = days(connection, begins)
    return render_template(
        "analyse/show.html",
        rows=[sector_view(seen, row) for row in sectors],
        days=[_view(seen, row) for row in reversed(found)],
    )


def _view(seen: Visit, row: DayRow) -> DayView:
    return DayView(
        formats.moment(row.begins_at, "date", seen.lang),
        formats.number(row.listed, seen.lang),
        formats.number(row.sold, seen.lang),
        seen.money(row.sold_cents),
        seen.money(row.sold_cents // row.sold) if row.sold else "–",
    )
