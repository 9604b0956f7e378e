"""The courier: takes what is due in the outbox, hands it over outside any transaction, marks what became of it.

Any number of couriers may run. One that dies between handing over and marking leaves a message that another one takes
when its lock has run out, with the same delivery id: at least once, never lost.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import randbelow
from threading import Event
from time import monotonic

from exchange.delivery import DRAWS, Attempt, Carrier, mark
from exchange.failpoint import failpoint
from exchange.instant import SECOND_US
from exchange.schema.personal import MESSAGE_KEPT_US
from exchange.store import Store
from exchange.store.engine import instant_of
from exchange.store.outbox import Held, purge, put_back, put_mark, take

_log = logging.getLogger(__name__)

BATCH = 50
"""Most messages taken at once."""
LOCK_US = 120 * SECOND_US
"""How long what was taken is nobody else's."""
_LAST_BEGIN_S = 60.0
"""So long after taking a batch the last of it may be begun: what is left of the lock is enough for one message."""
KEPT_US = MESSAGE_KEPT_US
BROKEN = "carrier_error"
"""The code of an attempt in which a carrier raised."""


@dataclass
class Courier:
    """``draw`` gives the share of a wait, 0..9999 (`exchange.delivery.wait_us`)."""

    store: Store
    carrier: Carrier
    draw: Callable[[], int] = field(default=lambda: randbelow(DRAWS))
    stopped: Event = field(default_factory=Event)
    """Set by whoever wants a round to end after the message under way."""

    def round(self) -> int:
        """Hand over everything that is due now; returns how many messages were tried."""
        tried = 0
        while True:
            began_s = monotonic()
            held = self._take()
            failpoint("courier.taken")
            for number, one in enumerate(held):
                if self.stopped.is_set() or monotonic() - began_s > _LAST_BEGIN_S:
                    self._put_back(held[number:])
                    return tried
                self._carry(one)
                tried += 1
            if len(held) < BATCH:
                return tried

    def _take(self) -> list[Held]:
        with self.store.write_aside() as connection:
            now = instant_of(connection, self.store.clock)
            return take(connection, now, until=now + LOCK_US, most=BATCH)

    def _put_back(self, held: list[Held]) -> None:
        with self.store.write_aside() as connection:
            put_back(connection, held, instant_of(connection, self.store.clock))

    def _carry(self, held: Held) -> None:
        attempt = self._attempt(held)
        failpoint("courier.carried")
        with self.store.write_aside() as connection:
            now = instant_of(connection, self.store.clock)
            became = mark(attempt, now, attempts=held.attempts, posted_at=held.message.at, draw=self.draw())
            marked = put_mark(connection, held, became)
        failpoint("courier.marked")
        if not marked:
            _log.warning("delivery %s was taken by another courier meanwhile", held.message.delivery_id)
        elif became.dead_at is not None:
            _log.error("delivery %s is given up: %s", held.message.delivery_id, attempt.code)

    def _attempt(self, held: Held) -> Attempt:
        try:
            return self.carrier.deliver(held.message)
        except Exception as error:  # what it says may name people: its kind is enough
            _log.error("delivery %s: the carrier raised %s", held.message.delivery_id, type(error).__name__)
            return Attempt("failed", BROKEN)

    def purge(self) -> int:
        """Forget what is older than `KEPT_US`."""
        with self.store.write_aside() as connection:
            return purge(connection, instant_of(connection, self.store.clock) - KEPT_US)
