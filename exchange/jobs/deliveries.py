"""Rounds over deliveries of suppliers, in a thread of their own: listing them must not hold up the alarm clock.

Before each round they read what operators edited of the sectors, as pages do before a request: a lead that is planned
must be judged by the questions in force, also in a process that makes no pages.
"""

import logging
from threading import Event, Thread

from exchange.desk import Desk
from exchange.instant import SECOND_US
from exchange.reports.editions import Catalogue
from exchange.staging.upkeep import Upkeep

_log = logging.getLogger(__name__)
PAUSE_US = SECOND_US


class DeliveryRounds:
    """Lists what is planned and due about once a second; a missed round is made up for by the next."""

    def __init__(self, desk: Desk, *, pause_us: int = PAUSE_US) -> None:
        self._store = desk.store
        self._catalogue = Catalogue()
        self._upkeep = Upkeep(desk)
        self._pause_s = pause_us / SECOND_US
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="deliveries", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the round under way."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._pause_s):
            try:
                with self._store.read() as connection:
                    self._catalogue.refresh(connection)
                self._upkeep.round()
            except Exception:
                _log.exception("the database did not answer; the next round tries again")
