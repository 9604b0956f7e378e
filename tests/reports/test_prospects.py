from exchange.instant import DAY_US, HOUR_US
from exchange.reports.prospects import FEWEST_CASES, curve_in_force, prospect_of
from tests.desk.floor import MORNING, clock_of, offer, open_market


def market(cases: int):
    """So many exclusive leads at 48 to 12 euros: every second one is bought at the start, the others expire."""
    desk = open_market(cents=10_000_000)
    for n in range(cases):
        offer(desk, f"L{n}", seats=1, start_cents=4800, floor_cents=1200)
        if n % 2:
            desk.buy("pv", buyer="bert", listing_id=f"L{n}", most_cents=4800)
    clock_of(desk).at_us = MORNING + 12 * HOUR_US
    desk.settle("pv")
    return desk


def asked(desk, *, leads=100, seats=1, later_us=0):
    with desk.store.read() as connection:
        now = clock_of(desk).at_us + later_us
        return prospect_of(connection, "pv", leads=leads, seats=seats, start_cents=4800, now=now)


def test_without_enough_cases_there_is_no_range() -> None:
    desk = market(FEWEST_CASES - 1)
    assert asked(desk) is None


def test_the_range_lies_around_what_such_leads_earned() -> None:
    desk = market(FEWEST_CASES)
    found = asked(desk)
    earned = 100 * 4800 * 9 // 10 // 2  # half of them at the start price, less the fee of a tenth
    assert found.low_cents < earned < found.high_cents
    assert (found.cases, found.sold_bp) == (FEWEST_CASES, 5_000)
    assert asked(desk, seats=3) is None
    assert asked(desk, later_us=29 * DAY_US) is None


def test_the_curve_most_leads_get_is_the_one_shown() -> None:
    desk = open_market()
    with desk.store.read() as connection:
        assert curve_in_force(connection, "pv", MORNING).name == "ten minutes"
        assert curve_in_force(connection, "none", MORNING) is None
