"""The demo goes on living: suppliers list, other firms look and buy, until it is stopped."""

import logging
from collections.abc import Callable
from threading import Event, Thread

from exchange.demo.market import DemoMarket
from exchange.errors import ExchangeError

_log = logging.getLogger(__name__)

LEAD_EVERY_S = (3.0, 11.0)
VISIT_EVERY_S = (4.0, 13.0)


class LiveMarket:
    """Two threads that act on the desk as people would; each waits a random time between two deeds."""

    def __init__(self, suppliers: DemoMarket, advisers: DemoMarket) -> None:
        self._stopped = Event()
        self.threads = [
            Thread(target=self._suppliers, args=(suppliers,), name="demo-suppliers", daemon=True),
            Thread(target=self._advisers, args=(advisers, suppliers), name="demo-advisers", daemon=True),
        ]

    def start(self) -> None:
        """Begin; returns at once."""
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """End after the deeds under way."""
        self._stopped.set()
        for thread in self.threads:
            thread.join(timeout=10)

    def _suppliers(self, market: DemoMarket) -> None:
        while not self._stopped.wait(market.rng.uniform(*LEAD_EVERY_S)):
            self._try(market.list_lead)

    def _advisers(self, market: DemoMarket, suppliers: DemoMarket) -> None:
        while not self._stopped.wait(market.rng.uniform(*VISIT_EVERY_S)):
            market.recent = suppliers.recent[-400:]
            self._try(lambda: market.visit(guests_only=True))

    def _try(self, deed: Callable[[], None]) -> None:
        try:
            deed()
        except ExchangeError as error:
            _log.warning("the demo's market was turned away: %s", error.code)
