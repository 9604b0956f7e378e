"""A supplier's listings as a list: by state, source, campaign and batch, page by page, and as a file."""

import re
from dataclasses import asdict, dataclass

from flask import Response, make_response, render_template, request, url_for

from exchange.catalogue import SECTORS
from exchange.postcodes import place_of
from exchange.reports.supplies import STATES, Place, Sift, SupplyRow, supplies_of, supply_choices, supply_counts
from exchange.web import formats
from exchange.web.filters import after_text
from exchange.web.premises import premises
from exchange.web.rows import short_code
from exchange.web.sheet_csv import Shape, instant_cell, money_cell, sheet
from exchange.web.visit import Visit, visit

MOST_ROWS = 10_000
COLUMNS = ("lead", "sector", "postcode", "state", "seats", "sold", "listed", "start", "floor", "ask", "earned",
           "source", "campaign", "batch")  # fmt: skip
_AFTER = re.compile(r"(\d{1,19})~([A-Za-z0-9_.~-]{1,100})\Z", re.ASCII)
_WORDS = {"state": "stand", "source": "quelle", "campaign": "kampagne", "batch": "lieferung"}
"""What the filters are called in addresses."""


@dataclass(frozen=True, slots=True)
class SupplyView:
    """One listing in words."""

    id: str
    href: str
    code: str
    sector: str
    place: str
    state: str
    state_text: str
    seats: str
    start: str
    ask: str
    earned: str
    listed: str
    until: str
    source: str


def place_of_page(text: str) -> Place | None:
    """Where the page before ended, from an address."""
    found = _AFTER.match(text)
    return (int(found[1]), found[2]) if found else None


def index() -> str:
    """The list with its filters."""
    seen, firm, sift = visit(), visit().user.organisation, _sift()
    with premises().reading() as connection:
        rows, after = supplies_of(connection, firm, sift, place_of_page(request.args.get("after", "")))
        counts = supply_counts(connection, firm, sift)
        choices = supply_choices(connection, firm)
    asked = {_WORDS[name]: value for name, value in asdict(sift).items() if value}
    others = {name: value for name, value in asked.items() if name != "stand"}
    tabs = [("", sum(counts.values())), *counts.items()]
    return render_template(
        "supply/leads.html",
        rows=[_view(seen, row) for row in rows],
        tabs_of_state=[(key, many, url_for("supply.leads", stand=key or None, **others)) for key, many in tabs],
        sift=sift,
        asked=asked,
        choices=choices,
        next_href="" if after is None else url_for("supply.leads", after=after_text(after), **asked),
    )


def export() -> Response:
    """The listings that were asked for, the latest first."""
    seen = visit()
    shape: Shape = "excel" if request.args.get("form") == "excel" else "rfc4180"
    with premises().reading() as connection:
        rows, _ = supplies_of(connection, seen.user.organisation, _sift(), most=MOST_ROWS)
    table = sheet(shape, COLUMNS, lambda name: seen.t(f"csv.supply.{name}"), (_cells(seen, row, shape) for row in rows))
    return csv_answer(table, "leads")


def csv_answer(table: bytes, name: str) -> Response:
    """A file to keep."""
    response = make_response(table)
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _sift() -> Sift:
    asked = {name: request.args.get(word, "").strip()[:120] for name, word in _WORDS.items()}
    return Sift(**asked | {"state": asked["state"] if asked["state"] in STATES else ""})


def _cells(seen: Visit, row: SupplyRow, shape: Shape) -> list[str]:
    return [
        row.listing_id,
        row.sector,
        row.postcode,
        seen.t(f"supply.state.{row.state}") if shape == "excel" else row.state,
        str(row.seats),
        str(row.sold),
        instant_cell(row.listed_at, shape),
        *(money_cell(cents, shape) for cents in (row.start_cents, row.floor_cents, row.ask_cents, row.earned_cents)),
        row.source,
        row.campaign,
        row.batch,
    ]


def _view(seen: Visit, row: SupplyRow) -> SupplyView:
    sector = SECTORS.get(row.sector)
    name = "" if sector is None else sector.name_en if seen.lang == "en" else sector.name_de
    until = formats.lately(row.expires_at, seen.now, seen.lang) if row.expires_at and row.state == "open" else ""
    return SupplyView(
        id=row.listing_id,
        href=url_for("supply.lead", listing_id=row.listing_id),
        code=short_code(row.sector),
        sector=name,
        place=f"{row.postcode} {place_of(row.postcode)}",
        state=row.state,
        state_text=seen.t(f"supply.state.{row.state}"),
        seats=seen.t("supply.seats", sold=row.sold, seats=row.seats),
        start=seen.money(row.start_cents),
        ask=seen.money(row.ask_cents) if row.state == "open" else "",
        earned=seen.money(row.earned_cents) if row.sold else "",
        listed=formats.lately(row.listed_at, seen.now, seen.lang),
        until=until,
        source=", ".join(word for word in (row.source, row.campaign) if word),
    )
