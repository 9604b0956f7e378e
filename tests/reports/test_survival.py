"""The chance that a listing is still there, against a naive count and by hand."""

from hypothesis import given
from hypothesis import strategies as st

from exchange.reports.survival import Case, chances

CASES = st.lists(st.builds(Case, st.integers(1, 40), st.booleans()), min_size=1, max_size=60)


def naive(cases: list[Case], age_us: int, wait_us: int) -> float:
    """The product over every microsecond of one minus the share sold in it."""
    share = 1.0
    for at_us in range(age_us + 1, age_us + wait_us + 1):
        there = sum(case.lasted_us >= at_us for case in cases)
        sold = sum(case.lasted_us == at_us and case.sold for case in cases)
        if there:
            share *= 1 - sold / there
    return share


@given(CASES, st.integers(0, 30), st.lists(st.integers(0, 30), max_size=4))
def test_it_equals_the_naive_product(cases: list[Case], age_us: int, waits: list[int]) -> None:
    found = chances(cases, age_us, sorted(waits), fewest=1)
    if found is None:
        assert all(case.lasted_us <= age_us for case in cases)
        return
    for wait_us, chance in zip(sorted(waits), found, strict=True):
        assert abs(chance.share - naive(cases, age_us, wait_us)) < 1e-9
        assert 0 <= chance.low <= chance.share <= chance.high <= 1
        assert chance.cases == sum(case.lasted_us > age_us for case in cases)


@given(CASES, st.integers(0, 10))
def test_waiting_longer_never_helps(cases: list[Case], age_us: int) -> None:
    found = chances(cases, age_us, range(0, 40, 5), fewest=1) or []
    shares = [chance.share for chance in found]
    assert shares == sorted(shares, reverse=True)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60), st.integers(1, 40))
def test_without_censoring_it_is_the_plain_share(lasted: list[int], wait_us: int) -> None:
    [chance] = chances([Case(one, sold=True) for one in lasted], 0, [wait_us], fewest=1) or []
    assert abs(chance.share - sum(one > wait_us for one in lasted) / len(lasted)) < 1e-9


def test_an_example_from_the_textbook() -> None:
    """Freireich's 21 patients on 6-MP: remission in weeks; the estimate at 10 weeks is 0.7529, at 23 0.4482."""
    relapsed = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    cases = [Case(week, sold=True) for week in relapsed] + [Case(week, sold=False) for week in censored]
    at_10, at_23 = chances(cases, 0, [10, 23], fewest=1) or []
    assert round(at_10.share, 4) == 0.7529
    assert round(at_23.share, 4) == 0.4482
    assert (round(at_10.low, 3), round(at_10.high, 3)) == (0.503, 0.889)


def test_it_says_nothing_of_few_cases() -> None:
    cases = [Case(10, sold=True)] * 49
    assert chances(cases, 0, [5]) is None
    assert chances([*cases, Case(10, sold=True)], 0, [5]) is not None
    assert chances([*cases, Case(3, sold=True)], 5, [5]) is None


def test_a_share_of_all_has_an_interval_too() -> None:
    [chance] = chances([Case(10, sold=True)] * 60, 0, [5]) or []
    assert (chance.share, chance.low, chance.high) == (1.0, 0.95, 1.0)
