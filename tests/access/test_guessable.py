"""Which passwords are refused, and that a row of random words is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.access.guessable import common, guessable

NAMES = ("Sabine Brandt", "s.brandt@brandt-vogel.example", "Brandt & Vogel")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("password12345", "common"),
        ("P@ssw0rd12345", "names"),
        ("Pass word 1234", "common"),
        ("aaaaaaaaaaaaaa", "repeats"),
        ("abcabcabcabcab", "repeats"),
        ("hunter2hunter2", "repeats"),
        ("0987654321098", "run"),
        ("asdfghjklqwertz", "run"),
        ("abcdefghijkl42", "run"),
        ("SabineBrandt42", "names"),
        ("brandt-vogel-1", "names"),
        ("Leadboerse2026", "names"),
        ("Passwort-Sommer", "names"),
    ],
)
def test_what_is_tried_first_is_refused(password: str, why: str) -> None:
    assert guessable(password, NAMES) == why


@pytest.mark.parametrize(
    "password",
    ["falling prices 42", "correct teapot marmalade", "Grüße an den Wal", "xK9#mQ2$vL7!pR4", "läuft über den Deich"],
)
def test_what_nobody_tries_soon_is_taken(password: str) -> None:
    assert guessable(password, NAMES) is None


def test_the_list_holds_only_what_the_length_lets_through() -> None:
    assert len(common()) > 250
    assert min(map(len, common())) >= 12
    assert all(word == word.casefold() for word in common())


@given(
    st.lists(
        st.sampled_from(["otter", "lamp", "river", "stone", "cloud", "mango", "tulip", "chess", "north", "violet"]),
        min_size=4,
        max_size=6,
        unique=True,
    )
)
def test_four_different_words_are_taken(words: list[str]) -> None:
    assert guessable(" ".join(words), NAMES) is None


@given(st.text(max_size=300))
def test_any_text_has_an_answer(password: str) -> None:
    assert guessable(password, NAMES) in {None, "common", "repeats", "run", "names"}
