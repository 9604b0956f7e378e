"""Ratios with bootstrap intervals, for comparing what was drawn at random. Pure; floats never go back into a price.

Leads that were listed near each other compete for the same buyers at the same hours, so whole stretches of leads are
drawn again, never single ones, and all arms of a stretch together: what moved them alike cancels in a difference. The
draws follow from a seed that is made of the data: the same market gives the same interval, whoever asks.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from operator import itemgetter
from random import Random

ROUNDS = 2_000
MOST_STRETCHES = 200
LEVEL = 0.95
FEWEST = 30
"""No interval from fewer leads."""

Sums = tuple[int, ...]
"""Whatever is added up over leads, always in the same order."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """One sum over another, by their places; ``scale`` only makes the figure readable."""

    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval at a level, and how many cases it was counted from."""

    value: float
    low: float
    high: float
    cases: int

    @property
    def excludes_zero(self) -> bool:
        """Whether a difference is more than noise, at the interval's level."""
        return self.low > 0 or self.high < 0


def seed_of(parts: Sequence[object]) -> int:
    """A seed made of data: 64 bits of its SHA-256."""
    return int(sha256(repr(tuple(parts)).encode()).hexdigest()[:16], 16)


def stretches(leads: Sequence[tuple[int, Sums]], most: int = MOST_STRETCHES) -> list[dict[int, Sums]]:
    """Leads in their order, each with its arm, cut into even stretches: the sums of each arm in each."""
    many = min(most, len(leads))
    found = []
    for number in range(many):
        some = leads[number * len(leads) // many : (number + 1) * len(leads) // many]
        sums: dict[int, Sums] = {}
        for arm, one in some:
            sums[arm] = tuple(map(sum, zip(sums[arm], one, strict=True))) if arm in sums else one
        found.append(sums)
    return found


class Resampled:
    """What each arm's sums were in every round, so that any ratio and any difference is read off the same draws."""

    def __init__(self, cut: Sequence[Mapping[int, Sums]], arms: Sequence[int], seed: int, rounds: int = ROUNDS) -> None:
        width = max((len(sums) for one in cut for sums in one.values()), default=0)
        nothing = (0,) * width
        columns = {arm: list(zip(*(one.get(arm, nothing) for one in cut), strict=True)) for arm in arms}
        self._whole = {arm: tuple(map(sum, columns[arm])) for arm in arms}
        rng, places = Random(seed), range(len(cut))  # noqa: S311 - reproducible draws, not a secret
        self._rounds: list[dict[int, Sums]] = []
        for _ in range(rounds if len(cut) > 1 else 0):
            drawn = itemgetter(*rng.choices(places, k=len(cut)))
            self._rounds.append({arm: tuple(sum(drawn(one)) for one in columns[arm]) for arm in arms})

    def ratio(self, arm: int, ratio: Ratio, level: float = LEVEL, fewest: int = FEWEST) -> Estimate | None:
        """An arm's figure; None below the fewest leads (the first sum), or where it cannot be said."""
        return self._estimate(arm, lambda sums: _divided(sums[arm], ratio), level, self._cases(ratio, arm), fewest)

    def difference(
        self, arm: int, other: int, ratio: Ratio, level: float = LEVEL, fewest: int = FEWEST
    ) -> Estimate | None:
        """By how much an arm's figure is above another's."""

        def apart(sums: Mapping[int, Sums]) -> float | None:
            mine, theirs = _divided(sums[arm], ratio), _divided(sums[other], ratio)
            return None if mine is None or theirs is None else mine - theirs

        cases = self._cases(ratio, arm) + self._cases(ratio, other)
        if other not in self._whole or not self._whole[other] or self._whole[other][0] < fewest:
            return None
        return self._estimate(arm, apart, level, cases, fewest)

    def _cases(self, ratio: Ratio, arm: int) -> int:
        return self._whole[arm][ratio.bottom] if self._whole.get(arm) else 0

    def _estimate(
        self, arm: int, of: Callable[[Mapping[int, Sums]], float | None], level: float, cases: int, fewest: int
    ) -> Estimate | None:
        if not self._whole.get(arm) or self._whole[arm][0] < fewest or (value := of(self._whole)) is None:
            return None
        found = sorted(one for one in map(of, self._rounds) if one is not None)
        if not found or len(found) < len(self._rounds) * 0.99:
            return None
        low, high = _percentile(found, (1 - level) / 2), _percentile(found, (1 + level) / 2)
        return Estimate(value, low, high, cases)


def _divided(sums: Sums, ratio: Ratio) -> float | None:
    return sums[ratio.top] / sums[ratio.bottom] if sums and sums[ratio.bottom] else None


def _percentile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
