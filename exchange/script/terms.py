"""Reads what a listing and a standing bid may carry: ranges of names, answers, conditions, caps."""

import re
from typing import get_args

from exchange.money import Cents
from exchange.orderbook.caps import Cap, Period
from exchange.orderbook.filters import Condition, Operator
from exchange.script.measure import read_amount, read_whole
from exchange.script.mistake import Mismatch
from exchange.script.words import Words, one_of, read_name

_RANGE = re.compile(r"([A-Za-z0-9_-]*?)(\d{1,9})\.\.([A-Za-z0-9_-]*?)(\d{1,9})", re.ASCII)
_ANSWER = re.compile(r"([^\s,=!<>|]+)=([^,=!<>|]+)")
_CONDITION = re.compile(r"([^\s,=!<>|]+)(!=|<=|>=|=|<|>)([^,=!<>]+)")
_POSTCODE = re.compile(r"\d{5}", re.ASCII)
_PREFIX = re.compile(r"\d{1,5}", re.ASCII)

PERIODS: tuple[Period, ...] = get_args(Period)
_SETS: tuple[Operator, ...] = ("=", "!=")
_MOST_LEADS = 100_000


def take_listing_names(words: Words) -> tuple[str, ...]:
    """``L1``, or ``L2..L5``: the trailing number counts, the prefix is the same."""
    word = words.take("a name for the listing, or names like L2..L5")
    if ".." not in word:
        return (read_name(word, "a name for the listing"),)
    match = _RANGE.fullmatch(word)
    if not match:
        raise Mismatch(repr(word), "names with a trailing number, like L2..L5")
    prefix, first, last_prefix, last = match.groups()
    if prefix != last_prefix or not 0 <= int(last) - int(first) < _MOST_LEADS:
        raise Mismatch(repr(word), "names of one prefix that count upwards, like L2..L5")
    width = len(first) if first.startswith("0") else 0
    return tuple(f"{prefix}{number:0{width}d}" for number in range(int(first), int(last) + 1))


def take_region(words: Words) -> str:
    """The region as it stands; the desk knows which there are."""
    return words.name("a region like DE-BY")


def take_postcode(words: Words) -> str:
    """A German postcode."""
    word = words.take("a postcode like 86150")
    if not _POSTCODE.fullmatch(word):
        raise Mismatch(repr(word), "a postcode of five digits")
    return word


def read_prefix(word: str) -> str:
    """The beginning of a postcode."""
    if not _PREFIX.fullmatch(word):
        raise Mismatch(repr(word), "beginnings of postcodes like 86,87")
    return word


def take_answers(words: Words) -> tuple[tuple[str, str], ...]:
    """``owner=yes,kwh=4500``, sorted by question as the tape wants it."""
    expected = "answers like owner=yes,kwh=4500"
    answers: dict[str, str] = {}
    for word in words.take(expected).split(","):
        match = _ANSWER.fullmatch(word)
        if not match:
            raise Mismatch(repr(word), expected)
        key, answer = match.groups()
        if key in answers:
            raise Mismatch(f"{key!r} a second time", "each question once")
        answers[key] = answer
    return tuple(sorted(answers.items()))


def take_conditions(words: Words) -> tuple[Condition, ...]:
    """``owner=yes,kwh>=3000,roof=flat|pitched``; all must hold."""
    return tuple(_read_condition(word) for word in words.take(_CONDITIONS).split(","))


_CONDITIONS = "conditions like owner=yes,kwh>=3000,roof=flat|pitched"


def _read_condition(word: str) -> Condition:
    match = _CONDITION.fullmatch(word)
    if not match:
        raise Mismatch(repr(word), _CONDITIONS)
    key, operator, wanted = match.groups()
    values = tuple(wanted.split("|"))
    if not all(values):
        raise Mismatch(repr(word), "an answer on both sides of every |")
    if len(values) > 1 and operator not in _SETS:
        raise Mismatch(repr(word), f"a set only after {one_of(_SETS)}")
    return Condition(key, operator, values)  # type: ignore[arg-type]


def take_cap(words: Words) -> Cap:
    """``3/day`` leads or ``100.00/week`` net."""
    word = words.take("a cap like 3/day or 100.00/week")
    number, _, period = word.partition("/")
    if period not in PERIODS:
        raise Mismatch(repr(word), f"a cap per {one_of(PERIODS)}, like 3/day or 100.00/week")
    if "." in number:
        net_cents: Cents = read_amount(number, "a cap like 100.00/week")
        return Cap(period, net_cents=net_cents)
    return Cap(period, leads=read_whole(number, "a cap like 3/day"))
