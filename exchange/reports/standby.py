"""The servers that follow a PostgreSQL: those that must have a sale before it is acknowledged, and how far behind.

Who may not see more than that somebody follows (a role without ``pg_read_all_stats``) is told of connections only.
"""

import re
from dataclasses import dataclass

from sqlalchemy import Connection, text

from exchange.reports.health import BROKEN, OK, WARNING, Finding

BEHIND_BYTES = 64 << 20
"""Log a standby has not replayed; with more of it a failover takes longer, and pages read there are old."""
MIB = 1 << 20

_ASKED = "SELECT current_setting('synchronous_standby_names')"
_FOLLOWING = """
SELECT application_name AS name, sync_state, CASE WHEN NOT pg_is_in_recovery()
THEN pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint END AS behind_bytes
FROM pg_stat_replication WHERE state IS NULL OR state IN ('streaming', 'catchup')
"""
_COUNTED = re.compile(r"\s*(?:(?:FIRST|ANY)\s+)?(\d+)\s*\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Standbys:
    """``wanted`` must confirm each commit; of those that are ``there`` so many are ``synchronous``; the one furthest
    behind has ``behind_bytes`` of the log to replay."""

    wanted: int
    there: int
    synchronous: int
    furthest: str = ""
    behind_bytes: int = 0

    @property
    def missing(self) -> int:
        """How many more must come before a commit is confirmed."""
        return max(0, self.wanted - self.synchronous)


def standbys(connection: Connection) -> Standbys | None:
    """Who follows this server now; None where nobody can: on SQLite."""
    if connection.dialect.name != "postgresql":
        return None
    wanted = wanted_by(str(connection.execute(text(_ASKED)).scalar_one()))
    rows = connection.execute(text(_FOLLOWING)).all()
    synchronous = sum(row.sync_state in (None, "sync", "quorum") for row in rows)
    furthest = max(rows, key=lambda row: row.behind_bytes or 0, default=None)
    if furthest is None:
        return Standbys(wanted, 0, 0)
    return Standbys(wanted, len(rows), synchronous, furthest.name or "one", furthest.behind_bytes or 0)


def wanted_by(names: str) -> int:
    """How many standbys must confirm, of PostgreSQL's ``synchronous_standby_names``: ``ANY 2 (a, b, c)``, ``a, b``."""
    counted = _COUNTED.match(names)
    if counted:
        return int(counted[1])
    return 1 if names.strip() else 0


def check_standbys(found: Standbys) -> Finding:
    """Whether commits are confirmed, and whether whoever should take over could soon."""
    if found.missing:
        says = f"Synchronous standbys asked for: {found.wanted}, following: {found.synchronous}, so no commit is "
        says += "confirmed: start what is missing, or take it from synchronous_standby_names."
        return Finding("standby", BROKEN, says)
    if not found.there:
        return Finding("standby", OK, "No other server is asked to follow, and none does.")
    says = f"Servers that follow: {found.there}, synchronous: {found.synchronous}"
    if found.behind_bytes <= BEHIND_BYTES:
        return Finding("standby", OK, says + ".")
    says += f"; {found.furthest} has {found.behind_bytes // MIB} MiB still to replay: look at its disk, "
    return Finding("standby", WARNING, says + "and for long questions there; a failover to it would take longer.")
