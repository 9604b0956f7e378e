"""Between the event loop and Flask's threads: an answer goes over in one piece where it can."""

from typing import Any

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi import WSGIResponder

AT_ONCE = 8
"""Pieces an answer's thread hands over without waiting until they are taken; fewer than the library's queue holds."""
AT_ONCE_BYTES = 256 * 1024


class Bridge(WSGIMiddleware):
    """a2wsgi's, with answers that wait for the loop only where there is much of them.

    Its threads wait three times in every answer, for head, body and end, until the loop has run. With many of them at
    work each of these waits is as long as whatever Python's lock takes to come round.
    """

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        await _Answer(self.app, self.executor, self.send_queue_size)(scope, receive, send)


class _Answer(WSGIResponder):
    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._pieces: list[Any] = []
        self._bytes, self._waits = 0, False

    def send(self, message: Any) -> None:
        """Called by the thread: gathered until it is the end, or enough; what is long waits, piece by piece."""
        self._pieces.append(message)
        self._bytes += len(message.get("body", b""))
        self._waits = self._waits or self._bytes > AT_ONCE_BYTES or len(self._pieces) >= AT_ONCE
        if self._waits:
            self._hand_over_waiting()
        elif message["type"] == "http.response.body" and not message.get("more_body"):
            self.loop.call_soon_threadsafe(self._put, self._pieces)

    def _hand_over_waiting(self) -> None:
        pieces, self._pieces = self._pieces, []
        for piece in pieces:
            super().send(piece)

    def _put(self, pieces: list[Any]) -> None:
        for piece in pieces:
            self.send_queue.put_nowait(piece)
