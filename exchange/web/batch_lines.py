"""The list of deliveries on a supplier's page."""

from dataclasses import dataclass

from flask import url_for

from exchange.catalogue import SECTORS
from exchange.staging import record, rows
from exchange.web import formats
from exchange.web.premises import premises
from exchange.web.visit import Visit

MOST = 12


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One delivery: ``tone`` colours its state."""

    name: str
    sector: str
    file: str
    at: str
    state: str
    tone: str
    rows: str
    stand: str
    href: str


def delivery_lines(seen: Visit) -> list[DeliveryLine]:
    """The latest deliveries of the visitor's firm."""
    found = []
    with premises().reading() as connection:
        for one in record.deliveries_of(connection, seen.user.organisation, MOST):
            counts = rows.counts(connection, one.delivery_id)
            to_check = counts["error"] + counts["hint"] + counts["duplicate"]
            state, tone = _state(one.state, counts["ready"] + to_check, counts["planned"])
            sector = SECTORS.get(one.sector or "")
            stand = [seen.tn("supply.open_rows", to_check)] if to_check else []
            stand += [seen.tn("supply.listed_rows", counts["listed"])] if counts["listed"] else []
            stand += [seen.tn("supply.planned_rows", counts["planned"])] if counts["planned"] else []
            page = "supply.result" if counts["listed"] and not counts["ready"] + to_check else "supply.check"
            found.append(
                DeliveryLine(
                    one.name,
                    "" if sector is None else sector.name_en if seen.lang == "en" else sector.name_de,
                    one.file_name,
                    formats.lately(one.uploaded_at, seen.now, seen.lang),
                    seen.t(f"supply.delivery.{state}"),
                    tone,
                    formats.number(one.row_count, seen.lang) if one.row_count else "",
                    ", ".join(stand),
                    url_for(page, delivery_id=one.delivery_id),
                )
            )
    return found


def _state(state: str, open_rows: int, planned: int) -> tuple[str, str]:
    """The word for a delivery's state, and its colour."""
    if state != "open":
        return state, {"failed": "bad", "reading": "acc"}.get(state, "warn")
    if planned:
        return "planned", "acc"
    return ("check", "warn") if open_rows else ("done", "ok")
