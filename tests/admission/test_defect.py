import pytest

from exchange.admission.defect import REASONS, Defect


@pytest.mark.parametrize("code", REASONS)
def test_every_code_speaks_both_languages(code: str) -> None:
    defect = Defect(7, "phone", code, "30")
    german, english = defect.reason("de"), defect.reason("en")
    assert german
    assert english
    assert german != english
    assert "{" not in german + english


def test_fields_have_names_and_answers_keep_their_key() -> None:
    assert Defect(2, "consent_at", "missing").field_name("de") == "Einwilligung Zeitpunkt"
    assert Defect(2, "kwh", "missing").field_name("en") == "kwh"
