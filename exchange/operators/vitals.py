"""Keeping the house's health: one row a minute, whoever comes first, and none older than seven days."""

import json
from dataclasses import dataclass, field

from sqlalchemy import delete, insert

from exchange.instant import MINUTE_US, Instant
from exchange.reports.vitals import KEPT_US, is_kept, vitals
from exchange.schema.operating import health_minutes
from exchange.store import Conflict, Store


@dataclass(slots=True)
class Nurse:
    """Takes the figures once a minute; any number of processes may have one."""

    store: Store
    carries: bool = False
    _taken_at: Instant = field(default=0)

    def keep(self) -> bool:
        """Keep this minute's figures unless somebody has; returns whether it was done here."""
        now = self.store.clock.now()
        if self._taken_at <= now < self._taken_at + MINUTE_US:
            return False
        with self.store.read() as connection:
            found = vitals(connection, self.store.clock, carries=self.carries)
            there = is_kept(connection, found.at)
        self._taken_at = found.at
        if there:
            return False
        row = {"at": found.at, "state": found.state, "figures": json.dumps(found.figures, separators=(",", ":"))}
        try:
            with self.store.write_aside() as connection:
                connection.execute(delete(health_minutes).where(health_minutes.c.at < found.at - KEPT_US))
                connection.execute(insert(health_minutes).values(**row))
        except Conflict:
            return False
        return True
