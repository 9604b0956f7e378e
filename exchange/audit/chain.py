"""The chain's arithmetic: the canonical text of a row, and its seal (SHA-256 over the seal before and that text)."""

import json
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, select

from exchange.schema.operating import audit

COLUMNS = (
    *(audit.c.audit_id, audit.c.at, audit.c.user_id, audit.c.action, audit.c.objects),
    *(audit.c.before, audit.c.after, audit.c.sector, audit.c.seq, audit.c.request_id),
)
"""What a seal covers, in this order: every column."""

BEGINNING = "0" * 64
"""The seal before the first."""


def canonical(values: list[Any]) -> str:
    """A row's values as JSON, in the order of `COLUMNS`."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def seal_of(before: str, values: list[Any]) -> str:
    """The seal of a row after another, in hex."""
    return sha256(f"{before}\n{canonical(values)}".encode()).hexdigest()


def rows() -> Select[Any]:
    """All of what is sealed."""
    return select(*COLUMNS)
