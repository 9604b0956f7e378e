"""Instants in addresses and form fields: with their zone, or Berlin's time as a date field has it."""

from datetime import datetime
from typing import Any

from exchange.calendars import BERLIN
from exchange.errors import Invalid
from exchange.instant import DAY_US, MINUTE_US, Instant, from_datetime, from_text
from exchange.web import formats

LONGEST_US = 31 * DAY_US
"""The longest stretch the replay shows."""


def instant_of(name: str, text: str) -> Instant | None:
    """``2026-11-19T13:28:03.412000Z``, or ``2026-11-19T14:28`` on Berlin's clock; None for nothing. Raises Invalid."""
    try:
        if text.endswith("Z"):
            return from_text(text)
        return from_datetime(datetime.fromisoformat(text).replace(tzinfo=BERLIN)) if text else None
    except (ValueError, OverflowError):
        raise Invalid(name, "write an instant like 2026-11-19T14:28 or 2026-11-19T13:28:03.412000Z") from None


def field_of(at: Instant) -> str:
    """What a date field with a time holds."""
    return formats.berlin(at).strftime("%Y-%m-%dT%H:%M")


def whole_minutes(from_at: Instant, until_at: Instant) -> tuple[Instant, Instant]:
    """A stretch that begins and ends with a minute."""
    return from_at - from_at % MINUTE_US, -(-until_at // MINUTE_US) * MINUTE_US


def ends_of(from_at: Instant, until_at: Instant) -> dict[str, Any]:
    """A stretch as addresses and fields have it: ``from`` and ``until``, in whole minutes."""
    ends = zip(("from", "until"), whole_minutes(from_at, until_at), strict=True)
    return {name: field_of(at) for name, at in ends}
