import csv
import io

import pytest

from exchange.admission import Defect
from exchange.intake.report import DefectFile


def written(lang: str, defects: list[Defect], notices: list[Defect]) -> list[list[str]]:
    """The cells of a report as a spreadsheet would read them."""
    out = io.StringIO()
    DefectFile(out, "de" if lang == "de" else "en").add(defects, notices)
    assert out.getvalue().startswith("\ufeff")
    return list(csv.reader(io.StringIO(out.getvalue().removeprefix("\ufeff")), delimiter=";"))


def test_the_report_names_row_field_and_reason_in_order_of_rows() -> None:
    defects = [Defect(14, "phone", "phone_letters"), Defect(16, "kwh", "range", "300–500")]
    assert written("de", defects, [Defect(15, "city", "city_mismatch", "24103")]) == [
        ["Zeile", "Art", "Feld", "Kennung", "Grund"],
        ["14", "Fehler", "Telefon", "phone_letters", "enthält Buchstaben"],
        ["15", "Hinweis", "Ort", "city_mismatch", "passt nicht zur Postleitzahl 24103"],
        ["16", "Fehler", "kwh", "range", "liegt nicht im Bereich 300–500"],
    ]


@pytest.mark.parametrize("payload", ["=1+1", "+49", "-2", "@SUM(A1)", "\t=1", "＝1"])
def test_a_formula_in_a_cell_is_not_run(payload: str) -> None:
    assert written("en", [Defect(2, payload, "missing")], [])[1][2].startswith("'")
