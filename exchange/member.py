"""Members: organisations that bring or take leads, their group, credit line and standing."""

import re
from dataclasses import dataclass

from exchange.errors import Invalid
from exchange.money import Cents

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}\Z", re.ASCII)

HOUSE = "_house"
"""The tape of what concerns members and no sector: deposits, payouts, credit lines (rules.md §9)."""

OPERATOR = "operator"
ENQUIRER = "enquirer"

RESERVED_IDS = frozenset({OPERATOR, ENQUIRER, HOUSE})
"""Words that name a role on the tape and therefore no member."""


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation as the house knows it. ``group`` is its own id when it stands alone (rules.md §1)."""

    organisation: str
    group: str
    supplier: bool = False
    buyer: bool = False
    suspended: bool = False
    credit_line_cents: Cents = 0


def check_id(field: str, text: str) -> str:
    """An id as it stands on tapes and in accounts; raises Invalid for blanks, colons and the like."""
    if not isinstance(text, str) or not _ID.match(text):
        raise Invalid(field, "ids are 1 to 80 letters, digits, points, _ or -, and begin with a letter or digit")
    return text
