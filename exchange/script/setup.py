"""Reads set-up lines: curves, sectors, members, consent scopes (the script's lines without an instant)."""

from collections.abc import Callable

from exchange.money import BasisPoints
from exchange.orderbook.sharing import Sharing
from exchange.script.curves import take_curve
from exchange.script.measure import read_amount, read_factor, read_rate, read_whole
from exchange.script.mistake import Mismatch
from exchange.script.statement import (
    BuyerLine,
    ConsentLine,
    CurveLine,
    SectorLine,
    SetUp,
    Shares,
    SupplierLine,
)
from exchange.script.windows import take_windows
from exchange.script.words import END, Words

_AFTER_ARMS = ("tick", "curve", "seats", "hours", "no-holidays", "fee", "arms", "from", "buyout", "seat-share")
_WHOLE_BP = 10_000


def take_rate(words: Words) -> BasisPoints:
    """The one word of a ``vat`` or ``fee`` line."""
    rate_bp = words.read(read_rate, "a rate like 19%")
    words.end()
    return rate_bp


def take_arms(words: Words) -> Shares:
    """``c1 50% c2 50%``: curves with their probabilities, up to the end or the next option."""
    arms: list[tuple[str, BasisPoints]] = []
    while not arms or (words.next is not None and words.next not in _AFTER_ARMS):
        name = words.name("the name of a curve")
        if name in dict(arms):
            raise Mismatch(f"{name!r} a second time", "each curve once")
        arms.append((name, words.read(read_rate, "its probability, like 50%")))
    return tuple(arms)


def only_arm(words: Words) -> Shares:
    """``curve c1``: one curve for every lead."""
    return ((words.name("the name of a curve"), _WHOLE_BP),)


def _take_curve_line(words: Words, line: int) -> SetUp:
    return CurveLine(line, words.name("a name for the curve"), take_curve(words))


def _take_sector(words: Words, line: int) -> SetUp:
    name = words.name("a name for the sector")
    options = words.options(
        {
            "tick": _take_tick,
            "curve": only_arm,
            "seats": _take_seats,
            "hours": take_windows,
            "no-holidays": lambda _: True,
            "fee": lambda w: w.read(read_rate, "a rate like 12%"),
            "arms": take_arms,
            "buyout": lambda w: w.read(read_factor, "the factor of a buy-out, like 250%"),
            "seat-share": lambda w: w.read(read_rate, "a converted lead's share a seat, like 60%"),
        }
    )
    for needed, example in (
        ("tick", "'tick' and an amount like 0.50"),
        ("seats", "'seats' and the most seats, like 3"),
    ):
        if needed not in options:
            raise Mismatch(END, example)
    arms = options.get("arms", options.get("curve"))
    if arms is None:
        raise Mismatch(END, "'curve' and the name of a curve")
    if sum(share for _, share in arms) != _WHOLE_BP:
        raise Mismatch("arms that do not sum to 100%", "probabilities that sum to 100%")
    return SectorLine(
        line,
        name,
        options["tick"],
        arms,
        options["seats"],
        windows=options.get("hours", ()),
        holidays="no-holidays" not in options,
        fee_bp=options.get("fee"),
        sharing=Sharing(options.get("buyout", 0), options.get("seat-share", 0)),
    )


def _take_tick(words: Words) -> int:
    tick_cents = words.read(read_amount, "the tick, like 0.50")
    if tick_cents < 1:
        raise Mismatch("a tick of nothing", "a tick of at least 0.01")
    return tick_cents


def _take_seats(words: Words) -> int:
    most_seats = words.read(read_whole, "the most seats, like 3")
    if most_seats < 1:
        raise Mismatch(f"{most_seats} seats", "at least one seat")
    return most_seats


def _take_supplier(words: Words, line: int) -> SetUp:
    return SupplierLine(line, words.name("a name for the supplier"))


def _take_buyer(words: Words, line: int) -> SetUp:
    name = words.name("a name for the buyer")
    money_cents = words.read(read_amount, "the money in the wallet, like 500.00")
    options = words.options(
        {
            "credit": lambda w: w.read(read_amount, "the credit line, like 100.00"),
            "group": lambda w: w.name("the name of a group"),
        }
    )
    credit_cents = options.get("credit", 0)
    if money_cents < 0 or credit_cents < 0:
        raise Mismatch("a negative amount", "0.00 or more")
    return BuyerLine(line, name, money_cents, credit_cents, options.get("group"))


def _take_consent(words: Words, line: int) -> SetUp:
    name = words.name("a name for the consent scope")
    words.keyword("covers")
    return ConsentLine(line, name, words.names("names of buyers, like anna,bert"))


SETUP_LINES: dict[str, Callable[[Words, int], SetUp]] = {
    "curve": _take_curve_line,
    "sector": _take_sector,
    "supplier": _take_supplier,
    "buyer": _take_buyer,
    "consent": _take_consent,
}
"""By first word; ``day``, ``vat`` and ``fee`` are read by the parser itself."""
