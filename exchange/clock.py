"""The one place that reads a clock. Everything else is handed an instant."""

from datetime import UTC, datetime
from typing import Protocol

from exchange.instant import Instant, from_datetime


class Clock(Protocol):
    """Anything that can say what instant it is."""

    def now(self) -> Instant: ...


class SystemClock:
    """The host's clock; on SQLite the database host is this host."""

    def now(self) -> Instant:
        return from_datetime(datetime.now(UTC))


class SetClock:
    """A clock that stands where it was set: rehearsals, the demo's history, tests."""

    def __init__(self, at_us: Instant) -> None:
        self.at_us = at_us

    def now(self) -> Instant:
        return self.at_us
