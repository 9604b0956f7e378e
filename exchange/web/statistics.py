"""Market statistics for all members: prices and volume by day, months and regions; the same as a file."""

import re

from flask import Blueprint, Response, make_response, render_template, request

from exchange.errors import Invalid
from exchange.sector import REGIONS
from exchange.web import formats
from exchange.web.premises import premises
from exchange.web.sector_table import sector_name
from exchange.web.sheet_csv import Shape
from exchange.web.statistics_csv import statistics_csv
from exchange.web.statistics_scope import Statistics, statistics_of
from exchange.web.statistics_view import charts, month_name, month_rows, region_rows
from exchange.web.visit import visit

statistics = Blueprint("statistics", __name__, url_prefix="/statistik")
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)


@statistics.get("")
def show() -> str:
    """The page; the address holds what is asked for."""
    seen, sectors = visit(), premises().desk.sectors()
    if not sectors:
        return render_template("statistics/none.html")
    found = _found()
    drawn = charts(seen, found)
    return render_template(
        "statistics/show.html",
        found=found,
        sectors=[(code, sector_name(seen, code)) for code in sectors],
        regions=list(REGIONS.items()),
        months=[(name, month_name(seen, name)) for name in found.known],
        title=f"{sector_name(seen, found.sector)}, {REGIONS.get(found.region) or seen.t('statistics.everywhere')}",
        until=formats.moment(found.until_at - 1, "date", seen.lang),
        charts=drawn,
        hidden=sum(cell.figures is None for cell in found.cells),
        cells=len(found.cells),
        month_rows=month_rows(seen, found),
        region_rows=region_rows(seen, found),
        region_month=month_name(seen, found.by_region.name) if found.by_region else "",
        address={
            "sector": found.sector,
            "region": found.region or None,
            "from": request.args.get("from") or None,
            "until": request.args.get("until") or None,
        },
    )


@statistics.get("/zahlen.csv")
def export() -> Response:
    """The same figures, also those of the regions, as a file."""
    seen, found = visit(), _found()
    shape: Shape = "excel" if request.args.get("form") == "excel" else "rfc4180"
    response = make_response(statistics_csv(seen, found, shape))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="statistik-{found.sector}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _found() -> Statistics:
    for name in ("from", "until"):
        if request.args.get(name) and not _MONTH.fullmatch(request.args[name]):
            raise Invalid(name, "write a month like 2026-11")
    with premises().reading() as connection:
        return statistics_of(connection, request.args, visit().now)
