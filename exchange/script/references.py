"""Looks at every name a script uses: introduced once for its kind, and known wherever it stands.

A name is known if the script introduces it anywhere: buying a lead that is listed only later is a question
for the desk (`unknown`), one that is never listed is a slip of the pen.
"""

import re
from collections.abc import Iterator

from exchange.script.expectation import BUYOUT, INSTANT_BID, Check, Expectation
from exchange.script.mistake import Mistake
from exchange.script.script import Names, Script, introduced
from exchange.script.statement import (
    OPERATOR,
    Buy,
    CancelAll,
    ChangeBid,
    Deposit,
    Halt,
    ListLeads,
    PlaceBid,
    Resume,
    SwitchBid,
    Timed,
    Tune,
    Withdraw,
)

_SINGULAR = {
    "curves": "curve",
    "sectors": "sector",
    "suppliers": "supplier",
    "buyers": "buyer",
    "consents": "consent scope",
    "listings": "listing",
    "bids": "standing bid",
}
_SALE = re.compile(r"S[1-9]\d*", re.ASCII)

Use = tuple[int, str, str, bool]
"""Line, the kind of thing wanted, the name, whether it is known."""


def wrong_names(script: Script) -> list[Mistake]:
    """Names used twice for one kind of thing, and names not known, in order of lines."""
    names = Names()
    mistakes: list[Mistake] = []
    for kind, name, line in introduced(script):
        known: dict[str, int] = getattr(names, kind)
        if name in known:
            found = f"the {_SINGULAR[kind]} {name!r} a second time"
            mistakes.append(Mistake(script.file, line, found, f"a new name ({name!r} is of line {known[name]})"))
        else:
            known[name] = line
    for line, wanted, name, is_known in _uses(script, names):
        if not is_known:
            mistakes.append(
                Mistake(script.file, line, f"unknown {wanted} {name!r}", f"{_article(wanted)} {wanted} of this script")
            )
    return sorted(mistakes, key=lambda mistake: mistake.line)


def _uses(script: Script, names: Names) -> Iterator[Use]:
    for sector in script.sectors:
        for curve, _ in sector.arms:
            yield sector.line, "curve", curve, curve in names.curves
    for consent in script.consents:
        for covered in consent.covers:
            yield consent.line, "organisation", covered, covered in names.organisations
    for statement in script.statements:
        yield from _used_by(statement, names)
    for expectation in script.expectations:
        yield from _expected(expectation, names)


def _used_by(statement: Timed, names: Names) -> Iterator[Use]:
    line = statement.line
    match statement:
        case ListLeads():
            yield line, "sector", statement.sector, statement.sector in names.sectors
            yield line, "organisation", statement.supplier, statement.supplier in names.organisations
            if statement.curve is not None:
                yield line, "curve", statement.curve, statement.curve in names.curves
            if statement.consent is not None:
                yield line, "consent scope", statement.consent, statement.consent in names.consents
        case PlaceBid():
            yield line, "organisation", statement.buyer, statement.buyer in names.organisations
            yield line, "sector", statement.sector, statement.sector in names.sectors
            for supplier in (*statement.not_from, *(statement.only_from or ())):
                yield line, "organisation", supplier, supplier in names.organisations
        case Buy():
            yield line, "organisation", statement.buyer, statement.buyer in names.organisations
            yield line, "listing", statement.listing, statement.listing in names.listings
        case ChangeBid() | SwitchBid():
            yield line, "standing bid", statement.bid, statement.bid in names.bids
        case CancelAll() | Deposit():
            yield line, "organisation", statement.buyer, statement.buyer in names.organisations
        case Withdraw():
            yield line, "listing", statement.listing, statement.listing in names.listings
        case Halt() | Resume() | Tune():
            yield line, "sector", statement.sector, statement.sector in names.sectors
            for curve, _ in statement.arms if isinstance(statement, Tune) else ():
                yield line, "curve", curve, curve in names.curves


def _expected(expectation: Expectation, names: Names) -> Iterator[Use]:
    line, value = expectation.line, expectation.value
    if isinstance(value, Check):
        yield from _checked(line, value, names)
    elif value.kind == "fill":
        listing, buyer, _, bid, *_ = value.words
        yield line, "listing", listing, listing in names.listings
        yield line, "organisation", buyer, buyer in names.organisations
        yield line, "standing bid", bid, bid in (INSTANT_BID, BUYOUT) or bid in names.bids
    elif value.kind == "skip":
        listing, bid, _ = value.words
        yield line, "listing", listing, listing in names.listings
        yield line, "standing bid", bid, bid in names.bids
    elif value.kind == "expire":
        (name,) = value.words
        yield line, "listing or standing bid", name, name in names.listings or name in names.bids
    elif value.kind in ("withdraw", "convert", "revoke"):
        (name,) = value.words
        yield line, "listing", name, name in names.listings
    else:
        who, name, _ = value.words
        yield line, "organisation", who, who == OPERATOR or who in names.organisations
        yield line, "name", name, _is_any_name(name, names)


def _checked(line: int, check: Check, names: Names) -> Iterator[Use]:
    if check.what in ("balance", "pending", "payable"):
        yield line, "organisation", check.name, check.name in names.organisations
    elif check.what in ("listing", "ask"):
        yield line, "listing", check.name, check.name in names.listings
    elif check.what == "bid":
        yield line, "standing bid", check.name, check.name in names.bids


def _is_any_name(name: str, names: Names) -> bool:
    """What a refused statement may name: a listing, a bid, a sector, a member or a sale."""
    things = names.listings.keys() | names.bids.keys() | names.sectors.keys() | names.organisations
    return name in things or bool(_SALE.fullmatch(name))


def _article(noun: str) -> str:
    return "an" if noun.startswith("o") else "a"
