"""What happens to deliveries while nobody looks: planned rows are listed, abandoned files read, old ones erased."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from exchange.desk import Desk
from exchange.instant import MINUTE_US, Instant
from exchange.staging import answered, custody, posted, record
from exchange.staging.house import House
from exchange.staging.listing import Lister
from exchange.staging.reader import Reader

ERASE_EVERY_US = 10 * MINUTE_US
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Upkeep:
    """One round after the other, in any number of processes: each piece of work is taken by one of them."""

    desk: Desk
    _erase_at: Instant = 0

    def round(self) -> None:
        """Do what is due now. What fails is told and tried again next time; the rest is done all the same."""
        house = House(self.desk)
        now = house.now()
        with house.reading() as connection:
            due, abandoned = record.due(connection, now), record.abandoned(connection, now)
        for delivery_id in due:
            self._try(Lister(house).list_due, delivery_id)
        for delivery_id in abandoned:
            self._try(Reader(house).read, delivery_id)
        if now >= self._erase_at:
            with house.writing() as connection:
                custody.lapse_due(connection, now)
                over = record.over(connection, now)
                answered.keep(connection, over, now)
                record.forget(connection, over)
                posted.purge(connection, now)
            self._erase_at = now + ERASE_EVERY_US

    def _try(self, work: Callable[[str], object], delivery_id: str) -> None:
        try:
            work(delivery_id)
        except Exception:
            _log.exception("delivery %s: the next round tries again", delivery_id)
