"""Reading what people type: numbers, amounts, dates and yes or no, German spelling first. No zone, no library.

Every reader returns None where the text has no single meaning: ``1,800`` may be one or eighteen hundred.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_SCALES = {"tsd": 1_000, "k": 1_000, "mio": 1_000_000, "mill": 1_000_000, "mrd": 1_000_000_000}
_NUMBER = re.compile(
    r"(?:ca\.?|circa|etwa|rund|€|eur)?\s*(?P<digits>[+-]?\d[\d.,' ]*?)(?:,-+|\.-+)?"
    r"\s*(?:(?P<scale>tsd|k|mio|mill|mrd)\b\.?)?\s*(?:[a-zäöüß€%²³/.* ]{0,20}|m2)\Z",
    re.IGNORECASE | re.ASCII,
)
_LONGEST_NUMBER = 40
_POINT_GROUPS = re.compile(r"[1-9]\d{0,2}(\.\d{3})+(,\d+)?\Z", re.ASCII)
_COMMA_GROUPS = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?\Z", re.ASCII)
_BLANK_GROUPS = re.compile(r"[1-9]\d{0,2}([ ']\d{3})+([.,]\d+)?\Z", re.ASCII)
_PLAIN = re.compile(r"\d+([.,]\d+)?\Z", re.ASCII)
_ODD_COMMA = re.compile(r"[1-9]\d{0,2},\d{3}\Z", re.ASCII)

_GERMAN_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?:[ ,T]+(.+))?\Z", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]+(.+))?\Z", re.ASCII)
_CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d*)?)?(?:\s*Uhr)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?\Z", re.ASCII
)
_MONTH = re.compile(r"(\d{1,2})[/.](\d{4})\Z", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\s?\d{2}(?!\d)", re.ASCII)
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}

_YES = {"ja", "j", "yes", "y", "true", "wahr", "1", "x", "vorhanden", "gewünscht"}
_NO = {"nein", "n", "no", "false", "falsch", "0", "-", "kein", "keine", "ohne"}


def clean(text: str) -> str:
    """One spelling of a text: NFC, no invisible characters, blanks collapsed; line breaks become blanks."""
    if text.isprintable() and "  " not in text and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return text.strip()  # nearly all texts: what is printable has no blank but the one, and nothing invisible
    spaced = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    return " ".join("".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE).split())


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """A text for comparing words: cleaned, case folded, without blanks and signs."""
    return "".join(c for c in clean(text).casefold() if c.isalnum())


def decimal_of(text: str) -> Decimal | None:
    """The number a text states, units and ``Mio.`` understood, or None."""
    if text.isdecimal() and text.isascii() and len(text) <= _LONGEST_NUMBER:
        return Decimal(text)
    found = _NUMBER.match(clean(text)) if len(text) <= _LONGEST_NUMBER else None
    if found is None:
        return None
    digits = found["digits"].strip()
    sign, digits = (-1, digits[1:]) if digits[0] == "-" else (1, digits.removeprefix("+"))
    plain = _ungrouped(digits.strip())
    return None if plain is None else sign * Decimal(plain) * _SCALES.get((found["scale"] or "").lower(), 1)


def _ungrouped(digits: str) -> str | None:
    """Digits with a point for the decimals; None where groups and decimals cannot be told apart."""
    if _ODD_COMMA.match(digits):
        return None
    if _POINT_GROUPS.match(digits):
        return digits.replace(".", "").replace(",", ".")
    if _COMMA_GROUPS.match(digits):
        return digits.replace(",", "")
    if _BLANK_GROUPS.match(digits):
        return digits.replace(" ", "").replace("'", "").replace(",", ".")
    return digits.replace(",", ".") if _PLAIN.match(digits) else None


def number_of(text: str) -> int | None:
    """The same as a whole number, half rounded up."""
    found = decimal_of(text)
    return None if found is None else int(found.to_integral_value(ROUND_HALF_UP))


def cents_of(text: str) -> int | None:
    """An amount in euros as cents; None for a negative one or fractions of a cent."""
    found = decimal_of(text)
    if found is None or found < 0 or (found * 100) % 1:
        return None
    return int(found * 100)


def yes_or_no(text: str) -> str | None:
    """``yes`` or ``no``, or None."""
    word = clean(text).casefold()
    if word in _YES:
        return "yes"
    return "no" if word in _NO else None


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, with a time of day where one was given; ``at`` is aware only if the text named a zone."""

    at: datetime
    has_time: bool


def moment_of(text: str) -> Moment | None:
    """``01.03.2026``, ``01.03.2026 14:05``, ISO 8601 with or without zone; None for anything else.

    Dates with slashes are not read: day and month cannot be told apart.
    """
    text = clean(text)
    try:
        if found := _GERMAN_DAY.match(text):
            day, month, year, clock = found.groups()
            return _moment(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day), clock)
        if found := _ISO_DAY.match(text):
            year, month, day, clock = found.groups()
            return _moment(int(year), int(month), int(day), clock)
    except ValueError:
        return None
    return None


def _moment(year: int, month: int, day: int, clock: str | None) -> Moment | None:
    if clock is None:
        return Moment(datetime(year, month, day), has_time=False)  # noqa: DTZ001 - whose zone it is the caller knows
    found = _CLOCK.match(clock.strip())
    if found is None:
        return None
    hour, minute, second, fraction, zone = found.groups()
    microsecond = int(fraction.ljust(6, "0")) if fraction else 0
    moment = datetime(year, month, day, int(hour), int(minute), int(second or 0), microsecond)  # noqa: DTZ001
    if zone in ("Z", "UTC"):
        moment = moment.replace(tzinfo=UTC)
    elif zone:
        moment = datetime.fromisoformat(f"{moment.isoformat()}{zone}")
    return Moment(moment, has_time=True)


def day_of(text: str) -> str | None:
    """A date as ``2027-06-01``; a month alone (``06/2027``) is its first day. Two-digit years are not read."""
    return _short_day(text) if len(text) <= _LONGEST_DAY else _day(text)


def _day(text: str) -> str | None:
    month = _MONTH.match(clean(text))
    moment = moment_of(f"1.{month[1]}.{month[2]}" if month else text)
    short_year = _SHORT_YEAR.match(clean(text))
    return None if moment is None or short_year else moment.at.date().isoformat()


_LONGEST_DAY = 40
_short_day = lru_cache(maxsize=4096)(_day)
"""A birth date is read three times; texts that are no date are not kept."""
