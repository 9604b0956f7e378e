"""Times and numbers as the studio's fields have them, and back: to the microsecond, to the last decimal."""

import re
from decimal import Decimal

from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from exchange.money import Cents
from exchange.web.formats import Lang

_CLOCK = re.compile(r"(\d{1,7}):([0-5]\d)(?:[.,](\d{1,6}))?\Z", re.ASCII)
_PLAIN = re.compile(r"(\d{1,9})(?:[.,](\d{1,9}))?\s*(min|m|h|d|s)?\Z", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,9}(?:[.,]\d{1,12})?\Z", re.ASCII)
_UNITS = {"": MINUTE_US, "min": MINUTE_US, "m": MINUTE_US, "h": HOUR_US, "d": DAY_US, "s": SECOND_US}


def minutes_text(us: int) -> str:
    """``90``; what is no whole minute with its seconds, ``86:24`` or ``0:00.000005``."""
    minutes, rest = divmod(us, MINUTE_US)
    if not rest:
        return str(minutes)
    seconds, fraction = divmod(rest, SECOND_US)
    tail = f".{fraction:06d}".rstrip("0") if fraction else ""
    return f"{minutes}:{seconds:02d}{tail}"


def minutes_of(text: str) -> int | None:
    """Microseconds of ``90``, ``2,5``, ``86:24`` (minutes, seconds), ``3 h``, ``2 d``, ``30 s``; None for others."""
    text = text.strip().lower()
    if found := _CLOCK.match(text):
        minutes, seconds, fraction = found.groups(default="")
        return int(minutes) * MINUTE_US + int(seconds) * SECOND_US + int((fraction + "000000")[:6])
    if found := _PLAIN.match(text):
        whole, fraction, unit = found.groups(default="")
        return int(Decimal(f"{whole}.{fraction or 0}") * _UNITS[unit])
    return None


def money_text(cents: Cents, lang: Lang) -> str:
    """``58,00``: an amount in a field, without its sign and without thousands marks."""
    return f"{cents // 100}{'.' if lang == 'en' else ','}{cents % 100:02d}"


def number_text(number: Decimal, lang: Lang) -> str:
    """``0,77``: every decimal there is."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if lang == "en" else text.replace(".", ",")


def number_of(text: str) -> Decimal | None:
    """A decimal with a comma or a point; None for anything else."""
    text = text.strip()
    return Decimal(text.replace(",", ".")) if _NUMBER.match(text) else None
