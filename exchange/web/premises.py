"""What the pages stand on: database, desk, entrance, clock. Built in one place and handed to `create_app`."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from exchange.access.entrance import Entrance
from exchange.clock import Clock
from exchange.desk import Desk
from exchange.reports import Connection
from exchange.reports.health import MOST_LATE_US
from exchange.reports.schedules import Rulebook
from exchange.safety import LOOPBACK, Network


@dataclass(frozen=True, slots=True)
class Premises:
    """``secret`` signs form tokens; ``secure`` says that pages are served over TLS.

    From ``monitors`` may be asked how the house is doing; a sector later than ``most_late_us`` is not ready.
    """

    desk: Desk
    entrance: Entrance
    secret: str = field(repr=False)
    secure: bool = False
    monitors: tuple[Network, ...] = LOOPBACK
    most_late_us: int = MOST_LATE_US
    rulebook: Rulebook = field(default_factory=Rulebook)

    @property
    def clock(self) -> Clock:
        """The exchange's clock."""
        return self.desk.store.clock

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction for reports."""
        return self.desk.store.read()


def premises() -> Premises:
    """Those of the application that answers the current request."""
    return cast(Premises, current_app.extensions["premises"])
