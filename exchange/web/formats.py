"""How pages write money, instants and spans: German or English, always Berlin time.

Money is formatted here from integers, because a board page writes hundreds of amounts; dates go through Babel.
The browser's `format.js` writes the same texts; `tests/web/test_formats.py` holds both to one list.
"""

from datetime import datetime
from typing import Literal, get_args

from flask_babel import format_datetime

from exchange.calendars import BERLIN, berlin_day
from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Instant, to_datetime
from exchange.money import BasisPoints, Cents

Lang = Literal["de", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)

Style = Literal["date", "day", "minute", "full", "second"]

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"

_DATES = {
    "de": {
        "date": "dd.MM.yyyy",
        "day": "dd.MM.",
        "minute": "dd.MM.yyyy, HH:mm",
        "full": "EEE, dd.MM.yyyy, HH:mm",
        "second": "dd.MM.yyyy, HH:mm:ss",
    },
    "en": {
        "date": "d MMM yyyy",
        "day": "d MMM",
        "minute": "d MMM yyyy, HH:mm",
        "full": "EEE d MMM yyyy, HH:mm",
        "second": "d MMM yyyy, HH:mm:ss",
    },
}


def money(cents: Cents, lang: Lang) -> str:
    """``1.248,50 €`` or ``€1,248.50``."""
    sign = MINUS if cents < 0 else ""
    euros, rest = divmod(abs(cents), 100)
    if lang == "en":
        return f"{sign}€{euros:,}.{rest:02d}"
    return f"{sign}{euros:,}".replace(",", ".") + f",{rest:02d}{NBSP}€"


def short_money(cents: Cents, lang: Lang) -> str:
    """Without the cents where they are zero: ``44 €``."""
    if cents % 100:
        return money(cents, lang)
    return f"€{cents // 100:,}" if lang == "en" else f"{cents // 100:,}".replace(",", ".") + f"{NBSP}€"


def number(value: int, lang: Lang) -> str:
    """A whole number with the language's thousands mark."""
    return f"{value:,}" if lang == "en" else f"{value:,}".replace(",", ".")


def fall(start_cents: Cents, ask_cents: Cents, lang: Lang) -> str:
    """How far the ask has fallen from the start, in whole per cent: ``−19 %``."""
    share = (200 * (start_cents - ask_cents) + start_cents) // (2 * start_cents)
    return f"{MINUS}{share}%" if lang == "en" else f"{MINUS}{share}{NBSP}%"


def percent(rate_bp: BasisPoints, lang: Lang) -> str:
    """Basis points as ``250 %`` or ``12,5 %``."""
    text = f"{rate_bp / 100:g}" if rate_bp % 100 else str(rate_bp // 100)
    return f"{text}%" if lang == "en" else f"{text.replace('.', ',')}{NBSP}%"


def tenths(span_us: int, lang: Lang) -> str:
    """``0,2``: seconds to one decimal, never less than a tenth."""
    tenth = max(1, (2 * span_us + SECOND_US // 10) // (SECOND_US // 5))
    return f"{tenth // 10}{'.' if lang == 'en' else ','}{tenth % 10}"


def countdown(span_us: int) -> str:
    """``4:18``, from an hour on ``1:03:20``; whole seconds, rounded up so that 0:00 is the instant itself."""
    seconds = -(-max(span_us, 0) // SECOND_US)
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def age(span_us: int) -> str:
    """``13 min``, ``1 h 03``, ``2 d``: how old a request is."""
    span_us = max(span_us, 0)
    if span_us < HOUR_US:
        return f"{span_us // MINUTE_US} min"
    if span_us < DAY_US:
        return f"{span_us // HOUR_US} h {span_us % HOUR_US // MINUTE_US:02d}"
    return f"{span_us // DAY_US} d"


def berlin(at: Instant) -> datetime:
    """The local time of an instant."""
    return to_datetime(at).astimezone(BERLIN)


def clock(at: Instant) -> str:
    """``14:31``."""
    return f"{berlin(at):%H:%M}"


def clock_second(at: Instant) -> str:
    """``14:31:08``."""
    return f"{berlin(at):%H:%M:%S}"


def moment(at: Instant, style: Style, lang: Lang) -> str:
    """A date in the language's own order; ``day`` leaves out the year, ``full`` names the weekday and minute."""
    return str(format_datetime(to_datetime(at), _DATES[lang][style]))


def lately(at: Instant, now: Instant, lang: Lang) -> str:
    """``heute 14:28``, earlier days with their date."""
    if at >= midnight(now):
        return f"{'today' if lang == 'en' else 'heute'} {clock(at)}"
    return moment(at, "full", lang)


def midnight(at: Instant) -> Instant:
    """The instant at which Berlin's day began."""
    return berlin_day(at)[0]


def midnights(at: Instant, many: int) -> list[Instant]:
    """The beginnings of so many days of Berlin, that of the instant last: days there have 23 to 25 hours."""
    found = [midnight(at)]
    while len(found) < many:
        found.append(midnight(found[-1] - 1))
    return found[::-1]
