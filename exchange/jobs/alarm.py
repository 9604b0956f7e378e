"""The alarm clock: wakes for what falls due next, settles, sleeps again. It decides nothing.

Any number of these may run, in any processes: settling is idempotent under the sector's lock, so a late, doubled or
missing alarm changes no outcome (rules.md §8). The work lies in tables; the scheduler's store is in memory.
"""

import logging
from collections.abc import Callable
from datetime import UTC
from math import inf
from threading import Event, Thread
from time import monotonic

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from exchange.clock import Clock, SystemClock
from exchange.desk import Desk
from exchange.instant import SECOND_US, Instant, to_datetime

_log = logging.getLogger(__name__)

PAUSE_US = 200_000
"""Least time between two rounds: steps that fall close together share one transaction."""
LOOK_AGAIN_US = 1_000_000
"""Most time between two rounds: an order in another process may have made something due earlier."""
_OVERSLEPT = 3
"""After so many times the longest wait without a round, something is wrong with this host's clock."""


class AlarmClock:
    """Settles every sector when something in it falls due, at most a second or so late.

    What is due is due by the database's clock, unless another one is given; this host's clock only rings.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        clock: Clock | None = None,
        pause_us: int = PAUSE_US,
        look_again_us: int = LOOK_AGAIN_US,
    ) -> None:
        self._desk = desk
        self._now = clock.now if clock else desk.store.now
        self._pause_us = pause_us
        self._look_again_us = look_again_us
        self._stopped = Event()
        self._rings_s = inf
        """When the next round should begin, by the monotonic clock; never while one is under way."""
        self.told: Callable[[], None] | None = None
        """Called after each round."""
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def start(self) -> None:
        """Begin in a thread of its own; the first round settles whatever fell due while nobody was awake."""
        self._scheduler.start()
        self._arm(0)
        Thread(target=self._keep_awake, name="alarm", daemon=True).start()

    def stop(self) -> None:
        """End after the round under way."""
        self._stopped.set()
        self._scheduler.shutdown(wait=True)

    def round(self) -> None:
        """Settle what is due now, then set the alarm for what is due next."""
        self._rings_s = inf
        wait_us = self._look_again_us
        try:
            self._settle_due(self._now())
            due_at, now = min(self._desk.all_due().values(), default=None), self._now()
            wait_us = self.next_round(now, due_at) - now
        except Exception:
            _log.exception("the database did not answer; the next round tries again")
        if self.told is not None:
            self.told()
        self._arm(wait_us)

    def _settle_due(self, now: Instant) -> None:
        for sector, due_at in self._desk.all_due().items():
            if due_at <= now:
                self._settle(sector)

    def next_round(self, now: Instant, due_at: Instant | None) -> Instant:
        """The instant to wake at: when something is due, but neither at once again nor later than a look."""
        latest = now + self._look_again_us
        return latest if due_at is None else max(now + self._pause_us, min(due_at, latest))

    def _settle(self, sector: str) -> None:
        try:
            self._desk.settle(sector)
        except Exception:
            _log.exception("sector %s could not be settled; the next round tries again", sector)

    def _arm(self, wait_us: int) -> None:
        if self._scheduler.running:
            trigger = DateTrigger(to_datetime(SystemClock().now() + wait_us), timezone=UTC)
            self._scheduler.add_job(self.round, trigger, id="round", replace_existing=True)
            self._rings_s = monotonic() + wait_us / SECOND_US

    def _keep_awake(self) -> None:
        """The scheduler sleeps by this host's clock: where that is set back, the alarm is set anew."""
        look_again_s = self._look_again_us / SECOND_US
        while not self._stopped.wait(look_again_s):
            if monotonic() - self._rings_s > _OVERSLEPT * look_again_s:
                self._arm(0)
