"""Rounds over the queues of webhooks, in a thread of their own: whoever answers slowly holds up no mail, no price."""

import logging
from threading import Thread
from time import monotonic

from exchange.courier.hook import HookCourier
from exchange.instant import SECOND_US
from exchange.jobs.alarm import LOOK_AGAIN_US

_log = logging.getLogger(__name__)

PURGE_S = 3_600.0


class HookRounds:
    """Goes about once a second, at once again while there was something to do; forgets what is old once an hour."""

    def __init__(self, courier: HookCourier, *, look_again_us: int = LOOK_AGAIN_US) -> None:
        self._courier = courier
        self._pause_s = look_again_us / SECOND_US
        self._purged_s = monotonic()
        self._thread = Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the calls under way; what was taken and not tried is put back."""
        self._courier.stopped.set()
        self._thread.join()

    def _run(self) -> None:
        pause_s = 0.0
        while not self._courier.stopped.wait(pause_s):
            try:
                pause_s = 0.0 if self._courier.round() else self._pause_s
                self._purge()
            except Exception as error:
                pause_s = self._pause_s
                _log.error("the webhooks' round ended early (%s); the next one goes on", type(error).__name__)

    def _purge(self) -> None:
        if monotonic() - self._purged_s > PURGE_S:
            self._purged_s = monotonic()
            self._courier.purge()
