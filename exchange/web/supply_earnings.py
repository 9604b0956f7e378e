"""A supplier's earnings as the ledger has them: pending, payable, paid; by day; and what becomes payable when."""

from flask import Response, render_template, request

from exchange.reports.earnings import EarningDay, EarningsBook, earnings_book
from exchange.web import formats
from exchange.web.bars import bars_of
from exchange.web.premises import premises
from exchange.web.sheet_csv import Shape, money_cell, sheet
from exchange.web.supply_leads import csv_answer
from exchange.web.supply_overview import chosen_days, periods
from exchange.web.visit import Visit, visit

COLUMNS = ("day", "sold", "returned", "released", "paid", "due")


def show() -> str:
    """The page."""
    seen, days = visit(), chosen_days()
    found = _book(seen, days)
    names = [formats.moment(day.from_at, "day", seen.lang) for day in found.days]
    released = [day.released_cents for day in found.days]
    return render_template(
        "supply/earnings.html",
        money={
            "pending": seen.money(found.pending_cents),
            "payable": seen.money(found.payable_cents),
            "paid": seen.money(found.paid_cents),
        },
        chart=bars_of(released, names, [seen.money(cents) for cents in released], seen.t("earnings.chart")),
        rows=[_line(seen, day) for day in reversed(found.days) if _moved(day)],
        coming=[
            {
                "day": formats.moment(one.from_at, "date", seen.lang),
                "amount": seen.money(one.amount_cents),
                "seats": seen.tn("supply.sales", one.seats),
                "claimed": seen.tn("earnings.claimed", one.claimed) if one.claimed else "",
            }
            for one in found.coming
        ],
        periods=periods(days),
        days=days,
    )


def export() -> Response:
    """The same by day as a file; days to come say what becomes payable."""
    seen, days = visit(), chosen_days()
    shape: Shape = "excel" if request.args.get("form") == "excel" else "rfc4180"
    found = _book(seen, days)
    rows = [
        [_day(day.from_at, shape), *(money_cell(cents, shape) for cents in _moved_cents(day)), ""] for day in found.days
    ]
    rows += [[_day(one.from_at, shape), "", "", "", "", money_cell(one.amount_cents, shape)] for one in found.coming]
    return csv_answer(sheet(shape, COLUMNS, lambda name: seen.t(f"csv.earnings.{name}"), rows), "erloese")


def _book(seen: Visit, days: int) -> EarningsBook:
    with premises().reading() as connection:
        return earnings_book(connection, seen.user.organisation, formats.midnights(seen.now, days))


def _day(at: int, shape: Shape) -> str:
    return f"{formats.berlin(at):%d.%m.%Y}" if shape == "excel" else f"{formats.berlin(at):%Y-%m-%d}"


def _moved_cents(day: EarningDay) -> tuple[int, int, int, int]:
    return day.sold_cents, day.returned_cents, day.released_cents, day.paid_cents


def _moved(day: EarningDay) -> bool:
    return any(_moved_cents(day))


def _line(seen: Visit, day: EarningDay) -> tuple[str, ...]:
    return (formats.moment(day.from_at, "date", seen.lang), *(seen.money(cents) for cents in _moved_cents(day)))
