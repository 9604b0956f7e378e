"""What a sector takes and allows: price grid, seats, fee, claim rules, as they were from an entry of its tape on.

A sale keeps the fee and the claim rules it was made under: what is changed later holds for later sales (rules.md §2.3,
§7). Listings keep their tick and their seats by their terms, standing bids the grid they were entered on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from exchange.claims import GROUNDS, ClaimRules
from exchange.errors import Invalid
from exchange.instant import DAY_US
from exchange.money import BasisPoints, Cents

MOST_TICK_CENTS: Cents = 100_000
MOST_SEATS = 100
WHOLE_BP: BasisPoints = 10_000
LEAST_SPAN_US, MOST_SPAN_US = DAY_US, 365 * DAY_US


@dataclass(frozen=True, slots=True)
class Rates:
    """In force from one entry of the tape to the next."""

    tick_cents: Cents
    most_seats: int
    fee_bp: BasisPoints
    claims: ClaimRules


def rates_at(history: Sequence[tuple[int, Rates]], seq: int) -> Rates:
    """Those in force at an entry: the last that were set no later."""
    return next(rates for since, rates in reversed(history) if since <= seq)


def check_rates(rates: Rates) -> None:
    """Raises Invalid naming the first that no sector may have."""
    _check("tick_cents", rates.tick_cents, 1, MOST_TICK_CENTS)
    _check("most_seats", rates.most_seats, 1, MOST_SEATS)
    _check("fee_bp", rates.fee_bp, 0, WHOLE_BP)
    _check("window_us", rates.claims.window_us, LEAST_SPAN_US, MOST_SPAN_US)
    _check("silence_us", rates.claims.silence_us, LEAST_SPAN_US, MOST_SPAN_US)
    for ground, share_bp in rates.claims.shares_bp:
        if ground not in GROUNDS:
            raise Invalid("shares_bp", f"{ground!r} is no ground")
        _check("shares_bp", share_bp, 1, WHOLE_BP)
    grounds = [ground for ground, _ in rates.claims.shares_bp]
    if len(set(grounds)) != len(grounds):
        raise Invalid("shares_bp", "a ground stands twice")


def _check(field: str, value: int, least: int, most: int) -> None:
    if not isinstance(value, int) or not least <= value <= most:
        raise Invalid(field, f"give a whole number from {least} to {most}")
