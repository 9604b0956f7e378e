"""Times as suppliers write them, in Berlin, into instants."""

from datetime import UTC
from functools import lru_cache

from exchange.admission.reading import moment_of
from exchange.calendars import BERLIN
from exchange.instant import Instant, from_datetime

_EARLIEST = "2000-01-01"


@lru_cache(maxsize=4096)
def read_instant(text: str, *, exact: bool = False) -> tuple[Instant | None, str]:
    """The instant a text names, or None with a defect's code; ``exact`` asks for a time of day.

    Without a zone it is Berlin time. An hour that the clock skips in March does not exist and is not read; of
    an hour that it repeats in October the earlier one is meant. A date alone is its first instant.
    """
    moment = moment_of(text)
    if moment is None or moment.at.date().isoformat() < _EARLIEST:
        return None, "date"
    if exact and not moment.has_time:
        return None, "time"
    if moment.at.tzinfo is not None:
        return from_datetime(moment.at), ""
    local = moment.at.replace(tzinfo=BERLIN)
    at = local.astimezone(UTC)
    if at.astimezone(BERLIN).replace(tzinfo=None) != moment.at:
        return None, "date"
    return from_datetime(at), ""
