"""Whether what the database says it has kept outlives a power cut: its own settings, asked from it."""

from sqlalchemy import Connection

from exchange.reports.health import BROKEN, OK, Finding

_SERVER = {"fsync": ("on",), "full_page_writes": ("on",), "synchronous_commit": ("on", "remote_apply", "remote_write")}
"""PostgreSQL's settings under which an acknowledged sale is kept, each with the values that keep it."""
_FILE = {"synchronous": ("2", "3"), "journal_mode": ("wal", "delete", "memory")}
"""SQLite's: FULL or EXTRA; in memory there is nothing to keep."""

_ON_SERVER = {
    "fsync": "SHOW fsync",
    "full_page_writes": "SHOW full_page_writes",
    "synchronous_commit": "SHOW synchronous_commit",
}
_ON_FILE = {"synchronous": "PRAGMA synchronous", "journal_mode": "PRAGMA journal_mode"}


def check_durability(connection: Connection) -> Finding:
    """Every setting that lets a power cut take back what was acknowledged is named."""
    on_server = connection.dialect.name == "postgresql"
    wanted, asked = (_SERVER, _ON_SERVER) if on_server else (_FILE, _ON_FILE)
    held = {name: str(connection.exec_driver_sql(asked[name]).scalar_one()) for name in wanted}
    loose = [f"{name} = {value}" for name, value in held.items() if value not in wanted[name]]
    if not loose:
        return Finding("durability", OK, "What is acknowledged is on the disk.")
    where = "postgresql.conf, and for the role and the database" if on_server else "the connection"
    return Finding(
        "durability",
        BROKEN,
        f"A power cut can take back sales that were acknowledged: {', '.join(loose)}; see {where}.",
    )
