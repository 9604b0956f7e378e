"""The instant: from one clock, never before what was settled, and none at all where the clock cannot be believed."""

import pytest

from exchange.clock import SetClock
from exchange.instant import SECOND_US
from exchange.store import ClockBack, open_store
from exchange.store.timekeeper import MOST_BACK_US, Timekeeper

AT = 1_000 * SECOND_US


def test_what_was_settled_holds_a_clock_that_is_a_little_behind() -> None:
    time = Timekeeper()
    assert time.not_before(AT, []) == AT
    assert time.not_before(AT - MOST_BACK_US, []) == AT - MOST_BACK_US
    assert time.not_before(AT, [AT - 5, AT + MOST_BACK_US]) == AT + MOST_BACK_US


def test_further_behind_is_no_clock() -> None:
    time = Timekeeper()
    with pytest.raises(ClockBack, match=r"2\.5 s behind"):
        time.not_before(AT, [AT + 2_500_000])
    assert time.not_before(AT + 500_000, [AT + 2_500_000]) == AT + 2_500_000, "until it has caught up"


def test_what_it_said_before_counts_also_where_nothing_was_settled() -> None:
    time = Timekeeper()
    time.not_before(AT, [])
    with pytest.raises(ClockBack):
        time.not_before(AT - MOST_BACK_US - 1, [])
    assert Timekeeper(most_back_us=AT).not_before(1, [AT]) == AT


def test_the_way_there_and_back_is_no_difference(engine: str) -> None:
    """The database's clock is read between two looks at this host's."""

    class Ticking:
        def __init__(self) -> None:
            self.at_us = AT - 10

        def now(self) -> int:
            self.at_us += 10 + SECOND_US
            return self.at_us

    store = open_store("sqlite://", SetClock(AT + 5 * SECOND_US), create=True)
    with store.read() as connection:
        assert Timekeeper().read(connection, store.clock) == (AT + 5 * SECOND_US, 0)
        slow = Timekeeper(host=Ticking())
        there, apart_us = slow.read(connection, store.clock)
        assert (there, apart_us) == (AT + 5 * SECOND_US, 5 * SECOND_US - 2 * SECOND_US - 10)
        assert slow.apart_us == apart_us
    store.close()
