"""When a backup was last taken: each is noted in the operators' log, by `exchange backup` or for another tool."""

from sqlalchemy import Connection, func, select

from exchange.instant import HOUR_US, Instant, to_text
from exchange.reports.health import OK, WARNING, Finding
from exchange.schema.operating import audit

ACTION = "backup"
MOST_AGE_US = 26 * HOUR_US
"""One a day, and two hours for the one that takes long."""


def last_backup(connection: Connection) -> Instant | None:
    """When the last one was noted."""
    return connection.execute(select(func.max(audit.c.at)).where(audit.c.action == ACTION)).scalar()


def check_backup(last_at: Instant | None, now: Instant) -> Finding:
    """Whether the last one is of today; where none was ever noted that is said, and nothing is missed."""
    if last_at is None:
        says = "None was ever noted: `exchange backup` notes its own, `exchange backup --noted` another tool's."
        return Finding("backup", OK, says)
    age_us = now - last_at
    if age_us <= MOST_AGE_US:
        return Finding("backup", OK, f"The last one was noted {to_text(last_at)}.")
    says = f"The last one was noted {age_us // HOUR_US} hours ago, {to_text(last_at)}: see why none came after it."
    return Finding("backup", WARNING, says)
