"""Passwords that are guessed first: known ones, repetitions, runs on the keyboard, one's own name or firm.

No rule asks for signs or digits (NIST SP 800-63B §3.1.1.2): length and rarity count. The list of common passwords holds
those of twelve letters and more, the ones shorter are refused by their length.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from unicodedata import normalize

FEWEST_DIFFERENT = 5
FEWEST_OWN = 8
"""So many letters must be left when one's own names and the words of every guesser are taken out."""

_LOOKALIKES = str.maketrans("01345789@$!|", "oieastbgasii")
_RUNS: tuple[str, ...] = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertzuiopü",
    "qwertyuiop",
    "asdfghjklöä",
    "yxcvbnm",
    "zxcvbnm",
)
_RUNS += (
    "1q2w3e4r5t6z7u8i9o0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qay2wsx3edc4rfv5tgb6zhn7ujm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
_WORDS: tuple[str, ...] = (
    "leadboerse",
    "leadbörse",
    "exchange",
    "passwort",
    "password",
    "kennwort",
    "geheim",
    "secret",
    "welcome",
)
_WORDS += ("willkommen", "letmein", "qwertz", "qwerty", "admin", "login", "sommer", "winter", "herbst", "frühling")
_SHORTEST_NAME = 4
_SHORTEST_RUN = 4


def guessable(password: str, names: Iterable[str] = ()) -> str | None:
    """Why a password would be guessed (``common``, ``repeats``, ``run``, ``names``); None where it would not soon.

    ``names`` is what everybody knows of its owner: name, address, firm.
    """
    plain = normalize("NFKC", password).casefold()
    letters = re.sub(r"\s", "", plain)
    if letters in common() or letters.translate(_LOOKALIKES) in common():
        return "common"
    if len(set(letters)) < FEWEST_DIFFERENT or re.fullmatch(r"(.+?)\1+.{0,5}", letters):
        return "repeats"
    rest = _without_runs(letters)
    if len(rest) < FEWEST_OWN // 2:
        return "run"
    if min(len(_without_names(text, names)) for text in (letters, rest, rest.translate(_LOOKALIKES))) < FEWEST_OWN:
        return "names"
    return None


@cache
def common() -> frozenset[str]:
    """Passwords of twelve letters and more that stand at the top of every guesser's list."""
    text = files("exchange.access").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


def _without_runs(letters: str) -> str:
    """What is left without stretches that follow the alphabet, the digits or the keyboard, in either direction."""
    runs = _RUNS + tuple(run[::-1] for run in _RUNS)
    kept, at = "", 0
    while at < len(letters):
        step = max((_run_at(letters, at, run) for run in runs), default=0)
        if step < _SHORTEST_RUN:
            kept += letters[at]
            step = 1
        at += step
    return kept


def _run_at(letters: str, at: int, run: str) -> int:
    """How many letters from here on follow a run."""
    begin = run.find(letters[at])
    if begin < 0:
        return 0
    long = 0
    while begin + long < len(run) and at + long < len(letters) and run[begin + long] == letters[at + long]:
        long += 1
    return long


def _without_names(letters: str, names: Iterable[str]) -> str:
    found = {word for name in names for word in re.findall(r"\w+", normalize("NFKC", name).casefold())}
    words = {word for word in found if len(word) >= _SHORTEST_NAME} | set(_WORDS)
    for text in sorted(words, key=lambda word: (-len(word), word)):
        letters = letters.replace(text, "")
    return letters
