"""Instants: integer microseconds since 1970-01-01T00:00:00Z.

An integer has no zone to forget and no float to drift, sorts fast and is the same on every machine and
database; names end in ``_us``. Aware datetimes exist only at the doors (pages, JSON, files).
"""

from datetime import UTC, datetime, timedelta

Instant = int
"""Microseconds since the Unix epoch, UTC."""

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def from_datetime(moment: datetime) -> Instant:
    """The instant of an aware datetime; raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime is no instant: give it a zone")
    return (moment - _EPOCH) // _MICROSECOND


def to_datetime(at_us: Instant) -> datetime:
    """The aware UTC datetime of an instant."""
    return _EPOCH + timedelta(microseconds=at_us)


def to_text(at_us: Instant) -> str:
    """The canonical spelling of the tape: ``YYYY-MM-DDTHH:MM:SS.ffffffZ`` (rules.md §9)."""
    return to_datetime(at_us).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def from_text(text: str) -> Instant:
    """Read the canonical spelling, or any ISO 8601 instant with a zone; raises ValueError otherwise."""
    return from_datetime(datetime.fromisoformat(text))
