"""Reads timed statements: what stands after the instant."""

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from exchange.instant import Instant
from exchange.orderbook.sharing import ConversionRule
from exchange.script.measure import read_amount, read_duration, read_whole
from exchange.script.mistake import Mismatch
from exchange.script.setup import only_arm, take_arms
from exchange.script.statement import (
    Buy,
    CancelAll,
    ChangeBid,
    Claim,
    Deposit,
    Halt,
    LimitDay,
    ListLeads,
    PlaceBid,
    Resume,
    Rule,
    Settle,
    SwitchBid,
    Timed,
    Tune,
    Withdraw,
)
from exchange.script.terms import (
    read_prefix,
    take_answers,
    take_cap,
    take_conditions,
    take_listing_names,
    take_postcode,
    take_region,
)
from exchange.script.timeline import INSTANT_WORDS, Timeline
from exchange.script.windows import take_windows
from exchange.script.words import END, Words, read_name

_LAST_DRAW = 9_999

_BID = "the name of a standing bid"
_LISTING = "the name of a listing"
_SECTOR = "the name of a sector"
_BUYER = "the name of a buyer"
_SUPPLIERS = "names of suppliers, like nord,sued"
_SALE = "a sale like S1"


def take_timed(words: Words, line: int, at: Instant, timeline: Timeline) -> Timed:
    """The statement up to the end of its line; raises Mismatch."""
    verb = words.keyword(*_VERBS)
    statement = _VERBS[verb](words, line, at, timeline)
    words.end()
    return statement


def _amount(words: Words, expected: str) -> int:
    return words.read(read_amount, expected)


def _whole(words: Words, expected: str) -> int:
    return words.read(read_whole, expected)


def _span(words: Words) -> int:
    return words.read(read_duration, "a duration like 2h")


def _draw(words: Words) -> int:
    draw = _whole(words, "a draw from 0 to 9999")
    if not 0 <= draw <= _LAST_DRAW:
        raise Mismatch(str(draw), "a draw from 0 to 9999")
    return draw


def _conversion(words: Words) -> ConversionRule:
    """``5m to 3``: unsold after so much running time, so many seats."""
    after_us = _span(words)
    words.keyword("to")
    return ConversionRule(after_us, _whole(words, "the seats of the second listing, like 3"))


_LIST_OPTIONS: dict[str, Callable[[Words], Any]] = {
    "curve": lambda w: w.name("the name of a curve"),
    "for": _span,
    "consent": lambda w: w.name("the name of a consent scope"),
    "age": _span,
    "with": take_answers,
    "person": lambda w: w.name("a name for the person"),
    "draw": _draw,
    "convert": _conversion,
}


def _take_list(words: Words, line: int, at: Instant, _: Timeline) -> Timed:
    names, sector = take_listing_names(words), words.name(_SECTOR)
    words.keyword("by")
    supplier = words.name("the name of a supplier")
    words.keyword("in")
    region, postcode = take_region(words), take_postcode(words)
    words.keyword("at")
    start_cents = _amount(words, "the start price, like 90.00")
    words.keyword("floor")
    floor_cents = _amount(words, "the floor, like 30.00")
    words.keyword("seats")
    seats = _whole(words, "the number of seats, like 1")
    options = words.options(_LIST_OPTIONS)
    return ListLeads(
        line,
        at,
        names,
        sector,
        supplier,
        region,
        postcode,
        start_cents,
        floor_cents,
        seats,
        curve=options.get("curve"),
        duration_us=options.get("for"),
        consent=options.get("consent"),
        age_us=options.get("age", 0),
        answers=options.get("with", ()),
        person=options.get("person"),
        draw=options.get("draw", 0),
        conversion=options.get("convert"),
    )


_BID_OPTIONS: dict[str, Callable[[Words], Any]] = {
    "in": lambda w: w.items("regions like DE-BY,DE-BW", partial(read_name, expected="a region like DE-BY")),
    "plz": lambda w: w.items("beginnings of postcodes like 86,87", read_prefix),
    "seats": lambda w: _whole(w, "the most seats, like 1"),
    "age-below": _span,
    "with": take_conditions,
    "budget": lambda w: _amount(w, "a budget like 120.00"),
    "cap": take_cap,
    "hours": take_windows,
    "not-from": lambda w: w.names(_SUPPLIERS),
    "only-from": lambda w: w.names(_SUPPLIERS),
}


def _take_bid(words: Words, line: int, at: Instant, timeline: Timeline) -> Timed:
    name, buyer, sector = words.name("a name for the bid"), words.name(_BUYER), words.name(_SECTOR)
    words.keyword("limit")
    limit_cents = _amount(words, "the limit, like 50.00")
    words.keyword("x")
    quantity = _whole(words, "the quantity, like 2")
    until = {"until": lambda w: timeline.read(w.take(INSTANT_WORDS))}
    options = words.options(_BID_OPTIONS | until, repeatable="cap")
    return PlaceBid(
        line,
        at,
        name,
        buyer,
        sector,
        limit_cents,
        quantity,
        regions=options.get("in"),
        postcodes=options.get("plz"),
        seats_at_most=options.get("seats"),
        age_below_us=options.get("age-below"),
        conditions=options.get("with", ()),
        budget_cents=options.get("budget"),
        caps=options.get("cap", ()),
        windows=options.get("hours"),
        until_at=options.get("until"),
        not_from=options.get("not-from", ()),
        only_from=options.get("only-from"),
    )


def _take_buy(words: Words, line: int, at: Instant, _: Timeline) -> Timed:
    buyer, listing = words.name(_BUYER), words.name(_LISTING)
    words.keyword("most")
    most_cents = _amount(words, "the most to pay, like 60.00")
    options = words.options({"key": lambda w: w.take("an idempotency key like k-17"), "buyout": lambda _: True})
    return Buy(line, at, buyer, listing, most_cents, options.get("key"), "buyout" in options)


def _take_change(words: Words, line: int, at: Instant, _: Timeline) -> Timed:
    bid = words.name(_BID)
    if words.keyword("limit", "x") == "limit":
        return ChangeBid(line, at, bid, limit_cents=_amount(words, "the limit, like 55.00"))
    return ChangeBid(line, at, bid, quantity=_whole(words, "the quantity, like 5"))


def _take_switch(
    verb: Literal["pause", "unpause", "cancel"], words: Words, line: int, at: Instant, _: Timeline
) -> Timed:
    return SwitchBid(line, at, words.name(_BID), verb)


def _take_halt(words: Words, line: int, at: Instant, _: Timeline) -> Timed:
    return Halt(line, at, words.name(_SECTOR), words.text('a reason in quotes, like "price feed under review"'))


def _take_deposit(words: Words, line: int, at: Instant, _: Timeline) -> Timed:
    return Deposit(line, at, words.name(_BUYER), _amount(words, "an amount like 100.00"))


def _take_limit(words: Words, line: int, at: Instant, _: Timeline) -> Timed:
    buyer = words.name(_BUYER)
    if words.next == "none":
        words.keyword("none")
        return LimitDay(line, at, buyer, None)
    return LimitDay(line, at, buyer, _amount(words, "an amount like 100.00, or none"))


def _take_tune(words: Words, line: int, at: Instant, timeline: Timeline) -> Timed:
    sector = words.name(_SECTOR)
    keyword = words.keyword("curve", "arms", "nothing")
    arms = only_arm(words) if keyword == "curve" else take_arms(words) if keyword == "arms" else ()
    options = words.options({"from": lambda w: timeline.read(w.take(INSTANT_WORDS))})
    if keyword == "nothing" and "from" not in options:
        raise Mismatch(END, "'from' and the instant of the plan that is called off")
    return Tune(line, at, sector, arms, options.get("from"))


def _take_claim(words: Words, line: int, at: Instant, _: Timeline) -> Timed:
    return Claim(line, at, _sale(words), words.name("a ground like number-not-in-service"))


def _take_rule(words: Words, line: int, at: Instant, _: Timeline) -> Timed:
    sale = _sale(words)
    return Rule(line, at, sale, "uphold" if words.keyword("uphold", "reject") == "uphold" else "reject")


def _sale(words: Words) -> str:
    word = words.take(_SALE)
    if not (word[:1] == "S" and word[1:].isascii() and word[1:].isdigit() and word[1] != "0"):
        raise Mismatch(repr(word), _SALE)
    return word


_VERBS: dict[str, Callable[[Words, int, Instant, Timeline], Timed]] = {
    "list": _take_list,
    "bid": _take_bid,
    "buy": _take_buy,
    "raise": _take_change,
    "lower": _take_change,
    "pause": partial(_take_switch, "pause"),
    "unpause": partial(_take_switch, "unpause"),
    "cancel": partial(_take_switch, "cancel"),
    "cancel-all": lambda w, line, at, _: CancelAll(line, at, w.name(_BUYER)),
    "withdraw": lambda w, line, at, _: Withdraw(line, at, w.name(_LISTING)),
    "revoke": lambda w, line, at, _: Withdraw(line, at, w.name(_LISTING), revoke=True),
    "halt": _take_halt,
    "resume": lambda w, line, at, _: Resume(line, at, w.name(_SECTOR)),
    "deposit": _take_deposit,
    "daily-limit": _take_limit,
    "tune": _take_tune,
    "claim": _take_claim,
    "rule": _take_rule,
    "settle": lambda w, line, at, _: Settle(line, at),
}
