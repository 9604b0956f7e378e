"""What operators tell everybody, as an event of the live stream: said when it changes, and to whoever comes."""

from exchange.reports.register import notices_now
from exchange.web.events import frame
from exchange.web.premises import Premises

Notices = tuple[str, ...]


class Billboard:
    """Follows the notices that are up; one that ends goes by itself."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises
        self._up: Notices | None = None

    def read(self) -> Notices:
        """What is up now, the latest first; asks the database."""
        with self._premises.reading() as connection:
            return tuple(one.text for one in notices_now(connection, self._premises.clock.now()))

    def turn(self, up: Notices) -> bytes | None:
        """Take note of what is up; the event for all who are here if that is news, else None."""
        before, self._up = self._up, up
        return None if before in (None, up) else self._event()

    def greeting(self) -> bytes:
        """For somebody who comes; nothing where nothing is up."""
        return self._event() if self._up else b""

    def _event(self) -> bytes:
        return frame("notices", {"texts": list(self._up or ())})
