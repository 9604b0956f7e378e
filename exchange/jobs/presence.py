"""A job process's sign of life, written beside the work it tells of."""

import logging
import os
from hashlib import sha256
from socket import gethostname
from time import monotonic
from uuid import uuid4

from exchange.store import Store
from exchange.store.engine import instant_of
from exchange.store.processes import Process, beat, leave

_log = logging.getLogger(__name__)

BEAT_S = 10.0
"""Time between two signs of life."""


class Presence:
    """One process of ``kind``, ``serve`` or ``jobs``, that carries messages by ``carrier``."""

    def __init__(self, store: Store, kind: str, carrier: str, *, beat_s: float = BEAT_S) -> None:
        self._store = store
        self._kind = kind
        self._carrier = carrier
        self._beat_s = beat_s
        self._process: Process | None = None
        self._told_s = 0.0

    def beat(self) -> None:
        """Say so, unless it was said a moment ago; a database that does not answer is asked again later."""
        if self._process is not None and monotonic() - self._told_s < self._beat_s:
            return
        self._told_s = monotonic()
        try:
            with self._store.write_aside() as connection:
                now = instant_of(connection, self._store.clock)
                if self._process is None:
                    host = sha256(gethostname().encode()).hexdigest()[:8]
                    self._process = Process(uuid4().hex, host, os.getpid(), self._kind, self._carrier, now)
                beat(connection, self._process, now)
        except Exception:
            _log.exception("no sign of life could be written; the next round tries again")

    def leave(self) -> None:
        """Say that this process has ended in order."""
        if self._process is None:
            return
        try:
            with self._store.write_aside() as connection:
                leave(connection, self._process)
        except Exception:
            _log.exception("the end could not be written; the process is forgotten in a day")
