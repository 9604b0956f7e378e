"""What the page of a check says: rows with cells that can be corrected, groups to repair, the offer, the numbers."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from exchange.admission import Defect
from exchange.admission.defect import REASONS
from exchange.catalogue import SECTORS
from exchange.pricing.table import compile_table
from exchange.reports import Connection
from exchange.reports.advice import Kind
from exchange.reports.prospects import curve_in_force, prospect_of
from exchange.sector import Sector
from exchange.staging import Delivery, StagedRow
from exchange.staging.checking import cell_of, is_misspelled, suggestion
from exchange.staging.delivery import EDITABLE, RowState
from exchange.staging.rest import field_name
from exchange.web import formats
from exchange.web.captions import captions
from exchange.web.curve import Line, draw
from exchange.web.supply_advice import advice_view
from exchange.web.visit import Visit

TABS: dict[str, tuple[RowState, ...]] = {
    "alle": ("ready", "error", "hint", "duplicate", "planned", "held", "listed"),
    "bereit": ("ready",),
    "pruefen": ("error", "hint", "duplicate"),
    "fehler": ("error",),
    "hinweise": ("hint",),
    "duplikate": ("duplicate",),
    "verworfen": ("discarded",),
}
"""What the tabs are called in addresses, and which rows they show."""
KEYS = {
    "alle": "all",
    "bereit": "ready",
    "pruefen": "check",
    "fehler": "error",
    "hinweise": "hint",
    "duplikate": "duplicate",
    "verworfen": "discarded",
}
_TONES = {"ready": "ok", "error": "bad", "hint": "warn", "planned": "acc", "held": "warn", "listed": "acc"}
_GROUPS = {"duplicate_in_file": "double", "duplicate_in_stock": "stock", "alike_in_file": "alike_file"}
_GROUPS |= dict.fromkeys(("alike_name", "alike_phone", "alike_email"), "alike")
_PLACES = ("first_name", "last_name", "full_name", "phone", "mobile", "postcode", "city", "consent_at")
_CURVE = (248, 78, 0.0, 248.0, 8.0, 74.0)


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a row: ``said`` is what is wrong with it, ``tone`` how bad that is, ``meant`` what would be right."""

    field: str
    label: str
    text: str
    said: str = ""
    tone: str = ""
    meant: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of the table; ``note`` is what is said of the row as a whole."""

    row: int
    state: str
    state_text: str
    tone: str
    name: list[Cell]
    phone: list[Cell]
    place: list[Cell]
    consent: list[Cell]
    more: list[Cell]
    note: str
    editable: bool
    can_keep: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are repaired alike."""

    kind: str
    state: str
    name: str
    rows: str
    count: int
    href: str
    suggests: bool


def row_view(seen: Visit, delivery: Delivery, row: StagedRow, ahead: str = "") -> RowView:
    """A row in words; ``ahead`` is what would keep it from being listed now."""
    sector = SECTORS[delivery.sector or ""]
    cells = {cell_of(one.field, row.texts): one for one in reversed(row.findings)}
    known = delivery.fields | row.texts.keys()

    def some(*names: str) -> list[Cell]:
        wanted = [name for name in names if name in known or name in cells]
        return [_cell(seen, sector, row, name, cells.get(name)) for name in wanted]

    number = "mobile" if row.texts.get("mobile") and "phone" not in cells else "phone"
    names = ("first_name", "last_name", "full_name") if row.texts.get("full_name") else ("first_name", "last_name")
    shown = {*names, number, "postcode", "city", "consent_at"}
    return RowView(
        row=row.row,
        state=row.state,
        state_text=seen.t(f"check.state.{row.state}"),
        tone=_TONES.get(row.state, ""),
        name=some(*names),
        phone=some(number),
        place=some("postcode", "city"),
        consent=some("consent_at"),
        more=some(*(name for name in dict.fromkeys(cells) if name not in shown and name not in ("row", "person"))),
        note=ahead or " ".join(_sentence(seen, row, one) for one in row.findings if one.field in ("row", "person")),
        editable=row.state in EDITABLE,
        can_keep=row.state == "hint",
    )


def _cell(seen: Visit, sector: Sector, row: StagedRow, name: str, found: Defect | None) -> Cell:
    label, text = field_name(name, sector, seen.lang), row.texts.get(name, "")
    if found is None:
        return Cell(name, label, text)
    meant = (suggestion(row.texts) or "") if found.code == "city_mismatch" else ""
    said = _sentence(seen, row, found)
    if meant and is_misspelled(row.texts, meant):
        said = seen.t("check.meant", place=meant)
    elif found.code == "city_mismatch" and text:
        not_in = seen.t("check.not_in", postcode=found.detail, city=text)
        said = f"{not_in} {seen.t('check.is_in', postcode=found.detail, place=meant)}" if meant else not_in
    return Cell(name, label, text, said, "warn" if row.state == "hint" else "bad", meant)


def _sentence(seen: Visit, row: StagedRow, found: Defect) -> str:
    """What is wrong, and what is expected: ``Enthält Buchstaben. Erwartet: Vorwahl und Ziffern, …``."""
    reason = found.reason(seen.lang)
    said = f"{reason[0].upper()}{reason[1:]}."
    expected = f"check.expect.{found.code}"
    return f"{said} {seen.t(expected)}" if expected in captions(seen.lang) else said


def group_view(seen: Visit, delivery: Delivery, found: tuple[RowState, str, int, int], examples: list[int]) -> Group:
    """A group of rows in words."""
    state, kind, many, _ = found
    field, _, code = kind.partition(":")
    name = field_name(field, SECTORS[delivery.sector or ""], seen.lang)
    reason = REASONS[code][seen.lang == "en"].replace("{detail}", "").replace("  ", " ").strip(" :,()")
    rows = ", ".join(map(str, examples)) + (" …" if many > len(examples) else "")
    return Group(
        kind,
        state,
        seen.t(f"check.group.{_GROUPS[code]}") if code in _GROUPS else f"{name} {reason}",
        seen.tn("check.rows", many, rows=rows),
        many,
        url_for("supply.check", delivery_id=delivery.delivery_id, stand="pruefen", gruppe=kind),
        code == "city_mismatch",
    )  # fmt: skip


def totals(counts: dict[RowState, int]) -> dict[str, int]:
    """The number of each tab."""
    return {KEYS[tab]: sum(counts[state] for state in states) for tab, states in TABS.items()}


@dataclass(frozen=True, slots=True)
class OfferView:
    """The terms with the curve in force and what they may bring."""

    curve: str
    line: Line | None
    start: str
    floor: str
    minutes: int
    range: str
    basis: str
    advice: dict[str, Any]


def offer_view(connection: Connection, seen: Visit, delivery: Delivery, leads: int) -> OfferView:
    """The right panel."""
    offer, sector = delivery.offer, SECTORS[delivery.sector or ""]
    version = curve_in_force(connection, sector.code, seen.now)
    line, minutes = None, 0
    if version is not None:
        table = compile_table(offer.start_cents, offer.floor_cents, sector.tick_cents, version.curve)
        steps = tuple(zip(table.elapsed_us, table.asks_cents, strict=True))
        line = draw(steps, 0, table.duration_us, _CURVE)
        minutes = table.duration_us // 60_000_000
    found = prospect_of(
        connection, sector.code, leads=leads, seats=offer.seats, start_cents=offer.start_cents, now=seen.now
    )
    sold = "" if found is None else f"{found.sold_bp // 100}"
    return OfferView(
        "" if version is None else version.name,
        line,
        seen.money(offer.start_cents),
        seen.money(offer.floor_cents),
        minutes,
        "" if found is None else f"{_euros(seen, found.low_cents)} – {_euros(seen, found.high_cents)}",
        seen.t("check.no_basis")
        if found is None
        else seen.tn("check.basis", leads, cases=formats.number(found.cases, seen.lang), sold=sold),
        advice_view(connection, seen, Kind(sector.code, offer.seats), offer.floor_cents),
    )


def _euros(seen: Visit, cents: int) -> str:
    return formats.short_money((cents + 50) // 100 * 100, seen.lang)
