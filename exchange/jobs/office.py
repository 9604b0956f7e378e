"""The office's rounds: seal the audit log, carry out rulings whose ten seconds are over, keep the house's health."""

import logging
from threading import Event, Thread

from exchange.aftersale.rulings import Rulings
from exchange.audit.sealer import seal_all
from exchange.desk import Desk
from exchange.operators.vitals import Nurse

_log = logging.getLogger(__name__)

EVERY_S = 0.5
"""So the chain is at most a second behind."""


class OfficeRounds:
    """A thread of its own; any number may go, what is done is done once."""

    def __init__(self, desk: Desk, *, every_s: float = EVERY_S) -> None:
        self._desk = desk
        self._rulings = Rulings(desk)
        self._nurse = Nurse(desk.store, desk.store.posts)
        self._every_s = every_s
        self._stopped = Event()
        self._thread = Thread(target=self._go, name="office", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the round under way."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def round(self) -> None:
        """Once; what goes wrong is told and tried again."""
        for name, act in (("rulings", self._rule), ("the audit log", self._seal), ("health", self._nurse.keep)):
            try:
                act()
            except Exception as error:
                _log.error("%s must wait (%s); the next round tries again", name, type(error).__name__)

    def _rule(self) -> int:
        return self._rulings.carry_out()

    def _seal(self) -> int:
        return seal_all(self._desk.store)

    def _go(self) -> None:
        while not self._stopped.wait(self._every_s):
            self.round()
