"""What a script expects, and what a rehearsal finds, in the same words: outcome lines and checks at the end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from exchange.instant import Instant
from exchange.money import format_amount
from exchange.script.measure import read_amount, read_whole
from exchange.script.mistake import Mismatch
from exchange.script.timeline import INSTANT_WORDS, Timeline, looks_like_instant, spell
from exchange.script.words import Words, one_of

KINDS = ("fill", "expire", "refuse", "skip", "withdraw", "convert", "revoke")

CODES = (
    "invalid",
    "key_reused",
    "unknown",
    "forbidden",
    "halted",
    "not_open",
    "own_lead",
    "not_covered_by_consent",
    "already_bought",
    "price_above_limit",
    "cap_reached",
    "insufficient_funds",
    "already_claimed",
    "window_passed",
)
"""Refusals in the order in which they are checked (rules.md §10)."""

REASONS = (
    "own_lead",
    "not_covered_by_consent",
    "already_bought",
    "out_of_hours",
    "cap_reached",
    "budget_used",
)
LISTING_STATES = ("open", "sold", "expired", "withdrawn", "converted")
BID_STATES = ("active", "paused", "filled", "cancelled", "expired")

INSTANT_BID = "instant"
BUYOUT = "buyout"
"""What stands for the bid's name where there is none."""


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """``09:03:20 fill L1 anna 70.00 B1 seat 1``: equal lines say the same, however they were spelled."""

    at: Instant
    kind: str
    words: tuple[str, ...]

    def spell(self, day: date | None = None) -> str:
        """The line as a script writes it, without the leading ``>``."""
        return " ".join((spell(self.at, day), self.kind, *self.words))


@dataclass(frozen=True, slots=True)
class Check:
    """A line looked at after the last statement: what is asked, of which name, and the answer in words."""

    what: str
    name: str
    answer: tuple[str, ...]
    at: Instant | None = None

    def spell(self, day: date | None = None) -> str:
        """The line as a script writes it, without the leading ``>``."""
        return " ".join((*self._asked(day), *self.answer))

    def _asked(self, day: date | None) -> tuple[str, ...]:
        if self.what == "verify":
            return ("verify",)
        if self.at is not None:
            return ("ask", self.name, "at", spell(self.at, day))
        return ("end", self.what, self.name)


@dataclass(frozen=True, slots=True)
class Expectation:
    """One ``>`` line and where it stands."""

    line: int
    value: OutcomeLine | Check


def read_expectation(words: Words, timeline: Timeline, line: int) -> Expectation:
    """Read a line after its ``>``; raises Mismatch."""
    first = words.take(f"{INSTANT_WORDS}, 'end', 'ask' or 'verify'")
    value: OutcomeLine | Check
    if looks_like_instant(first):
        value = _read_outcome(words, timeline.read(first))
    elif first == "end":
        value = _read_end(words)
    elif first == "ask":
        value = _read_ask(words, timeline)
    elif first == "verify":
        value = Check("verify", "", (words.keyword("ok"),))
    else:
        raise Mismatch(repr(first), f"{INSTANT_WORDS}, 'end', 'ask' or 'verify'")
    words.end()
    return Expectation(line, value)


def _read_outcome(words: Words, at: Instant) -> OutcomeLine:
    kind = words.keyword(*KINDS)
    return OutcomeLine(at, kind, _OUTCOME_WORDS[kind](words))


def _read_fill(words: Words) -> tuple[str, ...]:
    listing, buyer = words.name("the name of a listing"), words.name("the name of a buyer")
    price = words.read(read_amount, "the price paid, like 48.00")
    bid = words.name("the name of a standing bid, 'instant' or 'buyout'")
    words.keyword("seat")
    return fill_words(listing, buyer, price, bid, words.read(read_whole, "the number of the seat"))


def fill_words(listing: str, buyer: str, price_cents: int, bid: str, seat: int) -> tuple[str, ...]:
    """The words of a fill after its instant."""
    return (listing, buyer, format_amount(price_cents), bid, "seat", str(seat))


def _read_refuse(words: Words) -> tuple[str, ...]:
    who = words.name("who asked: an organisation or 'operator'")
    return (who, words.name("the name written in the statement"), words.keyword(*CODES))


def _read_skip(words: Words) -> tuple[str, ...]:
    listing, bid = words.name("the name of a listing"), words.name("the name of a standing bid")
    return (listing, bid, words.keyword(*REASONS))


_OUTCOME_WORDS: dict[str, Callable[[Words], tuple[str, ...]]] = {
    "fill": _read_fill,
    "expire": lambda words: (words.name("the name of a listing or a standing bid"),),
    "refuse": _read_refuse,
    "skip": _read_skip,
    "withdraw": lambda words: (words.name("the name of a listing"),),
    "convert": lambda words: (words.name("the name of a listing"),),
    "revoke": lambda words: (words.name("the name of a listing"),),
}


def _read_end(words: Words) -> Check:
    what = words.keyword(*_END_ANSWERS)
    name = words.name(f"the name of a {_NAMED[what]}")
    return Check(what, name, _END_ANSWERS[what](words))


def _amount(words: Words) -> str:
    return format_amount(words.read(read_amount, "an amount like 48.00"))


def _read_balance(words: Words) -> tuple[str, ...]:
    balance = _amount(words)
    words.keyword("available")
    return (balance, "available", _amount(words))


def _read_listing(words: Words) -> tuple[str, ...]:
    state = words.keyword(*LISTING_STATES)
    words.keyword("ask")
    return (state, "ask", _amount(words))


def _read_bid(words: Words) -> tuple[str, ...]:
    words.keyword("filled")
    filled = words.read(read_whole, "the number of leads filled")
    words.keyword("of")
    quantity = words.read(read_whole, "the bid's quantity")
    return ("filled", str(filled), "of", str(quantity), words.keyword(*BID_STATES))


_END_ANSWERS: dict[str, Callable[[Words], tuple[str, ...]]] = {
    "balance": _read_balance,
    "pending": lambda words: (_amount(words),),
    "payable": lambda words: (_amount(words),),
    "listing": _read_listing,
    "bid": _read_bid,
}
_NAMED = {
    "balance": "buyer",
    "pending": "supplier",
    "payable": "supplier",
    "listing": "listing",
    "bid": "standing bid",
}

NO_ASK = "none"
"""What is expected of an ask before the listing's beginning or from its expiry on."""


def _read_ask(words: Words, timeline: Timeline) -> Check:
    name = words.name("the name of a listing")
    words.keyword("at")
    at = timeline.read(words.take(INSTANT_WORDS))
    word = words.take(f"an amount like 48.00 or {one_of([NO_ASK])}")
    answer = NO_ASK if word == NO_ASK else format_amount(read_amount(word, f"an amount like 48.00 or '{NO_ASK}'"))
    return Check("ask", name, (answer,), at)
