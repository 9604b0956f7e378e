"""How a script writes weekly hours: ``Mo-Fr 08:00-20:00,Sa 09:00-14:00``, in Berlin time."""

import re

from exchange.script.mistake import Mismatch
from exchange.script.words import Words

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

Window = tuple[int, int, int]
"""Weekday (0 = Monday), first minute, end minute (excluded)."""

_TIMES = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24):([0-5]\d)", re.ASCII)


def take_windows(words: Words) -> tuple[Window, ...]:
    """Days and times, several windows with commas."""
    windows: list[Window] = []
    days = words.take("days like Mo-Fr")
    while True:
        times, comma, following = words.take("times like 08:00-20:00").partition(",")
        windows += [(day, *_read_times(times)) for day in _read_days(days)]
        if not comma:
            break
        days = following or words.take("days like Sa after the comma")
    return tuple(sorted(windows))


def _read_days(word: str) -> list[int]:
    first, dash, last = word.partition("-")
    if first not in DAYS or (dash and last not in DAYS):
        raise Mismatch(repr(word), "days like Mo-Fr or Sa (Mo Tu We Th Fr Sa Su)")
    start = DAYS.index(first)
    end = DAYS.index(last) if dash else start
    if end < start:
        raise Mismatch(repr(word), "days in the order of the week, Monday first")
    return list(range(start, end + 1))


def _read_times(word: str) -> tuple[int, int]:
    match = _TIMES.fullmatch(word)
    if not match:
        raise Mismatch(repr(word), "times like 08:00-20:00")
    first_hour, first_minute, end_hour, end_minute = (int(part) for part in match.groups())
    first, end = first_hour * 60 + first_minute, end_hour * 60 + end_minute
    if not first < end <= 24 * 60:
        raise Mismatch(repr(word), "times whose end comes after their beginning, at most 24:00")
    return first, end
