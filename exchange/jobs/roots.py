"""The root of each day: made soon after the day's end in Berlin, once, whoever comes first."""

import logging
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from exchange.clock import SystemClock
from exchange.desk import Desk
from exchange.instant import to_datetime
from exchange.member import HOUSE
from exchange.proofs.day import Root
from exchange.store import Conflict
from exchange.store import roots as kept

_log = logging.getLogger(__name__)

LOOK_AGAIN_MIN = 10


class RootRounds:
    """Looks every ten minutes whether a day is over that has no root; a scheduler of its own, prices do not wait."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._scheduler.start()
        self._scheduler.add_job(self.round, DateTrigger(to_datetime(SystemClock().now()), timezone=UTC))
        self._scheduler.add_job(self.round, IntervalTrigger(minutes=LOOK_AGAIN_MIN, timezone=UTC))

    def stop(self) -> None:
        """End after the day under way."""
        self._scheduler.shutdown(wait=True)

    def round(self) -> None:
        """Make what is missing; a database that does not answer is asked again in ten minutes."""
        try:
            publish_due(self._desk)
        except Exception:
            _log.exception("the day's root could not be made; the next round tries again")


def publish_due(desk: Desk) -> list[Root]:
    """Make and publish the roots of all days that are over; returns those made here, the oldest first."""
    made: list[Root] = []
    while (root := _publish_next(desk)) is not None:
        made.append(root)
    return made


def _publish_next(desk: Desk) -> Root | None:
    store = desk.store
    with store.read() as connection:
        day = kept.next_day(connection)
    now = store.now()
    if day is None or now < day.until_at + kept.PATIENCE_US:
        return None
    _close(desk)
    with store.read() as connection:
        root = kept.make_root(connection, day, kept.head_seqs(connection))
    try:
        with store.write_aside() as connection:
            kept.publish(connection, root, now)
    except Conflict:
        _log.info("the root of %s was published by another process", day.date)
        return None
    return root


def _close(desk: Desk) -> None:
    """Write all that fell due on days that are over; whoever was still writing on them is done after this."""
    for sector in desk.sectors():
        desk.settle(sector)
    with desk.store.begin([HOUSE]):
        pass  # its lock is all that is wanted
