"""Writing down what was done: who, what, on which objects, what it was before and is now.

No personal data comes here: ids, amounts, states, and keyed hashes of texts that are kept sealed elsewhere.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex

from sqlalchemy import Connection, insert

from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.schema.operating import audit

Small = str | int | bool | None
MOST_LETTERS = 200
"""Of a value: what is longer belongs into a sealed column, and its keyed hash here."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose hand it was: a user, or ``cli`` where somebody has the host itself; and the request it came by."""

    user_id: str
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done. ``sector`` and ``seq`` are the tape's entry that says the rest, where there is one."""

    action: str
    objects: Mapping[str, Small]
    before: Mapping[str, Small] = field(default_factory=dict)
    after: Mapping[str, Small] = field(default_factory=dict)
    sector: str | None = None
    seq: int | None = None


def log(connection: Connection, hand: Hand, deed: Deed, at: Instant) -> str:
    """Write one row in the caller's transaction; returns its id. Raises Invalid for values too long to be small."""
    audit_id = token_hex(12)
    texts = {"objects": _text(deed.objects), "before": _text(deed.before), "after": _text(deed.after)}
    who = {"user_id": hand.user_id, "request_id": hand.request_id}
    what = {"action": deed.action, "sector": deed.sector, "seq": deed.seq}
    connection.execute(insert(audit).values(audit_id=audit_id, at=at, **who, **what, **texts))
    return audit_id


def _text(values: Mapping[str, Small]) -> str:
    for name, value in values.items():
        if isinstance(value, str) and len(value) > MOST_LETTERS:
            raise Invalid(name, "is too long for the audit log")
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
