"""Arms compared: a truth that is known, leads that are still open, looking while it runs."""

from random import Random

from exchange.reports.arm_figures import LOOKS, DrawnLead, compare, until_first_open, verdict
from exchange.reports.resampling import FEWEST, Ratio, Resampled, stretches


def lead(number: int, arm: int, price: int, *, sold: bool = True, open_: bool = False) -> DrawnLead:
    cents = price if sold else 0
    return DrawnLead(f"L{number}", arm, open_, 1_000 + number, sold, 1, int(sold), cents, cents, 500 * int(sold))


def market(many: int, means: dict[int, int], seed: int = 1) -> list[DrawnLead]:
    """Leads with arms drawn at random, sold four times in five around a mean price."""
    rng = Random(seed)
    arms = sorted(means)
    return [
        lead(n, arm, max(1, round(rng.gauss(means[arm], 1_500))), sold=rng.random() < 0.8)
        for n in range(many)
        for arm in [rng.choice(arms)]
    ]


def test_the_same_data_gives_the_same_interval_and_says_its_seed() -> None:
    leads = market(300, {1: 4_000, 2: 4_000})
    once, again = compare([1, 2], leads), compare([2, 1], leads)
    assert once == again
    assert len(once.seed) == 16
    assert compare([1, 2], leads[:-1]).seed != once.seed


def test_a_figure_is_what_counting_says_and_its_interval_holds_it() -> None:
    leads = market(400, {1: 4_000, 2: 5_000})
    mine = [one for one in leads if one.arm == 1]
    found = compare([1, 2], leads).arms[0]
    revenue = found.figures["revenue"]
    assert revenue is not None
    assert revenue.value == sum(one.net_cents for one in mine) / len(mine)
    assert revenue.low < revenue.value < revenue.high
    assert revenue.cases == len(mine)


def test_leads_behind_an_open_one_wait() -> None:
    leads = [*market(100, {1: 4_000, 2: 4_000}), lead(100, 1, 0, sold=False, open_=True), lead(101, 2, 9_000)]
    assert len(until_first_open(leads)) == 100
    found = compare([1, 2], leads)
    assert [one.waiting for one in found.arms] == [1, 1]
    ended = found.arms[0].sold_in_the_end
    assert ended is None or ended.cases <= 51


def test_few_leads_have_no_interval() -> None:
    leads = [lead(n, 1, 4_000) for n in range(FEWEST - 1)] + [lead(99 + n, 2, 4_000) for n in range(FEWEST)]
    found = compare([1, 2], leads)
    assert found.arms[0].figures["revenue"] is None
    assert found.arms[1].figures["revenue"] is not None
    assert found.arms[1].apart["revenue"] is None


def test_what_moves_all_arms_alike_cancels_in_the_difference() -> None:
    leads = [lead(n, 1 + n % 2, 2_000 + 40 * (n // 2) + 100 * (n % 2)) for n in range(200)]
    drawn = Resampled(stretches([(one.arm, one.sums) for one in leads], 50), [1, 2], 7)
    apart, alone = drawn.difference(2, 1, Ratio(4, 0)), drawn.ratio(1, Ratio(4, 0))
    assert apart is not None
    assert alone is not None
    assert round(apart.value) == 100
    assert apart.high - apart.low < (alone.high - alone.low) / 10


def test_the_rule_ends_at_the_first_look_that_differs_and_stays_there() -> None:
    leads = market(900, {1: 4_000, 2: 6_000})
    first = verdict([1, 2], leads[:400])
    assert (first.state, first.look, first.arm) == ("decided", LOOKS[0], 2)
    later = verdict([1, 2], leads)
    assert (later.state, later.look, later.apart) == ("decided", first.look, first.apart)


def test_the_rule_waits_for_the_slower_arm() -> None:
    leads = [lead(n, 1 if n % 10 else 2, 4_000) for n in range(500)]
    found = verdict([1, 2], leads)
    assert (found.state, found.cases, found.next_look) == ("waiting", 50, LOOKS[0])
    assert verdict([1], leads).state == "single"


def test_three_arms_share_the_error() -> None:
    assert verdict([1, 2, 3], market(30, {1: 1, 2: 1, 3: 1})).level > verdict([1, 2], market(30, {1: 1, 2: 1})).level
