"""The catalogue as a whole: every sector complete, on its grid, without two meanings for one word."""

import re
from collections import Counter

import pytest

from exchange.admission.reading import folded
from exchange.catalogue import RANGES, SECTORS, defaults_of, sector_of
from exchange.intake.columns import ColumnMap, match
from exchange.intake.vocabulary import COLUMN_NAMES
from exchange.pricing.table import compile_table
from exchange.sector import Question, Sector

ALL = list(SECTORS.values())
QUESTIONS = [(sector, question) for sector in ALL for question in sector.questions]


def test_the_eight_sectors_of_the_board() -> None:
    assert list(SECTORS) == ["pkv", "bu", "pv", "wp", "baufi", "bav", "rlv", "gewerbe"]
    assert sector_of("kfz") is None


@pytest.mark.parametrize("sector", ALL, ids=list(SECTORS))
def test_a_sector_asks_something_required_in_both_languages(sector: Sector) -> None:
    assert any(question.required for question in sector.questions)
    assert all(question.label_de and question.label_en for question in sector.questions)
    keys = [question.key for question in sector.questions]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z_]+", key) for key in keys)


@pytest.mark.parametrize(("sector", "question"), QUESTIONS, ids=[f"{s.code}.{q.key}" for s, q in QUESTIONS])
def test_a_question_is_unambiguous(sector: Sector, question: Question) -> None:
    assert bool(question.choices) == (question.kind == "choice")
    spelled = Counter(
        word
        for choice in question.choices
        for word in {folded(w) for w in (choice.code, choice.label_de, choice.label_en, *choice.synonyms)}
    )
    assert [word for word, count in spelled.items() if count > 1] == []
    assert all(re.fullmatch(r"[a-z0-9_]+", choice.code) for choice in question.choices)
    assert question.kind != "number" or question.key in RANGES


@pytest.mark.parametrize("sector", ALL, ids=list(SECTORS))
def test_no_column_name_of_a_sector_means_two_things(sector: Sector) -> None:
    names = Counter(
        name
        for question in sector.questions
        for name in {folded(n) for n in (question.key, question.label_de, question.label_en, *question.columns)}
    )
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("sector", ALL, ids=list(SECTORS))
def test_a_file_with_our_own_column_names_is_understood(sector: Sector) -> None:
    fields = [name for name in COLUMN_NAMES if name not in ("mobile", "full_name")]
    header = (*fields, *(question.key for question in sector.questions))
    columns = match(header, sector, ColumnMap())
    assert columns.ignored == 0
    assert [meaning for _, meaning in columns.positions] == list(header)


@pytest.mark.parametrize("sector", ALL, ids=list(SECTORS))
@pytest.mark.parametrize("seats", [1, 3])
def test_default_prices_fall_in_about_a_dozen_steps(sector: Sector, seats: int) -> None:
    defaults = defaults_of(sector.code)
    start, floor = defaults.prices(seats)
    table = compile_table(start, floor, sector.tick_cents, defaults.curve)
    assert table.asks_cents[0] == start
    assert table.asks_cents[-1] == floor
    assert 9 <= len(table.asks_cents) <= 13


def test_no_default_for_another_sector() -> None:
    with pytest.raises(KeyError):
        defaults_of("kfz")
