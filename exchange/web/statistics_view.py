"""Market statistics in words, and what the page's charts are drawn from."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import url_for

from exchange.instant import HOUR_US, Instant
from exchange.money import Cents
from exchange.reports.trades import month_span
from exchange.reports.trading import Cell, Figures
from exchange.sector import REGIONS
from exchange.web import formats
from exchange.web.arm_view import percent
from exchange.web.statistics_scope import Statistics
from exchange.web.visit import Visit

NONE = "–"
TICKS = 5
FEW_MONTHS = 2
PART = 0.8
"""How much of its day or month a column is wide."""


@dataclass(frozen=True, slots=True)
class Row:
    """A month, or a region in a month; ``note`` says what is not in it, ``href`` leads to the region."""

    name: str
    note: str
    href: str
    shown: bool
    sales: str
    volume: str
    ends: str
    median: str
    wait: str
    wait_span: str
    filed: str
    filed_span: str
    upheld: str


def month_name(seen: Visit, name: str) -> str:
    """``11/2026``."""
    return seen.t("statistics.month_name", month=name[5:], year=name[:4])


def month_rows(seen: Visit, found: Statistics) -> list[Row]:
    """Months that are over, the latest first."""
    told = []
    for month, cell in reversed(found.by_month):
        note = seen.tn("statistics.left_out", month.left_out) if month.left_out else ""
        told.append(_row(seen, month_name(seen, month.name), note, "", cell))
    return told


def region_rows(seen: Visit, found: Statistics) -> list[Row]:
    """The regions of the latest month that has them, those that are shown first."""
    month = found.by_region
    if found.region or month is None:
        return []
    rows = []
    for region, name in REGIONS.items():
        href = url_for("statistics.show", sector=found.sector, region=region)
        rows.append(_row(seen, name, "", href, month.regions[region][0]))
    return [row for row in rows if row.shown]


def _row(seen: Visit, name: str, note: str, href: str, cell: Cell) -> Row:
    told = cell.figures
    if told is None:
        return Row(name, note, href, False, *[NONE] * 9)
    return Row(
        *(name, note, href, True),
        formats.number(told.sales, seen.lang),
        seen.money(told.volume_cents),
        _ends(seen, told),
        _money(seen, told.median_cents),
        *_wait(seen, told),
        *_claims(seen, told),
    )


def _ends(seen: Visit, told: Figures) -> str:
    if told.open_cents is None or told.close_cents is None:
        return NONE
    return f"{seen.money(told.open_cents)} → {seen.money(told.close_cents)}"


def _money(seen: Visit, cents: Cents | None) -> str:
    return NONE if cents is None else seen.money(cents)


def _wait(seen: Visit, told: Figures) -> tuple[str, str]:
    if told.wait is None:
        return NONE, ""
    low, middle, high = (_hours(us) for us in (told.wait.first_us, told.wait.median_us, told.wait.third_us))
    return middle, seen.t("statistics.quartiles", low=low, high=high)


def _hours(span_us: int | None) -> str:
    """``3:24 min`` under an hour, then ``5 h 03``: running time is told in hours, never days."""
    if span_us is None:
        return NONE
    if span_us < HOUR_US:
        return f"{formats.countdown(span_us)}{formats.NBSP}min"
    minutes = span_us // 60_000_000
    return f"{minutes // 60}{formats.NBSP}h{formats.NBSP}{minutes % 60:02d}"


def _claims(seen: Visit, told: Figures) -> tuple[str, str, str]:
    claims = told.claims
    if claims is None:
        return seen.t("statistics.not_yet"), "", NONE
    span = seen.t("statistics.interval", low=percent(seen, claims.low), high=percent(seen, claims.high))
    return percent(seen, claims.filed), span, percent(seen, claims.upheld)


def charts(seen: Visit, found: Statistics) -> dict[str, dict[str, Any]]:
    """Options of the page's charts as `js/chart-page.js` takes them, by name; none where nothing is shown."""
    shown = [cell for cell in found.cells if cell.figures is not None]
    if not shown:
        return {}
    from_at, until_at = month_span(found.months[0].name)[0], found.cells[-1].until_at
    x = {"kind": "time", "as": "day", "from": _ms(from_at), "until": _ms(until_at), "ticks": _ticks(seen, found)}
    drawn = {"volume": _volume(seen, shown, x)}
    priced = [cell for cell in shown if cell.figures and cell.figures.median_cents is not None]
    return drawn | ({"price": _price(seen, found.cells, priced, x)} if priced else {})


def _price(seen: Visit, cells: list[Cell], priced: list[Cell], x: dict[str, Any]) -> dict[str, Any]:
    bodies, dots, rows = [], [], []
    for cell, told in ((cell, cell.figures) for cell in priced):
        if told is None or told.open_cents is None or told.close_cents is None or told.median_cents is None:
            continue
        low, high = sorted((told.open_cents, told.close_cents))
        side = (cell.until_at - cell.from_at) * (1 - PART) / 2
        bodies.append([_ms(cell.from_at + side), _ms(cell.until_at - side), low, high, 0.3])
        dots.append([_middle(cell), told.median_cents])
        ends = (seen.money(told.open_cents), seen.money(told.close_cents), seen.money(told.median_cents))
        rows.append([_span(seen, cell), *ends])
    lines = [{"kind": "line", "points": run, "width": 1.6} for run in _runs(cells) if len(run) > 1]
    least = min(min(body[2] for body in bodies), min(dot[1] for dot in dots))
    marks: list[dict[str, Any]] = [{"kind": "heat", "cells": bodies}, *lines]
    marks.append({"kind": "dots", "points": dots, "radius": 2.2, "name": seen.t("statistics.median")})
    label = seen.t("statistics.price_label", n=len(dots), low=_least(seen, dots), high=_most(seen, dots))
    columns = [seen.t(f"statistics.{name}") for name in ("span", "open", "close", "median")]
    y = {"kind": "number", "as": "cents", "unit": "€", "from": int(0.9 * least)}
    return {"label": label, "height": 260, "x": x, "y": y, "marks": marks, "table": {"columns": columns, "rows": rows}}


def _runs(cells: list[Cell]) -> list[list[list[float]]]:
    """Medians of neighbouring cells: a line crosses no hidden day."""
    medians = [(cell, cell.figures.median_cents if cell.figures else None) for cell in cells]
    grouped = groupby(medians, key=lambda one: one[1] is not None)
    return [[[_middle(cell), cents or 0] for cell, cents in run] for told, run in grouped if told]


def _volume(seen: Visit, shown: list[Cell], x: dict[str, Any]) -> dict[str, Any]:
    points, rows = [], []
    for cell, told in ((cell, cell.figures) for cell in shown):
        if told is not None:
            points.append([_middle(cell), told.volume_cents])
            counted = formats.number(told.sales, seen.lang)
            rows.append([_span(seen, cell), counted, seen.money(told.volume_cents)])
    width = PART * min(cell.until_at - cell.from_at for cell in shown) / 1000
    marks = [{"kind": "bars", "points": points, "width": width, "name": seen.t("statistics.volume")}]
    label = seen.t("statistics.volume_label", n=len(points), low=_least(seen, points), high=_most(seen, points))
    columns = [seen.t(f"statistics.{name}") for name in ("span", "sales", "volume")]
    y = {"kind": "number", "as": "cents", "unit": "€", "from": 0}
    return {"label": label, "height": 180, "x": x, "y": y, "marks": marks, "table": {"columns": columns, "rows": rows}}


def _least(seen: Visit, points: list[list[float]]) -> str:
    return seen.money(int(min(value for _, value in points)))


def _most(seen: Visit, points: list[list[float]]) -> str:
    return seen.money(int(max(value for _, value in points)))


def _middle(cell: Cell) -> float:
    return _ms((cell.from_at + cell.until_at) / 2)


def _ms(at: Instant | float) -> float:
    return at / 1000


def _span(seen: Visit, cell: Cell) -> str:
    first, last = (formats.moment(at, "date", seen.lang) for at in (cell.from_at, cell.until_at - 1))
    return first if first == last else f"{first} – {last}"


def _ticks(seen: Visit, found: Statistics) -> list[tuple[float, str]]:
    """Beginnings of months where there are many, else of days; no more than a phone has room for."""
    starts = [(month.from_at, month_name(seen, month.name)) for month in found.months]
    if len(starts) <= FEW_MONTHS:
        days = [cell.from_at for month in found.months for cell in month.days]
        starts = [(at, formats.moment(at, "day", seen.lang)) for at in days]
    return [(_ms(at), text) for at, text in starts[:: -(-len(starts) // TICKS)]]
