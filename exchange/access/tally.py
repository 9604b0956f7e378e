"""Allowances counted in memory, one count a process: of those nobody knows, by their address, of sessions, of orders.

A stranger's request must not cost the database a write, or asking in vain would slow the market down; nor must a
click of somebody logged in wait for one.
"""

from collections import OrderedDict
from threading import Lock

from exchange.access.throttle import Allowance, Limit
from exchange.instant import Instant

MOST_KNOWN = 10_000
"""Addresses remembered; the one that has not come for longest is forgotten."""


class Tally:
    """What each address has left of a limit, in microseconds of waiting that its requests have used up."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._lock = Lock()
        self._full_at: OrderedDict[str, Instant] = OrderedDict()

    def spend(self, who: str, at: Instant) -> Allowance:
        """Count one request, and say what is left."""
        limit = self._limit
        most_us = limit.burst * limit.refill_us
        with self._lock:
            owed_us = max(self._full_at.pop(who, at) - at, 0)
            granted = owed_us + limit.refill_us <= most_us
            owed_us += limit.refill_us if granted else 0
            self._full_at[who] = at + owed_us
            if len(self._full_at) > MOST_KNOWN:
                self._full_at.popitem(last=False)
        left_us = most_us - owed_us
        wait_us = 0 if granted else limit.refill_us - left_us
        return Allowance(limit, granted, remaining=left_us // limit.refill_us, full_us=owed_us, wait_us=wait_us)
