"""Arm replay: what leads that truly ran a curve brought, instant buyers and all, with the number of cases.

Only leads whose arm was drawn can be compared: which curve they ran says nothing about how good they were. Each weighs
as much as its draw was unlikely (inverse propensity), so that arms and times with other shares still compare.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from exchange.backtest.recorded import Truth
from exchange.money import Cents
from exchange.reports.resampling import MOST_STRETCHES, Estimate, Ratio, Resampled, Sums, seed_of

_WHOLE_BP = 10_000
REVENUE, SOLD = Ratio(2, 0), Ratio(1, 0)
WEIGHED = Ratio(3, 4)


@dataclass(frozen=True, slots=True)
class ArmTruth:
    """One curve version in the period: leads it was drawn for, the probabilities it had, and what they brought, net.

    ``weighed`` is revenue per lead, each lead weighed by the inverse of its probability; None where one arm had all.
    """

    curve: int
    name: str
    leads: int
    sold: int
    net_cents: Cents
    shares_bp: tuple[int, ...]
    revenue: Estimate | None
    sold_share: Estimate | None
    weighed: Estimate | None


def arm_truths(truth: Truth, names: Mapping[int, str]) -> tuple[list[ArmTruth], str]:
    """The curves that were drawn, in order of their number, and the seed of the intervals, in hex."""
    drawn = [place for place, bp in enumerate(truth.arms_bp) if bp]
    curves = sorted({truth.curves[place] for place in drawn})
    cut = _cut(truth, drawn)
    seed = seed_of(cut)
    told = Resampled(cut, curves, seed)
    return [_arm(truth, drawn, curve, names.get(curve, ""), told) for curve in curves], f"{seed:016x}"


def _arm(truth: Truth, drawn: list[int], curve: int, name: str, told: Resampled) -> ArmTruth:
    mine = [place for place in drawn if truth.curves[place] == curve]
    shares = tuple(sorted({truth.arms_bp[place] for place in mine}))
    return ArmTruth(
        curve,
        name,
        len(mine),
        sum(1 for place in mine if truth.fates.sold[place]),
        sum(truth.fates.net_cents[place] for place in mine),
        shares,
        told.ratio(curve, REVENUE),
        told.ratio(curve, SOLD),
        told.ratio(curve, WEIGHED) if shares != (_WHOLE_BP,) else None,
    )


def _cut(truth: Truth, drawn: list[int]) -> list[dict[int, Sums]]:
    """By stretches of neighbours and arm: leads, sold ones, net revenue; revenue and leads, weighed."""
    many = min(MOST_STRETCHES, len(drawn))
    edges = [number * len(drawn) // many for number in range(many + 1)] if many else []
    found = []
    for first, last in pairwise(edges):
        sums: dict[int, list[int]] = {}
        for place in drawn[first:last]:
            one = sums.setdefault(truth.curves[place], [0, 0, 0, 0, 0])
            weight = _WHOLE_BP * _WHOLE_BP // truth.arms_bp[place]
            net_cents = truth.fates.net_cents[place]
            one[0] += 1
            one[1] += truth.fates.sold[place] > 0
            one[2] += net_cents
            one[3] += net_cents * weight
            one[4] += weight
        found.append({curve: tuple(one) for curve, one in sums.items()})
    return found
