import pytest

from exchange.script.mistake import Mismatch
from exchange.script.words import Words, one_of, split


def test_words_are_separated_by_blanks_up_to_a_comment() -> None:
    assert split("  buy\tanna  L1 # most 60.00") == ["buy", "anna", "L1"]
    assert split("buy anna L1#now") == ["buy", "anna", "L1"]
    assert split("   # nothing") == []


def test_a_comment_sign_in_quotes_is_text() -> None:
    assert split('halt pv "feed # 7" # why') == ["halt", "pv", '"feed # 7"']


@pytest.mark.parametrize("line", ['halt pv "feed', 'halt pv "a"b', 'halt pv"a"'])
def test_quotes_close_and_stand_alone(line: str) -> None:
    with pytest.raises(Mismatch):
        split(line)


def test_options_come_in_any_order() -> None:
    readers = {"a": lambda w: w.take("x"), "b": lambda w: w.take("x")}
    assert Words(["b", "1", "a", "2"]).options(readers) == {"b": "1", "a": "2"}


def test_each_option_once_unless_repeatable() -> None:
    readers = {"a": lambda w: w.take("x")}
    assert Words(["a", "1", "a", "2"]).options(readers, repeatable="a") == {"a": ("1", "2")}
    with pytest.raises(Mismatch, match="'a' a second time"):
        Words(["a", "1", "a", "2"]).options(readers)


def test_an_unknown_option_names_the_known_ones() -> None:
    with pytest.raises(Mismatch, match="found 'c', expected 'a', 'b' or the end of the line"):
        Words(["c"]).options({"a": lambda w: None, "b": lambda w: None})


def test_a_line_that_ends_too_early_says_what_is_missing() -> None:
    with pytest.raises(Mismatch, match="found the end of the line, expected 'limit'"):
        Words([]).keyword("limit")


@pytest.mark.parametrize("word", ["L.1", "ä", "a,b", ""])
def test_names_are_letters_digits_underscore_dash(word: str) -> None:
    with pytest.raises(Mismatch):
        Words([word]).name("a name")


def test_lists_have_commas_and_no_blanks() -> None:
    assert Words(["anna,bert"]).names("names") == ("anna", "bert")
    for word in ("anna,", ",anna", "anna,anna"):
        with pytest.raises(Mismatch):
            Words([word]).names("names")


def test_one_of_reads_like_a_sentence() -> None:
    assert one_of(["a"]) == "'a'"
    assert one_of(["a", "b", "c"]) == "'a', 'b' or 'c'"
