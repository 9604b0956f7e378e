"""What instant it is, and when no clock can be believed.

The instant comes from the database host's clock (rules.md §8.3). It is never before what was settled: a clock that was
set back a little stands still until it has caught up. One that was set back further, or a host whose own clock is far
from the database's, is no clock to sell by: nothing is sold until somebody has put it right.
"""

from collections.abc import Callable, Iterable
from threading import Lock

from sqlalchemy import Connection

from exchange.clock import Clock
from exchange.errors import ExchangeError
from exchange.instant import SECOND_US, Instant
from exchange.store.engine import instant_of

Ask = Callable[[Connection, Clock], Instant]
"""Asks a connection for the instant; the clock may stand for the database's."""

MOST_BACK_US = 2 * SECOND_US
"""How far the database's clock may lie behind what was settled, and behind what it said before."""
MOST_APART_US = 2 * SECOND_US
"""How far this host's clock may be from the database's while instant bids are taken: pages count down by this one."""


class ClockBack(ExchangeError):
    """The database's clock was set back: nothing was done, and nothing is until it has caught up."""

    code = "clock_back"


class ClockSkew(ExchangeError):
    """This host's clock is far from the database's: nothing was bought."""

    code = "clock_skew"


class Timekeeper:
    """Reads clocks for one store. ``host`` is this host's clock where it is another than the store's."""

    def __init__(self, most_back_us: int = MOST_BACK_US, host: Clock | None = None) -> None:
        self.most_back_us = most_back_us
        self.host = host
        self.apart_us = 0
        """How far the two clocks were apart when they were last read."""
        self._latest_at: Instant = 0
        self._lock = Lock()

    def read(self, connection: Connection, clock: Clock, ask: Ask = instant_of) -> tuple[Instant, int]:
        """The instant, and how far this host's clock surely is from it: the way there and back is no difference."""
        host = self.host or clock
        before = host.now()
        there = ask(connection, clock)
        self.apart_us = max(0, before - there, there - host.now())
        return there, self.apart_us

    def not_before(self, there: Instant, settled: Iterable[Instant]) -> Instant:
        """The instant of a transaction on tapes settled so far. Raises ClockBack where the clock was set back.

        What this process was told before counts too, so that a sector in which nothing happened stands still with the
        others.
        """
        settled_at = max(settled, default=there)
        with self._lock:
            back_us = max(settled_at, self._latest_at) - there
            if back_us <= self.most_back_us:
                self._latest_at = max(self._latest_at, there)
        if back_us > self.most_back_us:
            raise ClockBack(
                f"the database's clock is {back_us / SECOND_US:.1f} s behind what was settled: nothing is done until "
                "it has caught up; put it right, or see `exchange doctor`"
            )
        return max(there, settled_at)
