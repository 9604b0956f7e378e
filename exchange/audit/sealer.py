"""The sealer: chains rows of the audit log that have no seal yet. Any number may run; one at a time seals.

Sealing beside the deed, not in its transaction, keeps operators from waiting for each other; a row that was never
sealed, or sealed late, `proof` tells.
"""

from sqlalchemy import Connection, insert, select, update

from exchange.audit.chain import BEGINNING, rows, seal_of
from exchange.schema.operating import audit, audit_head, audit_seals
from exchange.store import Store
from exchange.store.engine import locked

AT_ONCE = 1_000
CHAIN = "audit"


def seal_all(store: Store) -> int:
    """Seal whatever waits; returns how many rows. Writes nothing where nothing does."""
    sealed = 0
    while _waits(store):
        with store.write_aside() as connection:
            done = seal_some(connection)
        sealed += done
        if done < AT_ONCE:
            break
    return sealed


def seal_some(connection: Connection) -> int:
    """Seal up to a thousand rows in the order of their instants; returns how many."""
    n, last = _head(connection)
    first = n
    found = connection.execute(
        rows()
        .outerjoin(audit_seals, audit_seals.c.audit_id == audit.c.audit_id)
        .where(audit_seals.c.audit_id.is_(None))
        .order_by(audit.c.at, audit.c.audit_id)
        .limit(AT_ONCE)
    ).all()
    seals = []
    for row in found:
        n, last = n + 1, seal_of(last, list(row))
        seals.append({"n": n, "audit_id": row.audit_id, "hash": last})
    if seals:
        connection.execute(insert(audit_seals), seals)
        connection.execute(update(audit_head).where(audit_head.c.n == first).values(n=n, hash=last))
    return len(seals)


def _waits(store: Store) -> bool:
    with store.read() as connection:
        sealed = select(audit_seals.c.audit_id).where(audit_seals.c.audit_id == audit.c.audit_id).exists()
        return connection.execute(select(audit.c.audit_id).where(~sealed).limit(1)).first() is not None


def _head(connection: Connection) -> tuple[int, str]:
    row = connection.execute(locked(select(audit_head))).first()
    if row is None:
        connection.execute(insert(audit_head).values(chain=CHAIN, n=0, hash=BEGINNING))
        return 0, BEGINNING
    return row.n, row.hash
