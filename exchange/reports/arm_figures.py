"""Arms side by side: what each brought, by how much it differs from the reference, and when the comparison ends. Pure.

**Who counts.** Only leads whose arm was drawn, in the order of their listing, up to the first that is still open: the
early end of an open lead would otherwise count its quick sales and not its late ones. What came later waits. The share
that is ever sold is given a second time over all leads, open ones with it, as censored (product-limit estimate).

**Looking while it runs.** The intervals on the page are each at 95 % and meant for reading. Whoever stops at the first
that excludes zero would be wrong far more often than one time in twenty. So the rule that ends a comparison looks five
times only, when every arm has 100, 200, 400, 800, 1,600 leads that are over; each look takes the first so many of every
arm and a twentieth of the error: 5 % shared evenly among looks and arms (Bonferroni), 99 % intervals for two arms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from exchange.reports.resampling import Estimate, Ratio, Resampled, seed_of, stretches
from exchange.reports.survival import Case, Chance, chances

LOOKS = (100, 200, 400, 800, 1_600)
ERROR = 0.05
LOOK_ROUNDS = 4_000

FIGURES: dict[str, Ratio] = {
    "price": Ratio(3, 2),
    "age": Ratio(5, 2),
    "sell_through": Ratio(2, 1),
    "revenue": Ratio(4, 0),
}
"""By place in `DrawnLead.sums`: net price and running time at sale by seat sold, seats sold of those offered, net
revenue less what claims gave back by lead."""

State = Literal["single", "waiting", "decided", "none_found"]


@dataclass(frozen=True, slots=True)
class DrawnLead:
    """A listing whose arm was drawn. Amounts net; ``lasted_us`` and ``ages_us`` (added over seats) in running time."""

    listing_id: str
    arm: int
    open: bool
    lasted_us: int
    sold_out: bool
    seats: int
    sold: int
    price_cents: int
    net_cents: int
    ages_us: int

    @property
    def sums(self) -> tuple[int, ...]:
        """What is added up: leads, seats, seats sold, their prices, what stayed of them, their ages."""
        return 1, self.seats, self.sold, self.price_cents, self.net_cents, self.ages_us


@dataclass(frozen=True, slots=True)
class ArmFigures:
    """One arm: leads that are over and count, leads that wait; its figures, and how they differ from the reference."""

    arm: int
    leads: int
    waiting: int
    figures: Mapping[str, Estimate | None]
    apart: Mapping[str, Estimate | None]
    sold_in_the_end: Chance | None
    """The share sold out by the end of the running time, open leads taken as censored."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the stop rule says: ``cases`` of every arm are over, the next look is at ``next_look``.

    ``decided`` by ``apart``, the revenue per lead of ``arm`` above the reference's, at ``look`` leads of each arm.
    """

    state: State
    cases: int
    next_look: int | None = None
    look: int | None = None
    arm: int | None = None
    apart: Estimate | None = None
    level: float = 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """All of it. ``seed`` is what the draws were made from, in hex."""

    reference: int
    arms: tuple[ArmFigures, ...]
    verdict: Verdict
    seed: str
    lost: int = field(default=0)
    """Leads at the beginning of a long run that were not read."""


def compare(arms: Sequence[int], leads: Sequence[DrawnLead], lost: int = 0) -> Comparison:
    """Compare arms, the lowest version number being the reference; ``leads`` in the order of their listing."""
    reference = min(arms)
    over = until_first_open(leads)
    seed = seed_of([(one.listing_id, *one.sums) for one in over])
    drawn = Resampled(stretches([(one.arm, one.sums) for one in over]), arms, seed)
    found = []
    for arm in sorted(arms):
        apart = {key: drawn.difference(arm, reference, ratio) for key, ratio in FIGURES.items() if arm != reference}
        mine = [one for one in leads if one.arm == arm]
        counted = sum(one.arm == arm for one in over)
        figures = {key: drawn.ratio(arm, ratio) for key, ratio in FIGURES.items()}
        found.append(ArmFigures(arm, counted, len(mine) - counted, figures, apart, _in_the_end(mine)))
    return Comparison(reference, tuple(found), verdict(arms, over), f"{seed:016x}", lost)


def until_first_open(leads: Sequence[DrawnLead]) -> list[DrawnLead]:
    """The leads before the first that is still open."""
    first = next((place for place, one in enumerate(leads) if one.open), len(leads))
    return list(leads[:first])


def verdict(arms: Sequence[int], over: Sequence[DrawnLead]) -> Verdict:
    """The stop rule: the first look at which an arm differs ends the comparison, the last look ends it anyway."""
    by_arm = {arm: [one for one in over if one.arm == arm] for arm in arms}
    cases = min(len(mine) for mine in by_arm.values())
    if len(arms) < 2:
        return Verdict("single", cases)
    level = 1 - ERROR / (len(LOOKS) * (len(arms) - 1))
    for look in LOOKS:
        if cases < look:
            return Verdict("waiting", cases, next_look=look, level=level)
        decided = _look(by_arm, look, level)
        if decided is not None:
            return Verdict("decided", cases, look=look, arm=decided[0], apart=decided[1], level=level)
    return Verdict("none_found", cases, look=LOOKS[-1], level=level)


def _look(by_arm: Mapping[int, Sequence[DrawnLead]], look: int, level: float) -> tuple[int, Estimate] | None:
    """The arm furthest from the reference among those that differ, if any does."""
    reference = min(by_arm)
    in_order = _interleaved([mine[:look] for mine in by_arm.values()])
    seed = seed_of([(one.listing_id, one.net_cents) for one in in_order])
    drawn = Resampled(stretches([(one.arm, (1, one.net_cents)) for one in in_order]), list(by_arm), seed, LOOK_ROUNDS)
    found = [
        (arm, apart)
        for arm in by_arm
        if arm != reference
        and (apart := drawn.difference(arm, reference, Ratio(1, 0), level)) is not None
        and apart.excludes_zero
    ]
    return max(found, key=lambda one: abs(one[1].value), default=None)


def _interleaved(groups: Sequence[Sequence[DrawnLead]]) -> list[DrawnLead]:
    """Leads of every arm in turn: so a stretch holds as many of each."""
    return [one for place in range(max(map(len, groups))) for group in groups for one in group[place : place + 1]]


def _in_the_end(mine: Sequence[DrawnLead]) -> Chance | None:
    if not mine:
        return None
    cases = [Case(max(one.lasted_us, 1), one.sold_out) for one in mine]
    told = chances(cases, 0, [max(case.lasted_us for case in cases)])
    if told is None:
        return None
    found = told[0]
    return Chance(1 - found.share, 1 - found.high, 1 - found.low, found.cases)
