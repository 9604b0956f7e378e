"""Erases personal data by the schedule of `reports.retention`, in small batches of their own; any number may go.

What is due follows from the rows alone, so a late, doubled or killed round erases nothing twice and nothing too early.
No sector is locked: what goes belongs to leads of which nothing is open, and rows another process has in hand are left
to it. Erasing is the same as on request (`store.leads`, `aftersale.evidence`): the row goes, and with it the only key
that opened it. Tape, ledger and log stay as they are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, select, tuple_

from exchange.access.leaving import erase_user
from exchange.aftersale.evidence import erase_texts
from exchange.audit import Deed, Hand, log
from exchange.config import RetentionSettings
from exchange.instant import DAY_US, Instant
from exchange.reports.retention import RUN, Part, Rule, duplicate_windows, retention_runs, schedule
from exchange.schema import contacts
from exchange.schema.access import users
from exchange.store import Store
from exchange.store.leads import erase_contacts

HAND = Hand("jobs")
BATCH = 200
"""Rows a transaction erases: on SQLite everybody who writes waits for it."""
READ = 5_000
"""Keys that are asked for at once."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Whoever keeps an alarm clock calls `round` about once an hour."""

    store: Store
    settings: RetentionSettings

    def round(self) -> dict[str, int]:
        """Erase what is due; returns how many rows of each rule went, those of which none did left out.

        The log gets a line where something went, and once a day at least, to say that somebody looked.
        """
        now = self.store.now()
        with self.store.read() as connection:
            windows = duplicate_windows(connection)
        done = {rule.name: self._carry_out(rule, now) for rule in schedule(self.settings, windows)}
        erased = {name: many for name, many in done.items() if many}
        with self.store.write_aside() as connection:
            last_at = retention_runs(connection, 1).at
            if erased or last_at is None or now - last_at >= DAY_US:
                log(connection, HAND, Deed(RUN, {}, {}, erased), now)
        return erased

    def _carry_out(self, rule: Rule, now: Instant) -> int:
        parts = () if rule.elsewhere else rule.parts
        return sum(self._erase(_ERASERS.get(rule.name, _erase_rows), part, now) for part in parts)

    def _erase(self, eraser: "Eraser", part: Part, now: Instant) -> int:
        erased = 0
        while True:
            with self.store.read() as connection:
                keys = [tuple(row) for row in connection.execute(part.due(now).limit(READ))]
            gone = 0
            for first in range(0, len(keys), BATCH):
                with self.store.write_aside() as connection:
                    gone += eraser(connection, part.table, keys[first : first + BATCH])
            erased += gone
            if len(keys) < READ or not gone:
                return erased


Keys = Sequence[tuple[Any, ...]]
Eraser = Callable[[Connection, Table, Keys], int]


def _erase_rows(connection: Connection, table: Table, keys: Keys) -> int:
    """Delete rows by their keys, but those that somebody else has in hand."""
    key = list(table.primary_key.columns)
    free = select(*key).where(_among(key, keys)).with_for_update(skip_locked=True)
    found = [tuple(row) for row in connection.execute(free)]
    return connection.execute(delete(table).where(_among(key, found))).rowcount if found else 0


def _among(key: Sequence[Column[Any]], keys: Keys) -> ColumnElement[bool]:
    return key[0].in_([one for (one,) in keys]) if len(key) == 1 else tuple_(*key).in_(keys)


def _erase_contacts(connection: Connection, _table: Table, keys: Keys) -> int:
    wanted = contacts.c.lead_id.in_([lead_id for (lead_id,) in keys])
    free = select(contacts.c.lead_id).where(wanted).with_for_update(skip_locked=True)
    return erase_contacts(connection, list(connection.execute(free).scalars()))


def _erase_texts(connection: Connection, _table: Table, keys: Keys) -> int:
    return erase_texts(connection, [sale_id for (sale_id,) in keys])


def _erase_staff(connection: Connection, _table: Table, keys: Keys) -> int:
    wanted = users.c.user_id.in_([user_id for (user_id,) in keys])
    free = select(users.c.user_id).where(wanted).with_for_update(skip_locked=True)
    found = list(connection.execute(free).scalars())
    for user_id in found:
        erase_user(connection, user_id)
    return len(found)


_ERASERS: Mapping[str, Eraser] = {
    "unsold": _erase_contacts,
    "sold": _erase_contacts,
    "claims": _erase_texts,
    "staff": _erase_staff,
}
"""What is more than a row of its own."""
