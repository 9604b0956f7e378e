"""Answers what a script asks after its last statement: money, listings, bids, asks, proof."""

from collections.abc import Callable

from exchange.desk import Desk
from exchange.errors import TapeBroken, Unknown
from exchange.money import format_amount
from exchange.script.expectation import NO_ASK, Check
from exchange.store.proof import prove

NOTHING = ("nothing",)
"""The answer about a listing or a bid that was refused and so never came to be."""

Answer = tuple[str, ...]


def inspect(desk: Desk, check: Check) -> Check:
    """The same question with the answer the desk gives."""
    try:
        answer = _QUESTIONS[check.what](desk, check)
    except Unknown:
        answer = NOTHING
    return Check(check.what, check.name, answer, check.at)


def _balance(desk: Desk, check: Check) -> Answer:
    money = desk.balance(check.name)
    return (format_amount(money.balance_cents), "available", format_amount(money.available_cents))


def _account(desk: Desk, check: Check) -> Answer:
    return (format_amount(desk.account(f"{check.what}:{check.name}")),)


def _listing(desk: Desk, check: Check) -> Answer:
    row = desk.row_of("listing", check.name)
    return (row["state"], "ask", format_amount(row["ask_cents"]))


def _bid(desk: Desk, check: Check) -> Answer:
    row = desk.row_of("bid", check.name)
    return ("filled", str(row["filled"]), "of", str(row["quantity"]), row["state"])


def _ask(desk: Desk, check: Check) -> Answer:
    if check.at is None:
        raise ValueError("an ask is asked at an instant")
    schedule = desk.schedule_of(desk.sector_of("listing", check.name), check.name)
    ask_cents = schedule.ask_at(check.at)
    return (NO_ASK if ask_cents is None else format_amount(ask_cents),)


def _verify(desk: Desk, _: Check) -> Answer:
    """Every outcome and every balance recomputed from the orders."""
    try:
        with desk.store.read() as connection:
            for _proven in prove(connection):
                pass
    except TapeBroken as broken:
        return ("differs:", str(broken))
    return ("ok",)


_QUESTIONS: dict[str, Callable[[Desk, Check], Answer]] = {
    "balance": _balance,
    "pending": _account,
    "payable": _account,
    "listing": _listing,
    "bid": _bid,
    "ask": _ask,
    "verify": _verify,
}
