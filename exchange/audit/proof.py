"""Whether the audit log is as it was sealed: every seal computed again, in order, to the head.

Whoever may rewrite the whole database may rewrite the chain too: compare the head with one noted elsewhere
(`exchange audit verify --head`).
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from exchange.audit.chain import BEGINNING, COLUMNS, seal_of
from exchange.instant import MINUTE_US
from exchange.schema.operating import audit, audit_head, audit_seals

LATE_US = MINUTE_US
"""A row without a seal that is older than the newest sealed one by more than this was put in afterwards."""


@dataclass(frozen=True, slots=True)
class AuditProof:
    """``sealed`` rows that fit, ``waiting`` ones not yet sealed; ``broken`` names the first thing wrong, else empty."""

    sealed: int
    waiting: int
    head: str
    broken: str = ""


def prove_audit(connection: Connection, noted: tuple[int, str] | None = None) -> AuditProof:
    """Compute every seal again; ``noted`` is a number and its seal that somebody wrote down earlier."""
    n, last, newest, broken = 0, BEGINNING, 0, ""
    for number, audit_id, seal, *values in connection.execute(_sealed()):
        broken = _wrong(n + 1, last, number, audit_id, seal, values)
        if not broken and noted is not None and noted[0] == number and noted[1] != seal:
            broken = f"seal {number} is not the one that was noted"
        if broken:
            break
        n, last, newest = number, seal, max(newest, values[1])
    broken = broken or _end(connection, n, last) or _afterwards(connection, newest)
    if not broken and noted is not None and noted[0] > n:
        broken = f"the chain ends at {n}, seal {noted[0]} was noted"
    return AuditProof(n, _waiting(connection), last, broken)


def _sealed() -> Select[Any]:
    known = audit_seals.c
    both = audit_seals.outerjoin(audit, audit.c.audit_id == known.audit_id)
    return select(known.n, known.audit_id, known.hash, *COLUMNS).select_from(both).order_by(known.n)


def _wrong(expected: int, last: str, number: int, audit_id: str, seal: str, values: list[object]) -> str:
    if number != expected:
        return f"seal {expected} is missing"
    if values[0] is None:
        return f"seal {number}: its row {audit_id} is gone"
    if seal_of(last, values) != seal:
        return f"seal {number}: its row {audit_id} does not fit"
    return ""


def _end(connection: Connection, n: int, last: str) -> str:
    head = connection.execute(select(audit_head)).first()
    noted = (0, BEGINNING) if head is None else (head.n, head.hash)
    if noted[0] > n:
        return f"seal {n + 1} is missing: the chain ends at {n}, its head says {noted[0]}"
    return "" if noted == (n, last) else f"seal {n} is not what the head says"


def _afterwards(connection: Connection, newest: int) -> str:
    sealed = select(audit_seals.c.audit_id).where(audit_seals.c.audit_id == audit.c.audit_id).exists()
    late = select(audit.c.audit_id).where(~sealed, audit.c.at < newest - LATE_US).limit(1)
    found = connection.execute(late).scalar_one_or_none()
    return f"row {found} has no seal and is older than rows that have: it was put in afterwards" if found else ""


def _waiting(connection: Connection) -> int:
    rows = connection.execute(select(func.count()).select_from(audit)).scalar_one()
    return int(rows) - int(connection.execute(select(func.count()).select_from(audit_seals)).scalar_one())
