"""Exact numbers for prices: fixed decimal contexts, the rounding of an ask, and the proof of an instant.

Nothing here depends on the platform: integers, fractions, and `decimal` in contexts of our own whose
``exp`` and ``ln`` are correctly rounded by specification (rules.md §2.3, §2.4).
"""

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
)
from fractions import Fraction

Exact = Fraction | Decimal
"""An exact value in cents: a fraction where integers suffice, else a decimal of 50 significant digits."""

TIE = 2 * 10**20
"""An ask is at most ``n`` ticks exactly when value/tick <= n + 1/TIE: half-even to 20 decimals, then up."""


def _context(digits: int) -> Context:
    """A context of our own. Overflow is no error: 1/(1 + e^huge) is rightly zero."""
    return Context(
        prec=digits,
        rounding=ROUND_HALF_EVEN,
        Emin=-999_999,
        Emax=999_999,
        traps=[InvalidOperation, DivisionByZero],
    )


RESULT = _context(50)
GUARDED = _context(66)
"""Where exact values are worked out, 16 digits beyond what is kept."""
ROUGH = _context(20)
"""Where an approximation starts."""
INVERSE = _context(40)
"""Where instants are worked out; their error stays under 1e-15 microseconds.

Decimals are added and multiplied by the methods of these contexts only: the operators would use whatever
context the thread happens to have.
"""

LN2 = GUARDED.ln(Decimal(2))

ONE = 1 << 64
"""Instants on their way to whole microseconds are integers in units of 1/ONE microsecond."""
LN_ONE = 1 << 128
"""Logarithms are integers in units of 1/LN_ONE."""

_DECIMALS = Decimal(1).scaleb(-20)
_MARGIN = ONE // 1_000_000
_FAR = Decimal(10**17)
_LN_MOST = 1 << 17
_ln: dict[int, int] = {}


def whole_ticks(value: Exact, tick_cents: int) -> int:
    """The ask in ticks: value/tick, half-even to 20 decimals, then up (rules.md §2.3)."""
    if isinstance(value, Fraction):
        return -(-round(value / tick_cents * 10**20) // 10**20)
    ticks = RESULT.divide(value, Decimal(tick_cents)).quantize(_DECIMALS, context=RESULT)
    return int(ticks.to_integral_value(ROUND_CEILING))


def halved(elapsed_us: int, half_life_us: int) -> Decimal:
    """``2^(-elapsed/half_life)``; whole half-lives are exact, 256 of them are nothing."""
    whole, rest_us = divmod(elapsed_us, half_life_us)
    if whole > 256:
        return Decimal(0)
    part = GUARDED.exp(GUARDED.divide(GUARDED.multiply(-rest_us, LN2), half_life_us))
    return GUARDED.divide(part, 2**whole)


def ln_start(ticks: int) -> int:
    """Natural logarithm of a price in ticks, in units of 1/LN_ONE, good to 1e-32.

    Kept, because listings of one batch differ in their start price and share the levels below it; and worked
    out from the next higher level where that is known, which is a few integer divisions.
    """
    known = _ln.get(ticks)
    if known is None:
        if len(_ln) >= _LN_MOST:
            _ln.clear()
        above = _ln.get(ticks + 1)
        known = _ln_anew(ticks) if above is None else above - _ln_ratio(ticks)
        _ln[ticks] = known
    return known


def ln_level(ticks: int) -> int:
    """Natural logarithm of the highest exact value, in ticks, that still rounds to this ask."""
    return ln_start(ticks) + LN_ONE // (TIE * ticks)


def _ln_anew(ticks: int) -> int:
    return int(INVERSE.multiply(INVERSE.ln(ticks), LN_ONE))


def _ln_ratio(ticks: int) -> int:
    """``ln((n+1)/n) = 2 * artanh(1/(2n+1))``, by its series."""
    term, square, total, odd = 2 * LN_ONE // (2 * ticks + 1), (2 * ticks + 1) ** 2, 0, 1
    while term:
        total += term // odd
        term //= square
        odd += 2
    return total


def level(ticks: int) -> Decimal:
    """The highest exact value, in ticks, that rounds to an ask of ``ticks``."""
    return INVERSE.add(ticks, INVERSE.divide(1, TIE))


def fixed(real_us: Decimal) -> int:
    """A time in units of 1/ONE microsecond; what lies beyond every running time stays so."""
    return int(INVERSE.multiply(INVERSE.min(real_us, _FAR), ONE))


def first_whole(real: int, holds: Callable[[int], bool]) -> int:
    """The first whole number at or after a crossing given in units of 1/ONE.

    The crossing is known to far better than a millionth, so away from whole numbers it is its own proof;
    close to one, ``holds`` (the literal rule) decides.
    """
    whole, part = divmod(real, ONE)
    if _MARGIN < part < ONE - _MARGIN:
        return whole + 1
    nearest = whole + (part > _MARGIN)
    return nearest if holds(nearest) else nearest + 1
