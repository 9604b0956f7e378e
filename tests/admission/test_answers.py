from dataclasses import replace

import pytest

from exchange.admission.answers import read_answers
from exchange.catalogue import SECTORS
from tests.admission.drafts import COMPLETE, RULES

BU = replace(RULES, sector=SECTORS["bu"])
BAUFI = replace(RULES, sector=SECTORS["baufi"])


@pytest.mark.parametrize("typed", ["pitched", "Satteldach", "SATTELDACH", "sattel-dach", "Schrägdach", "Walmdach "])
def test_suppliers_spellings_become_one_word(typed: str) -> None:
    answers, _ = read_answers(replace(COMPLETE, answers={**COMPLETE.answers, "roof": typed}), RULES)
    assert dict(answers)["roof"] == "pitched"


@pytest.mark.parametrize(
    "typed", ["ruf 0171 39200 12 an", "paula@example.de", "siehe https://x.example", "Frau Terhorst", "030-23125042"]
)
def test_contact_data_in_a_free_answer_is_refused(typed: str) -> None:
    given = {"occupation": typed, "pension": "1500", "age": "40"}
    answers, defects = read_answers(replace(COMPLETE, answers=given), BU)
    assert [(d.field, d.code) for d in defects] == [("occupation", "personal")]
    assert "occupation" not in dict(answers)


def test_plain_free_answers_pass() -> None:
    given = {"occupation": "Physiotherapeutin, angestellt", "pension": "1.500 €/Monat", "age": "32"}
    answers, defects = read_answers(replace(COMPLETE, answers=given), BU)
    assert not defects
    assert dict(answers) == {"occupation": "Physiotherapeutin, angestellt", "pension": "1500", "age": "32"}


def test_a_month_is_its_first_day() -> None:
    given = {"purpose": "Anschluss", "loan": "285.000,00 €", "fixed_until": "06/2027"}
    answers, defects = read_answers(replace(COMPLETE, answers=given), BAUFI)
    assert not defects
    assert dict(answers) == {"purpose": "follow_up", "loan": "285000", "fixed_until": "2027-06-01"}


def test_a_wrong_answer_is_told_the_right_ones() -> None:
    _, defects = read_answers(replace(COMPLETE, answers={**COMPLETE.answers, "roof": "Kuppel"}), RULES)
    assert defects[0].reason("de") == "ist keine der Antworten: Satteldach, Pultdach, Flachdach"
