"""The report of a delivery: its defects as CSV that a spreadsheet opens without running anything in it."""

import csv
from collections.abc import Iterable
from typing import TextIO

from exchange.admission import Defect
from exchange.admission.defect import Lang
from exchange.intake.formula import guarded

_HEADS = {
    "de": ("Zeile", "Art", "Feld", "Kennung", "Grund"),
    "en": ("Row", "Kind", "Field", "Code", "Reason"),
}
_KINDS = {"defect": ("Fehler", "defect"), "notice": ("Hinweis", "notice")}


class DefectFile:
    """Writes defects as they come: semicolons and a byte order mark, as German spreadsheets like it."""

    def __init__(self, file: TextIO, lang: Lang = "de") -> None:
        self._lang = lang
        self._writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        file.write("\ufeff")
        self._write(_HEADS[lang])

    def add(self, defects: Iterable[Defect], notices: Iterable[Defect] = ()) -> None:
        """One line a finding: row, defect or notice, field, code, reason in words; in order of rows."""
        found = [("defect", defect) for defect in defects] + [("notice", notice) for notice in notices]
        for kind, one in sorted(found, key=lambda pair: pair[1].row):
            spoken = _KINDS[kind][self._lang == "en"]
            self._write((str(one.row), spoken, one.field_name(self._lang), one.code, one.reason(self._lang)))

    def _write(self, cells: Iterable[str]) -> None:
        self._writer.writerow([guarded(cell) for cell in cells])
