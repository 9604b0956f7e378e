"""What a sector's operators have set, as text and back: rates, calendars, curves, halts, members' standing."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from exchange.orderbook.book import Book
from exchange.orderbook.order import Arm
from exchange.orderbook.rates import Rates
from exchange.orderbook.sharing import Sharing
from exchange.payload import canonical, encode, parse, read_value
from exchange.pricing.curve import CurveVersion
from exchange.pricing.hours import Calendar

_PLAIN = ("vat_bp", "calendar_version", "halted_at", "halt_reason")


def write_rules(book: Book) -> dict[str, Any]:
    """Everything of a book that is neither listing, bid nor sale."""
    return {name: getattr(book, name) for name in _PLAIN} | {
        "rates": [[seq, encode(rates)] for seq, rates in book.rates],
        "sharing": encode(book.sharing),
        "calendars": [canonical(book.calendars[number].to_payload()) for number in sorted(book.calendars)],
        "versions": [canonical(book.versions[number].to_payload()) for number in sorted(book.versions)],
        "arms": _numbered(book.arms),
        "plans": [[from_at, _numbered(arms)] for from_at, arms in sorted(book.plans.items())],
        "groups": sorted(book.groups.items()),
        "suspended": sorted(book.suspended),
        "revoked": sorted(book.revoked),
    }


def read_rules(data: Mapping[str, Any], book: Book) -> None:
    """Give them to an empty book."""
    for name in _PLAIN:
        setattr(book, name, data[name])
    for seq, rates in data["rates"]:
        book.set_rates(seq, read_value(Rates, parse(rates)))
    book.sharing = read_value(Sharing, parse(data["sharing"]))
    book.calendars = {calendar.version: calendar for calendar in map(_calendar, data["calendars"])}
    book.versions = {version.number: version for version in map(_version, data["versions"])}
    book.arms = _arms(data["arms"], book)
    book.plans = {from_at: _arms(arms, book) for from_at, arms in data["plans"]}
    book.groups = dict(data["groups"])
    book.suspended = set(data["suspended"])
    book.revoked = set(data["revoked"])


def _numbered(arms: tuple[Arm, ...]) -> list[list[int]]:
    return [[arm.version.number, arm.probability_bp] for arm in arms]


def _arms(numbered: list[list[int]], book: Book) -> tuple[Arm, ...]:
    return tuple(Arm(book.versions[number], share_bp) for number, share_bp in numbered)


@lru_cache(maxsize=256)
def _calendar(text: str) -> Calendar:
    """Never changes: read once, with all it works out from itself."""
    return Calendar.from_payload(parse(text))


@lru_cache(maxsize=1_024)
def _version(text: str) -> CurveVersion:
    return CurveVersion.from_payload(parse(text))
