"""More requests than a process can answer soon: so many may wait for a worker, whoever comes then is sent away at once.

Without that bound everybody waits longer and longer, until clients have given up what is then done all the same: the
house works for nobody. Who is sent away has changed nothing and used up no key; the answer says when to come again.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from exchange.web.problems import AGAIN_S, API

MOST_WAITING = 128
"""In one process. A worker takes some milliseconds for a request: this is about a second's work, and more than a
browser or a proxy has under way at once."""
FULL = 503
_SAY_S = 5.0

log = logging.getLogger("exchange.doors")

Headers = list[tuple[bytes, bytes]]

_PROBLEM = {
    "type": "urn:leadboerse:problem:busy",
    "title": "busy",
    "status": FULL,
    "code": "busy",
    "detail": "Too many ask at once; nothing was done. Ask again with the same Idempotency-Key.",
}
_PAGE = """<!doctype html><html lang="de"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Leadbörse</title>
<p>Gerade fragen sehr viele zugleich. Es ist nichts geschehen; bitte gleich noch einmal laden.</p>
<p lang="en">Very many ask at once. Nothing was done; please load again in a moment.</p></html>
"""


def _answer(kind: bytes, body: bytes) -> tuple[Headers, bytes]:
    quiet = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
    nothing = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
    told = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"retry-after", AGAIN_S.encode())]
    return [*told, *quiet, nothing], body


_FOR_MACHINES = _answer(b"application/problem+json", json.dumps(_PROBLEM).encode())
_FOR_PEOPLE = _answer(b"text/html; charset=utf-8", _PAGE.encode())


class Crowd:
    """Who is inside one process, being answered or waiting for a worker; ``most`` is how many may be."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.inside = 0
        self.turned_away = 0
        """Since the process began."""
        self._said = 0
        self._said_s = -_SAY_S

    @property
    def is_full(self) -> bool:
        """Whether whoever comes now is to be turned away."""
        return self.inside >= self._most

    @contextmanager
    def place(self) -> Iterator[None]:
        """For the time of a request that was let in."""
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1

    def turn_away(self, path: str) -> tuple[Headers, bytes]:
        """Headers and body for whoever asked for this; the status is `FULL`.

        Says so in the log, every few seconds at most: a line for each would be work for nobody too.
        """
        self.turned_away += 1
        now_s = monotonic()
        if now_s - self._said_s >= _SAY_S:
            log.warning("turned away for want of room: %d, inside: %d", self.turned_away - self._said, self.inside)
            self._said, self._said_s = self.turned_away, now_s
        return _FOR_MACHINES if path.startswith(API) else _FOR_PEOPLE
