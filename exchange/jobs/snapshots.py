"""Snapshots of the tapes as they grow, a few a round: whoever looks at the past later finds one nearby."""

import logging
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from exchange.store import Store
from exchange.store.roots import head_seqs
from exchange.store.snapshots import EVERY, build

_log = logging.getLogger(__name__)

LOOK_AGAIN_S = 60
MOST_A_ROUND = 4
"""Of a tape: one takes a second or so of this process, and prices do not wait for it."""


class SnapshotRounds:
    """Looks every minute which tapes have grown enough; a scheduler of its own. Any number of these may run."""

    def __init__(self, store: Store, *, every: int = EVERY) -> None:
        self._store = store
        self._every = every
        self._tried: dict[str, int] = {}
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._scheduler.start()
        self._scheduler.add_job(self.round, IntervalTrigger(seconds=LOOK_AGAIN_S, timezone=UTC))

    def stop(self) -> None:
        """End after the snapshot under way."""
        self._scheduler.shutdown(wait=True)

    def round(self) -> int:
        """Make what is missing, as far as a round goes; returns how many were made."""
        made = 0
        try:
            with self._store.read() as connection:
                heads = head_seqs(connection)
            for sector, seq in sorted(heads.items()):
                if seq - self._tried.get(sector, 0) >= self._every // 4:
                    found = sum(1 for _ in build(self._store, sector, every=self._every, most=MOST_A_ROUND))
                    made += found
                    self._tried[sector] = 0 if found else seq
        except Exception:
            _log.exception("a snapshot could not be made; the next round tries again")
        return made
