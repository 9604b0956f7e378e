"""Bodies of requests, taken in whole before a worker answers: who sends byte by byte holds up nobody but itself.

What is larger than a form lies in a file without a name meanwhile, as it would while Flask reads it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from tempfile import SpooledTemporaryFile
from time import monotonic
from typing import Any

GRACE_S = 30.0
"""So long a body may take, whatever comes of it."""
LEAST_BYTES_S = 64 * 1024
"""Beyond that it must have come this fast: a slow line is waited for, a trickle is not."""
MOST_HELD_BYTES = 512 << 20
"""Of all bodies a process takes in at once; when it is reached, files are turned away, forms and orders are not."""
FORM_BYTES = 1 << 20
_IN_MEMORY_BYTES = 256 * 1024
_PIECE_BYTES = 64 * 1024

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
TOO_SLOW, TOO_MUCH = 408, 503


class CutOff(Exception):
    """The body is not waited for. ``status`` is the answer, None where nobody is there to read it."""

    def __init__(self, status: int | None) -> None:
        super().__init__(f"cut off: {status}")
        self.status = status


class Inflow:
    """Takes bodies in; one a process. ``most_bytes`` is what one may have: longer ones are refused by whoever reads."""

    def __init__(self, most_bytes: int, *, grace_s: float = GRACE_S) -> None:
        self._most_bytes = most_bytes
        self._grace_s = grace_s
        self._held_bytes = 0

    async def taken(self, scope: Any, receive: Receive) -> "Body | None":
        """The body of a request; None where it has none, or one that is refused unread. Raises CutOff."""
        told = dict(scope["headers"])
        length = told.get(b"content-length", b"0")
        if b"transfer-encoding" not in told and (not length.isdigit() or not 0 < int(length) <= self._most_bytes):
            return None
        body = Body(receive, self)
        try:
            await self._fill(body, receive)
        except BaseException:
            body.close()
            raise
        return body

    async def _fill(self, body: "Body", receive: Receive) -> None:
        began_s = monotonic()
        while not body.is_whole and body.size <= self._most_bytes:
            left_s = self._until_s(began_s, body.size) - monotonic()
            try:
                message = await asyncio.wait_for(receive(), left_s)
            except TimeoutError:
                raise CutOff(TOO_SLOW) from None
            if message["type"] == "http.disconnect":
                raise CutOff(None)
            body.add(message)

    def _until_s(self, began_s: float, size: int) -> float:
        return began_s + self._grace_s + size / LEAST_BYTES_S

    def hold(self, many: int, size: int) -> None:
        """Count bytes of a body that has this size then; raises CutOff where there are too many."""
        if size > FORM_BYTES and self._held_bytes + many > MOST_HELD_BYTES:
            raise CutOff(TOO_MUCH)
        self._held_bytes += many

    def let_go(self, size: int) -> None:
        """A body is forgotten."""
        self._held_bytes -= size


class Body:
    """What came of one body; given out again like what a server receives."""

    def __init__(self, receive: Receive, inflow: Inflow) -> None:
        self.size = 0
        self.is_whole = False
        self._given = 0
        self._receive = receive
        self._inflow = inflow
        self._kept = SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115 - closed by `close`

    def add(self, message: Mapping[str, Any]) -> None:
        """One more piece; raises CutOff."""
        piece = message.get("body", b"")
        self._inflow.hold(len(piece), self.size + len(piece))
        self.size += len(piece)
        self._kept.write(piece)
        self.is_whole = not message.get("more_body", False)

    async def __call__(self) -> Mapping[str, Any]:
        """The next piece; after the last one what the server says."""
        if self._given and self._given == self.size:
            return await self._receive()
        self._kept.seek(self._given)
        piece = self._kept.read(_PIECE_BYTES)
        self._given += len(piece)
        more = self._given < self.size or not self.is_whole
        return {"type": "http.request", "body": piece, "more_body": more}

    def close(self) -> None:
        """Forget it."""
        self._inflow.let_go(self.size)
        self._kept.close()
