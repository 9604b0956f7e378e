"""Members: organisations that bring or take leads, their group, credit line and standing."""

import re
from dataclasses import dataclass

from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.money import Cents

MOST_ID_LETTERS = 80
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}\Z", re.ASCII)

HOUSE = "_house"
"""The tape of what concerns members and no sector: deposits, payouts, credit lines (rules.md §9)."""

OPERATOR = "operator"
ENQUIRER = "enquirer"

RESERVED_IDS = frozenset({OPERATOR, ENQUIRER, HOUSE})
"""Words that name a role on the tape and therefore no member."""


@dataclass(frozen=True, slots=True)
class DailyLimit:
    """The most a firm lets itself spend on instant bids in a day in Europe/Berlin, net; None: no limit.

    ``cents`` holds until ``later_at``, ``later_cents`` from then on; where ``later_at`` is None nothing is to come.
    """

    cents: Cents | None = None
    later_cents: Cents | None = None
    later_at: Instant | None = None

    def at(self, instant: Instant) -> Cents | None:
        """The limit in force."""
        return self.later_cents if self.later_at is not None and self.later_at <= instant else self.cents

    def changed(self, cents: Cents | None, at: Instant, midnight_at: Instant) -> "DailyLimit":
        """Another limit: less holds at once, more from ``midnight_at`` on, the end of the day it is set."""
        now = self.at(at)
        if now is None or (cents is not None and cents <= now):
            return DailyLimit(cents)
        return DailyLimit(now, cents, midnight_at)


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation as the house knows it. ``group`` is its own id when it stands alone (rules.md §1)."""

    organisation: str
    group: str
    supplier: bool = False
    buyer: bool = False
    suspended: bool = False
    credit_line_cents: Cents = 0
    daily_limit: DailyLimit = DailyLimit()


def check_id(field: str, text: str) -> str:
    """An id as it stands on tapes and in accounts; raises Invalid for blanks, colons and the like."""
    if not isinstance(text, str) or not _ID.match(text):
        raise Invalid(field, "ids are 1 to 80 letters, digits, points, _ or -, and begin with a letter or digit")
    return text
