"""A share out of some cases with an interval, and whether it stands out among many that were looked at. Pure.

Whoever looks at fifty firms finds two or three beyond a 95 % interval by chance alone. So the intervals here hold for
all firms of one look together: each at 1 - 5 % / firms (Bonferroni), by Wilson's formula, which never leaves 0 to 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

ERROR = 0.05
FEWEST = 20
"""Nothing is said of a firm with fewer cases."""
FEWEST_OTHERS = 50
"""Nor where all others together have fewer to compare with."""


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``cases``, its interval, the share of all others together, and among how many firms it was looked."""

    name: str
    hits: int
    cases: int
    low: float
    high: float
    others: float
    other_cases: int
    firms: int

    @property
    def share(self) -> float:
        """Hits by case."""
        return self.hits / self.cases


def wilson(hits: int, cases: int, level: float) -> tuple[float, float]:
    """The interval of a share at a level."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, spread = hits / cases, 1 + z * z / cases
    middle = (share + z * z / (2 * cases)) / spread
    half = z * sqrt(share * (1 - share) / cases + z * z / (4 * cases * cases)) / spread
    return max(0.0, middle - half), min(1.0, middle + half)


def outstanding(counted: Mapping[str, tuple[int, int]]) -> tuple[list[Share], int]:
    """Of firms with ``(hits, cases)`` those whose whole interval lies above what all others have, the furthest first;
    and how many firms had cases enough to be looked at."""
    all_hits, all_cases = (sum(one[place] for one in counted.values()) for place in (0, 1))
    looked = {
        name: (hits, cases)
        for name, (hits, cases) in counted.items()
        if cases >= FEWEST and all_cases - cases >= FEWEST_OTHERS
    }
    found = []
    for name, (hits, cases) in sorted(looked.items()):
        low, high = wilson(hits, cases, 1 - ERROR / len(looked))
        others = (all_hits - hits) / (all_cases - cases)
        if low > others:
            found.append(Share(name, hits, cases, low, high, others, all_cases - cases, len(looked)))
    return sorted(found, key=lambda one: (others_apart(one), one.name)), len(looked)


def others_apart(one: Share) -> float:
    """For sorting: the more a firm's interval lies above the others, the earlier."""
    return one.others - one.low
