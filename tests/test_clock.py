"""The only clock, and the one that stands where it was set."""

from exchange.clock import SetClock, SystemClock
from exchange.instant import SECOND_US, from_text


def test_a_set_clock_stands():
    clock = SetClock(from_text("2026-03-02T09:00:00Z"))
    assert clock.now() == clock.now()
    clock.at_us += SECOND_US
    assert clock.now() == from_text("2026-03-02T09:00:01Z")


def test_the_hosts_clock_does_not_run_backwards_here():
    clock = SystemClock()
    before = clock.now()
    assert from_text("2026-01-01T00:00:00Z") < before <= clock.now()
