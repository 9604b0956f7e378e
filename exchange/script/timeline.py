"""A script's own time: the day in force, the instant of the statement before, and how instants are spelled."""

import re
from datetime import UTC, date, datetime

from exchange.instant import HOUR_US, MINUTE_US, SECOND_US, Instant, from_datetime, to_datetime
from exchange.script.measure import read_duration
from exchange.script.mistake import Mismatch

FIRST_DAY = date(2026, 3, 2)
"""The script's day where it names none."""

INSTANT_WORDS = "an instant like 09:00:02, 09:00:02.5, 2026-03-02T09:00:00Z or +90s"

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,6}))?", re.ASCII)
_DATE = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)

_EARLIEST, _LATEST = (from_datetime(datetime(year, 1, 1, tzinfo=UTC)) for year in (2000, 2100))
"""What calendars are made for and every database can hold."""


def looks_like_instant(word: str) -> bool:
    """Whether a line's first word is meant as an instant: no other statement begins so."""
    return word[:1].isdigit() or word.startswith("+")


class Timeline:
    """Reads instants in the order of the script's lines."""

    def __init__(self) -> None:
        self.day = FIRST_DAY
        self.named_day = False
        self.last_at: Instant | None = None

    def turn_day(self, word: str) -> None:
        """``day 2026-03-03``: the day of every time of day below; later than the one before."""
        day = read_date(word)
        if (self.named_day or self.last_at is not None) and day <= self.day:
            raise Mismatch(f"day {day}", f"a day later than {self.day}")
        self.day = day
        self.named_day = True

    def read(self, word: str) -> Instant:
        """An instant in any of its three forms."""
        at = self._read(word)
        if not _EARLIEST <= at < _LATEST:
            raise Mismatch(repr(word), "an instant of the years 2000 to 2099")
        return at

    def _read(self, word: str) -> Instant:
        if word.startswith("+"):
            if self.last_at is None:
                raise Mismatch(repr(word), "an instant of its own, since no statement stands before")
            return self.last_at + read_duration(word[1:], "a duration after the plus sign, like +90s")
        if "T" in word:
            day, _, rest = word.partition("T")
            if not rest.endswith("Z"):
                raise Mismatch(repr(word), "an instant in UTC that ends in Z, like 2026-03-02T09:00:00Z")
            return _midnight(read_date(day)) + _read_time(rest[:-1], word)
        return _midnight(self.day) + _read_time(word, word)

    def pass_to(self, at: Instant) -> None:
        """The next statement's instant; raises Mismatch where time would go back."""
        if self.last_at is not None and at < self.last_at:
            raise Mismatch(spell(at), f"an instant not before {spell(self.last_at)} of the statement before")
        self.last_at = at


def read_date(word: str) -> date:
    """A calendar date, ``2026-03-02``."""
    try:
        if _DATE.fullmatch(word):
            return date.fromisoformat(word)
    except ValueError:
        pass
    raise Mismatch(repr(word), "a date like 2026-03-02 of the years 2000 to 2099")


def spell(at: Instant, day: date | None = None) -> str:
    """A time of day where the instant lies on ``day``, else the full instant; fractions where there are any."""
    moment = to_datetime(at)
    if moment.date() == day:
        fraction = f"{moment.microsecond:06d}".rstrip("0")
        return f"{moment:%H:%M:%S}" + (f".{fraction}" if fraction else "")
    return f"{moment:%Y-%m-%dT%H:%M:%S}" + (f".{moment.microsecond:06d}Z" if moment.microsecond else "Z")


def day_of(at: Instant) -> date:
    """The UTC date of an instant."""
    return to_datetime(at).date()


def _midnight(day: date) -> Instant:
    return from_datetime(datetime(day.year, day.month, day.day, tzinfo=UTC))


def _read_time(word: str, whole: str) -> int:
    """Microseconds since midnight of ``09:00:02.5``."""
    match = _TIME.fullmatch(word)
    if not match:
        raise Mismatch(repr(whole), INSTANT_WORDS)
    hours, minutes, seconds, fraction = match.groups(default="")
    elapsed_us = int(hours) * HOUR_US + int(minutes) * MINUTE_US + int(seconds) * SECOND_US
    return elapsed_us + int((fraction + "000000")[:6])
