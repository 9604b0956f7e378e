"""The rows that were not listed, as a file to correct and hand in again: cells as they were, and why."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from exchange.admission import FIELD_NAMES
from exchange.admission.defect import Lang
from exchange.intake.formula import guarded
from exchange.sector import Sector
from exchange.staging.delivery import KEPT, RAW, StagedRow

_HEADS = {"de": ("Lieferzeile", "Prüfergebnis", "Grund der Rückgabe", "Zeile wie geliefert"),
          "en": ("Delivery row", "Check result", "Reason for return", "Row as delivered")}  # fmt: skip
_STATES = {
    "error": ("Fehler", "error"),
    "hint": ("Hinweis", "hint"),
    "duplicate": ("Duplikat", "duplicate"),
    "discarded": ("verworfen", "discarded"),
}


def rest_csv(rows: Iterable[StagedRow], fields: Iterable[str], sector: Sector, lang: Lang = "de") -> Iterator[str]:
    """The file line by line: semicolons and a byte order mark; no cell is a formula to a spreadsheet.

    Its columns are named so that the same file, corrected, is understood when it is handed in again.
    """
    names = in_order(fields, sector)
    yield "\ufeff" + _line((*(field_name(name, sector, "de") for name in names), *_HEADS[lang]))
    for row in rows:
        cells = [row.texts.get(name, "") for name in names]
        spoken = _STATES[row.state][lang == "en"]
        yield _line((*cells, str(row.row), spoken, reasons(row, sector, lang), row.texts.get(RAW, "")))


def in_order(fields: Iterable[str], sector: Sector) -> list[str]:
    """Fields as a form has them: who asked, what they answered, what they agreed to."""
    order = [*FIELD_NAMES, *(question.key for question in sector.questions)]
    known = {name: place for place, name in enumerate(order)}
    return sorted({*fields} - {RAW, KEPT}, key=lambda name: (known.get(name, len(order)), name))


def field_name(name: str, sector: Sector, lang: Lang) -> str:
    """A field or question as a supplier calls it; the German one is also a column's name (`intake.vocabulary`)."""
    question = sector.question(name)
    if question is not None:
        return question.label_en if lang == "en" else question.label_de
    own = _OWN_NAMES.get(name) or FIELD_NAMES.get(name) or (name, name)
    return own[lang == "en"]


_OWN_NAMES = {
    "full_name": ("Name", "Name"),
    "mobile": ("Mobil", "Mobile"),
    "house_number": ("Hausnummer", "House number"),
    "asked_at": ("Anfragezeitpunkt", "Time of enquiry"),
    "confirmed_at": ("Bestätigt am", "Confirmed at"),
    "consent_text": ("Einwilligungstext", "Consent wording"),
    "consent_url": ("Einwilligung URL", "Consent source"),
    "seats": ("Plätze", "Seats"),
}
"""Names by which `intake.columns` knows a column that admission calls otherwise, or not at all."""


def reasons(row: StagedRow, sector: Sector, lang: Lang) -> str:
    """All that was found in a row, in one sentence each."""
    return "; ".join(f"{field_name(one.field, sector, lang)} {one.reason(lang)}" for one in row.findings)


def _line(cells: Iterable[str]) -> str:
    out = StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow([guarded(cell) for cell in cells])
    return out.getvalue()
