"""The audit log as people read it: the latest first, by who and what."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, literal, select, tuple_

from exchange.instant import Instant
from exchange.schema.access import users
from exchange.schema.operating import audit, audit_seals

PAGE = 60


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One deed; ``user`` is empty for a user no longer there and for the command line; ``n`` its seal's number."""

    audit_id: str
    at: Instant
    user_id: str
    user: str
    action: str
    objects: dict[str, Any]
    before: dict[str, Any]
    after: dict[str, Any]
    sector: str | None
    seq: int | None
    n: int | None


def audit_rows(
    connection: Connection, *, action: str = "", user_id: str = "", after: tuple[Instant, str] | None = None
) -> tuple[list[AuditRow], tuple[Instant, str] | None]:
    """A page of the log and the key of the page that follows; ``action`` may be the first part of one."""
    known = audit.c
    question = (
        select(audit, users.c.name, audit_seals.c.n)
        .outerjoin(users, users.c.user_id == known.user_id)
        .outerjoin(audit_seals, audit_seals.c.audit_id == known.audit_id)
    )
    if action:
        question = question.where(known.action.startswith(action, autoescape=True))
    if user_id:
        question = question.where(known.user_id == user_id)
    if after is not None:
        question = question.where(tuple_(known.at, known.audit_id) < tuple_(literal(after[0]), literal(after[1])))
    rows = connection.execute(question.order_by(known.at.desc(), known.audit_id.desc()).limit(PAGE + 1)).all()
    more = (rows[PAGE - 1].at, rows[PAGE - 1].audit_id) if len(rows) > PAGE else None
    return [_row(row) for row in rows[:PAGE]], more


def audit_actions(connection: Connection) -> list[str]:
    """Every kind of deed the log holds."""
    return list(connection.execute(select(audit.c.action).distinct().order_by(audit.c.action)).scalars())


def audit_people(connection: Connection) -> list[tuple[str, str]]:
    """Everybody the log names, id and name, by name."""
    question = select(audit.c.user_id, users.c.name).outerjoin(users, users.c.user_id == audit.c.user_id).distinct()
    found = [(user_id, name or user_id) for user_id, name in connection.execute(question)]
    return sorted(found, key=lambda one: one[1])


def _row(row: Any) -> AuditRow:
    objects, before, after = (json.loads(text) for text in (row.objects, row.before, row.after))
    name, tape = row.name or "", (row.sector, row.seq, row.n)
    return AuditRow(row.audit_id, row.at, row.user_id, name, row.action, objects, before, after, *tape)
