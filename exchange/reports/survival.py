"""How likely it is that a listing is still there after a further wait: the product-limit estimate (Kaplan and Meier).

Pure. A case is one past listing: how long it was on the market, and whether it ended by being sold out. One that
expired, was withdrawn, or is still open has told only that it lasted so long (it is censored). Who waits already knows
that the listing has come to its present age, so only cases that came to that age count, and the estimate begins there.
Probabilities are floats; nothing of this goes back into a price.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import exp, log, sqrt

FEWEST_CASES = 50
"""Nothing is said of fewer."""

Z_95 = 1.959964
"""The normal distribution's 97.5 % point: 95 % intervals."""

_ROUNDING = 1e-9
"""What products of floats may miss a quarter by."""


@dataclass(frozen=True, slots=True)
class Case:
    """One past listing: microseconds on the market, and whether it was sold out at their end."""

    lasted_us: int
    sold: bool


@dataclass(frozen=True, slots=True)
class Chance:
    """The share of cases that were still there, with its 95 % interval; ``cases`` had come to the present age."""

    share: float
    low: float
    high: float
    cases: int


def chances(
    cases: Iterable[Case], age_us: int, waits_us: Iterable[int], fewest: int = FEWEST_CASES
) -> list[Chance] | None:
    """For each wait (rising) the chance to be there still, from the present age on; None below the fewest cases.

    At equal times a sale comes before a censoring: a listing that expired at an instant was there until then.
    """
    at_risk = sorted((case for case in cases if case.lasted_us > age_us), key=lambda case: case.lasted_us)
    if len(at_risk) < fewest:
        return None
    many = len(at_risk)
    drops = list(_drops(at_risk))
    found = []
    for wait_us in waits_us:
        share, variance = 1.0, 0.0
        for at_us, gone, left in drops:
            if at_us > age_us + wait_us:
                break
            share *= 1 - gone / left
            variance += gone / (left * (left - gone)) if left > gone else 0.0
        found.append(_with_interval(share, variance, many))
    return found


def quartiles(cases: Iterable[Case]) -> tuple[int | None, int | None, int | None]:
    """The times by which a quarter, half and three quarters were sold; None where so many never were."""
    at_risk = sorted(cases, key=lambda case: case.lasted_us)
    share = 1.0
    found: list[int | None] = []
    for at_us, gone, left in _drops(at_risk):
        share *= 1 - gone / left
        while len(found) < 3 and share <= 0.75 - 0.25 * len(found) + _ROUNDING:
            found.append(at_us)
    first, median, third, *_ = [*found, None, None, None]
    return first, median, third


def _drops(at_risk: list[Case]) -> Iterator[tuple[int, int, int]]:
    """Instants of sales with how many were sold then and how many were there just before."""
    place, many = 0, len(at_risk)
    while place < many:
        at_us, left, gone = at_risk[place].lasted_us, many - place, 0
        while place < many and at_risk[place].lasted_us == at_us:
            gone += at_risk[place].sold
            place += 1
        if gone:
            yield at_us, gone, left


def _with_interval(share: float, variance: float, many: int) -> Chance:
    """Greenwood's variance on the log-log scale, which never leaves 0 to 1; at the ends the rule of three."""
    if share >= 1.0:
        return Chance(1.0, max(0.0, 1 - 3 / many), 1.0, many)
    if share <= 0.0:
        return Chance(0.0, 0.0, min(1.0, 3 / many), many)
    spread = Z_95 * sqrt(variance) / abs(log(share))
    return Chance(share, share ** exp(spread), share ** exp(-spread), many)
