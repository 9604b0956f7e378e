"""When personal data goes: a minute after the start, then once an hour, in every process that keeps an alarm clock."""

import logging
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from exchange.clock import SystemClock
from exchange.config import RetentionSettings
from exchange.instant import MINUTE_US, to_datetime
from exchange.operators.retention import Retention
from exchange.store import Store

_log = logging.getLogger(__name__)

LOOK_AGAIN_MIN = 60
FIRST_US = MINUTE_US
"""A process that has just started has other things to do."""


class RetentionRounds:
    """A scheduler of its own: prices do not wait. Any number may go, what is gone is gone."""

    def __init__(self, store: Store, settings: RetentionSettings, *, first_us: int = FIRST_US) -> None:
        self._retention = Retention(store, settings)
        self._first_us = first_us
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._scheduler.start()
        first = DateTrigger(to_datetime(SystemClock().now() + self._first_us), timezone=UTC)
        self._scheduler.add_job(self.round, first)
        self._scheduler.add_job(self.round, IntervalTrigger(minutes=LOOK_AGAIN_MIN, timezone=UTC))

    def stop(self) -> None:
        """End after the round under way."""
        self._scheduler.shutdown(wait=True)

    def round(self) -> None:
        """Erase what is due; a database that does not answer is asked again in an hour. No log names a row."""
        try:
            self._retention.round()
        except Exception as error:
            _log.error("personal data could not be erased (%s); the next round tries again", type(error).__name__)
