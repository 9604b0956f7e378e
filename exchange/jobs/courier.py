"""When the courier goes: every second or so, and once an hour to forget what was delivered a month ago."""

import logging
from datetime import UTC
from time import monotonic

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from exchange.clock import SystemClock
from exchange.courier.courier import Courier
from exchange.instant import SECOND_US, to_datetime
from exchange.jobs.alarm import LOOK_AGAIN_US

_log = logging.getLogger(__name__)

PURGE_S = 3_600
_OVERSLEPT = 10
"""After so many times the wait without a round, this host's clock was set back."""


class CourierRounds:
    """A scheduler of its own: a mail server that takes its time must not keep prices from falling."""

    def __init__(self, courier: Courier, *, look_again_us: int = LOOK_AGAIN_US) -> None:
        self._courier = courier
        self._look_again_us = look_again_us
        self._going = False
        self._ended_s = monotonic()
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._scheduler.start()
        self._arm(0)
        self._scheduler.add_job(self.purge, IntervalTrigger(seconds=PURGE_S, timezone=UTC))

    def stop(self) -> None:
        """End after the message under way; what was taken and not tried is put back."""
        self._courier.stopped.set()
        self._scheduler.shutdown(wait=True)

    def keep_awake(self) -> None:
        """The scheduler sleeps by this host's clock: where that was set back, its alarm is set anew."""
        if not self._going and monotonic() - self._ended_s > _OVERSLEPT * self._look_again_us / SECOND_US:
            self._ended_s = monotonic()
            self._arm(0)

    def _arm(self, wait_us: int) -> None:
        """A round is armed when the one before has ended: one that takes long is followed, never joined."""
        if self._scheduler.running:
            trigger = DateTrigger(to_datetime(SystemClock().now() + wait_us), timezone=UTC)
            self._scheduler.add_job(self.round, trigger, id="round", replace_existing=True)

    def round(self) -> None:
        """Hand over what is due."""
        self._going = True
        try:
            self._courier.round()
        except Exception as error:
            _log.error("the courier's round ended early (%s); the next one goes on", type(error).__name__)
        finally:
            self._going, self._ended_s = False, monotonic()
            self._arm(self._look_again_us)

    def purge(self) -> None:
        """Forget what is old."""
        try:
            self._courier.purge()
        except Exception as error:
            _log.error("old messages could not be forgotten (%s); the next hour tries again", type(error).__name__)
