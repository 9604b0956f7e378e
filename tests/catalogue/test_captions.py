import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.catalogue import SECTORS, facts, title
from exchange.lead import Answers


def said(**answers: str) -> Answers:
    return tuple(sorted(answers.items()))


BOARD = [
    (
        "pv",
        said(storage="yes", building="detached", owner="yes", orientation="south", area="48"),
        "Photovoltaik mit Speicher",
        "EFH · Eigentümer · Süddach 48 m²",
    ),
    (
        "bu",
        said(request="new", occupation="Ingenieurin", age="29", pension="1800", smoker="no"),
        "Berufsunfähigkeit, Neuabschluss",
        "Ingenieurin, 29 · 1.800 €/Monat · NR",
    ),
    (
        "pkv",
        said(product="full", insured_now="gkv", status="employee", age="36", income="82000", children="1"),
        "Krankenvoll, Wechsel aus GKV",
        "Angestellt, 36 · 82.000 €/Jahr · 1 Kind",
    ),
    (
        "baufi",
        said(purpose="follow_up", loan="285000", value="491000", fixed_until="2027-06-01"),
        "Anschlussfinanzierung 285.000 €",
        "Zinsbindung bis 06/2027 · 58 % Beleihung",
    ),
    (
        "wp",
        said(built="1987", heating="gas", living_area="142", subsidy="yes"),
        "Wärmepumpe, Altbau 1987",
        "Gas, 142 m² · Förderung gewünscht",
    ),
    (
        "rlv",
        said(sum="250000", years="20", smoker="no", age="34", purpose="property"),
        "Risikoleben 250.000 €, 20 Jahre",
        "NR, 34 · Absicherung Immobilie",
    ),
    (
        "bav",
        said(request="set_up", trade="Handwerk", employees="14"),
        "Betriebsrente, Einrichtung",
        "Handwerk, 14 Beschäftigte",
    ),
    (
        "gewerbe",
        said(product="liability", trade="Elektrobetrieb", turnover="900000"),
        "Betriebshaftpflicht",
        "Elektrobetrieb · 0,9 Mio. € Umsatz",
    ),
]


@pytest.mark.parametrize(("sector", "answers", "first", "second"), BOARD, ids=[row[0] for row in BOARD])
def test_the_rows_of_the_board(sector: str, answers: Answers, first: str, second: str) -> None:
    assert title(sector, answers) == first
    assert facts(sector, answers) == second


@pytest.mark.parametrize(("sector", "answers", "first", "second"), BOARD, ids=[row[0] for row in BOARD])
def test_the_rows_speak_english_too(sector: str, answers: Answers, first: str, second: str) -> None:
    english = title(sector, answers, "en"), facts(sector, answers, "en")
    assert english != (first, second)
    assert all(english)


def test_english_amounts_are_grouped_the_english_way() -> None:
    assert facts("bu", said(pension="1800", smoker="yes"), "en") == "€1,800/month · smoker"
    assert facts("gewerbe", said(turnover="2350000"), "en") == "€2.4m turnover"
    assert facts("gewerbe", said(turnover="80000")) == "80.000 € Umsatz"


@pytest.mark.parametrize("sector", SECTORS)
@given(data=st.data())
def test_any_part_of_the_answers_makes_a_row(sector: str, data: st.DataObject) -> None:
    """Missing answers leave no stray separator, and an answer never shows as its code."""
    given_answers: dict[str, str] = {}
    for question in SECTORS[sector].questions:
        codes = [choice.code for choice in question.choices] or ["yes", "no"]
        spoken = {"number": "7", "date": "2027-06-01", "text": "Wort"}.get(question.key and question.kind)
        if data.draw(st.booleans()):
            given_answers[question.key] = spoken or data.draw(st.sampled_from(codes))
    for lang in ("de", "en"):
        for line in (title(sector, said(**given_answers), lang), facts(sector, said(**given_answers), lang)):
            assert not line.startswith((" ", "·", ","))
            assert not line.endswith((" ", "·", ","))
            assert "_" not in line
    assert title(sector, ())


def test_an_unknown_sector_is_named_by_its_code() -> None:
    assert (title("kfz", ()), facts("kfz", ())) == ("kfz", "")
