"""A supplier's own page: what is in the market, and what it has earned."""

import re
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for

from exchange.catalogue import SECTORS
from exchange.postcodes import place_of
from exchange.reports.supplies import STATES, SupplyRow, earnings_of, supplies_of, supply_counts
from exchange.web import batch_listing, checking, formats, supply_claims, uploading
from exchange.web.batch_lines import delivery_lines
from exchange.web.filters import after_text
from exchange.web.premises import premises
from exchange.web.rows import short_code
from exchange.web.visit import Visit, visit

supply = Blueprint("supply", __name__, url_prefix="/lieferungen")
supply.add_url_rule("/reklamationen", view_func=supply_claims.show, endpoint="claims")
supply.add_url_rule("/reklamationen/<sale_id>", view_func=supply_claims.reply, endpoint="reply", methods=["POST"])
supply.url_value_preprocessor(uploading.make_room)
_ONE = "/<delivery_id>"
_ROW = f"{_ONE}/zeilen/<row>"
for _rule, _page, _method in (
    ("/neu", uploading.new, "GET"),
    ("/neu", uploading.receive, "POST"),
    (f"{_ONE}/spalten", uploading.columns, "GET"),
    (f"{_ONE}/spalten", uploading.tell_columns, "POST"),
    (f"{_ONE}/stand", uploading.progress, "GET"),
    (f"{_ONE}/pruefen", checking.check, "GET"),
    (_ROW, checking.row, "POST"),
    (f"{_ROW}/zelle", checking.cell, "POST"),
    (f"{_ONE}/alle", checking.accept_all, "POST"),
    (f"{_ONE}/verwerfen", checking.throw_away, "POST"),
    (f"{_ONE}/einstellen", batch_listing.commit, "POST"),
    (f"{_ONE}/ergebnis", batch_listing.result, "GET"),
    (f"{_ONE}/rest.csv", batch_listing.rest, "GET"),
):
    supply.add_url_rule(_rule, view_func=_page, endpoint=_page.__name__, methods=[_method])

_AFTER = re.compile(r"(\d{1,19})~([A-Za-z0-9_.-]{1,100})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class SupplyView:
    """One listing in words."""

    id: str
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


@supply.get("")
def show() -> str:
    """Listings with state and price, earnings by the ledger."""
    seen, firm = visit(), visit().user.organisation
    state = request.args.get("stand", "") if request.args.get("stand", "") in STATES else ""
    found = _AFTER.match(request.args.get("after", ""))
    with premises().reading() as connection:
        rows, after = supplies_of(connection, firm, state, (int(found[1]), found[2]) if found else None)
        counts = supply_counts(connection, firm)
        held = earnings_of(connection, firm, formats.midnight(seen.now))
    return render_template(
        "supply/show.html",
        deliveries=delivery_lines(seen),
        rows=[_view(seen, row) for row in rows],
        tabs_of_state=[("", sum(counts.values())), *counts.items()],
        state=state,
        next_href="" if after is None else url_for("supply.show", stand=state or None, after=after_text(after)),
        earnings={
            "pending": seen.money(held.pending_cents),
            "payable": seen.money(held.payable_cents),
            "today": seen.money(held.today_cents),
            "sales": seen.tn("supply.sales", held.today_sales),
        },
    )


def _view(seen: Visit, row: SupplyRow) -> SupplyView:
    sector = SECTORS.get(row.sector)
    name = "" if sector is None else sector.name_en if seen.lang == "en" else sector.name_de
    until = formats.lately(row.expires_at, seen.now, seen.lang) if row.expires_at and row.state == "open" else ""
    return SupplyView(
        id=row.listing_id,
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
    )
