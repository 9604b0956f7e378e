"""A file that cannot be used as a whole: nothing of it is listed, and the supplier is told why."""

from typing import Literal

from exchange.errors import ExchangeError

Lang = Literal["de", "en"]

CAUSES: dict[str, tuple[str, str]] = {
    "empty": ("Die Datei ist leer.", "The file is empty."),
    "no_rows": ("Unter der Kopfzeile steht keine Zeile.", "There is no row below the header."),
    "workbook": (
        "Die Datei ist eine Excel- oder OpenDocument-Mappe: bitte als CSV speichern.",
        "The file is an Excel or OpenDocument workbook: please save it as CSV.",
    ),
    "too_large": ("Die Datei ist größer als {detail}.", "The file is larger than {detail}."),
    "workbook_broken": (
        "Die Datei ist keine lesbare Excel-Mappe (XLSX).",
        "The file is not a readable Excel workbook (XLSX).",
    ),
    "workbook_unpacked": (
        "Die Mappe ist entpackt zu groß oder hat zu viele Teile (höchstens {detail}).",
        "The workbook is too large once unpacked, or has too many parts (at most {detail}).",
    ),
    "workbook_locked": ("Die Mappe ist verschlüsselt.", "The workbook is encrypted."),
    "macro": (
        "Die Mappe enthält Makros: bitte als XLSX ohne Makros oder als CSV speichern.",
        "The workbook holds macros: please save it as XLSX without macros, or as CSV.",
    ),
    "external": (
        "Die Mappe verweist auf andere Dateien oder enthält welche: bitte nur die Werte speichern.",
        "The workbook links to other files or holds some: please save the values only.",
    ),
    "entity": (
        "Die Mappe enthält XML mit eigenen Deklarationen.",
        "The workbook holds XML with declarations of its own.",
    ),
    "archive": ("Die Datei ist ein Archiv: bitte entpacken.", "The file is an archive: please unpack it."),
    "pdf": ("Die Datei ist ein PDF, keine Tabelle.", "The file is a PDF, not a table."),
    "image": ("Die Datei ist ein Bild, keine Tabelle.", "The file is an image, not a table."),
    "markup": ("Die Datei ist HTML oder XML, keine Tabelle.", "The file is HTML or XML, not a table."),
    "json": ("Die Datei ist JSON, keine Tabelle.", "The file is JSON, not a table."),
    "nul": ("Die Datei enthält NUL-Zeichen und ist kein Text.", "The file holds NUL characters and is not text."),
    "encoding": (
        "Die Datei ist weder UTF-8, UTF-16 noch Windows-1252 (Byte {detail}).",
        "The file is neither UTF-8, UTF-16 nor Windows-1252 (byte {detail}).",
    ),
    "delimiter": (
        "Die Kopfzeile ist weder durch Semikolon, Komma, Tabulator noch | geteilt.",
        "The header is not divided by semicolon, comma, tab or |.",
    ),
    "long_line": (
        "Eine Zeile oder Zelle ab Zeile {detail} ist zu lang.",
        "A line or cell from line {detail} on is too long.",
    ),
    "quotes": (
        "Ein Anführungszeichen ab Zeile {detail} wird nicht geschlossen.",
        "A quotation mark from line {detail} on is not closed.",
    ),
    "stray_quote": (
        "Nach einem schließenden Anführungszeichen in Zeile {detail} steht noch Text.",
        "Text follows a closing quotation mark in line {detail}.",
    ),
    "too_many": ("Die Datei hat mehr als {detail} Zeilen.", "The file has more than {detail} rows."),
    "columns_missing": (
        "Diese Spalten fehlen: {detail}. Eigene Spaltennamen nennt --columns.",
        "These columns are missing: {detail}. Name your own columns with --columns.",
    ),
    "column_twice": (
        "Mehrere Spalten bedeuten dasselbe: {detail}.",
        "Several columns mean the same: {detail}.",
    ),
}
"""Cause -> German and English sentence; ``{detail}`` is a line, a number or field names, never a cell."""


class Unusable(ExchangeError):
    """The file as a whole cannot be read; ``cause`` is stable, `sentence` is for people."""

    code = "unusable_file"

    def __init__(self, cause: str, detail: str = "") -> None:
        self.cause = cause
        self.detail = detail
        super().__init__(self.sentence("en"))

    def sentence(self, lang: Lang = "de") -> str:
        """What is wrong and what to do, in one language."""
        return CAUSES[self.cause][lang == "en"].format(detail=self.detail)
