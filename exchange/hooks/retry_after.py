"""How long a receiver asks to be left alone (RFC 9110, Retry-After), bounded."""

from email.utils import parsedate_to_datetime

MOST_S = 3_600
"""Longer than an hour nobody is waited for at a word: what waits for it are sales."""


def seconds_asked(retry_after: str | None, date: str | None) -> int:
    """Whole seconds, 0 where nothing that can be read was asked.

    A date counts from the answer's own ``Date``: both are by the receiver's clock, whatever it says.
    """
    asked = (retry_after or "").strip()
    if asked.isascii() and asked.isdecimal():
        return MOST_S if len(asked) > 6 else min(int(asked), MOST_S)
    try:
        until, now = parsedate_to_datetime(asked), parsedate_to_datetime(date or "")
        return min(max(int((until - now).total_seconds()), 0), MOST_S)
    except (TypeError, ValueError, OverflowError):
        return 0
