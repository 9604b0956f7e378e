"""Numbers and addresses hidden in free answers are found; ordinary answers are not mistaken for them."""

import random

import pytest

from exchange.admission.hidden import hides_contact

WORDS = ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def hidden_number(rng: random.Random) -> str:
    digits = f"0{rng.randrange(10**8, 10**10)}"
    way = rng.randrange(5)
    if way == 0:
        return rng.choice((" ", "-", "")).join(WORDS[int(one)] for one in digits)
    if way == 1:
        return "".join(f"{one}\ufe0f\u20e3" for one in digits)
    if way == 2:
        return digits.translate(WIDE)
    separators = (" ", "/", "-", ".", "*", " - ")
    if way == 3:
        return "".join(one + rng.choice(separators) for one in digits)
    return " ".join(WORDS[int(one)] if rng.random() < 0.5 else one for one in digits)


def hidden_address(rng: random.Random) -> str:
    at = rng.choice(("@", " at ", " (at) ", "[ät]", " (a) ", "＠"))
    dot = rng.choice((".", " punkt ", " (dot) ", " Punkt "))
    return f"paula.terhorst{at}example{dot}de"


def test_nearly_all_that_is_hidden_is_found() -> None:
    rng = random.Random(3)
    texts = [rng.choice(("", "bitte ", "Ruf an: ")) + rng.choice((hidden_number, hidden_address))(rng)
             for _ in range(1_000)]  # fmt: skip
    missed = [text for text in texts if not hides_contact(text)]
    assert len(missed) <= 20, missed[:5]


@pytest.mark.parametrize(
    "text",
    ["Ingenieurin", "Achtung, Hund", "drei bis vier Zimmer", "Baujahr 1987", "zwei Kinder, 3 und 7", "Arbeit at home",
     "Elektrobetrieb, 12 Leute", "Umzug am 1.3.", "ein bis zwei Jahre"],
)  # fmt: skip
def test_ordinary_answers_stay(text: str) -> None:
    assert not hides_contact(text)
