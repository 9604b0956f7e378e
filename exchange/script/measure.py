"""How a script writes amounts, rates, shares and durations. Every reader raises Mismatch."""

import re
from decimal import Decimal

from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from exchange.money import BasisPoints, Cents
from exchange.script.mistake import Mismatch

_AMOUNT = re.compile(r"-?\d{1,15}\.\d\d", re.ASCII)
_WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,12})?", re.ASCII)
_PART = re.compile(r"(\d{1,12}(?:\.\d{1,12})?)([dhms])", re.ASCII)

_LONGEST_US = 36_600 * DAY_US

_UNITS_US = {"d": DAY_US, "h": HOUR_US, "m": MINUTE_US, "s": SECOND_US}


def read_amount(word: str, expected: str = "an amount like 48.00") -> Cents:
    """Euros with a point and two decimals; a sign is read too, so that the desk can refuse it."""
    if not _AMOUNT.fullmatch(word):
        raise Mismatch(repr(word), expected)
    return int(word.replace(".", ""))


def read_whole(word: str, expected: str = "a whole number") -> int:
    """A whole number; a sign is read too, so that the desk can refuse it."""
    if not _WHOLE.fullmatch(word):
        raise Mismatch(repr(word), expected)
    return int(word)


def read_number(word: str, expected: str) -> Decimal:
    """A decimal number without a sign, like ``0.77``."""
    if not _NUMBER.fullmatch(word):
        raise Mismatch(repr(word), expected)
    return Decimal(word)


def read_share(word: str, expected: str = "a share like 80%") -> Decimal:
    """``80%`` as 0.8, exact."""
    if not word.endswith("%") or not _NUMBER.fullmatch(word[:-1]):
        raise Mismatch(repr(word), expected)
    return Decimal(word[:-1]).scaleb(-2)


def read_rate(word: str, expected: str = "a rate like 12% or 12.5%") -> BasisPoints:
    """A percentage as whole basis points, at most 100%."""
    rate_bp = read_share(word, expected).scaleb(4)
    if rate_bp != int(rate_bp) or rate_bp > 10_000:
        raise Mismatch(repr(word), expected + " with at most two decimals, not above 100%")
    return int(rate_bp)


def read_factor(word: str, expected: str = "a factor like 250%") -> BasisPoints:
    """A percentage as whole basis points, above 100% too."""
    factor_bp = read_share(word, expected).scaleb(4)
    if factor_bp != int(factor_bp):
        raise Mismatch(repr(word), expected + " with at most two decimals")
    return int(factor_bp)


def read_duration(word: str, expected: str = "a duration like 90s, 10m, 2h, 3d, 1h30m or 2.2d") -> int:
    """Microseconds of a duration: parts from the longer unit to the shorter, only the last with decimals."""
    parts = _PART.findall(word)
    if not parts or "".join(number + unit for number, unit in parts) != word:
        raise Mismatch(repr(word), expected)
    units = [unit for _, unit in parts]
    if units != sorted(set(units), key="dhms".index) or any("." in number for number, _ in parts[:-1]):
        raise Mismatch(repr(word), expected)
    total_us = sum(Decimal(number) * _UNITS_US[unit] for number, unit in parts)
    if total_us != int(total_us) or total_us > _LONGEST_US:
        raise Mismatch(repr(word), "a duration of whole microseconds, at most 36600d")
    return int(total_us)
