"""What the pages stand on: database, desk, entrance, clock. Built in one place and handed to `create_app`."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from exchange.access.entrance import Entrance
from exchange.clock import Clock
from exchange.desk import Desk
from exchange.reports import Connection
from exchange.reports.schedules import Rulebook


@dataclass(frozen=True, slots=True)
class Premises:
    """``secret`` signs form tokens; ``secure`` says that pages are served over TLS."""

    desk: Desk
    entrance: Entrance
    secret: str = field(repr=False)
    secure: bool = False
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
