"""One open stream, and how bytes reach its browser.

Thousands of streams are told the same bytes at the same moment. Through the ASGI server's ``send`` each of them would
encode the bytes anew and wake a task; where the server is the one we ship with, they go to its transport as they are.
"""

import asyncio
import socket
from collections import deque
from typing import Any, NamedTuple, Protocol

from uvicorn.protocols.http.h11_impl import RequestResponseCycle

MOST_BEHIND = 65_536
"""Bytes that may wait in this process for a browser; beyond it is told nothing more, and then to start afresh."""
MOST_AT_A_TIME = 65_536
"""Bytes told in one go: where a supplier lists thousands at once, a fresh page says it in a thousandth of them."""
KERNEL_BYTES = 65_536
"""What the system may hold for a browser besides."""
PATIENCE_S = 15.0
"""A browser for which bytes wait all this time is let go."""
SILENCE_MS = 30_000
"""A browser whose machine confirms nothing for so long has gone without a word."""


class Piece(NamedTuple):
    """Bytes for many: as they are, and as a chunk of HTTP/1.1."""

    body: bytes
    chunk: bytes


def piece(body: bytes) -> Piece:
    """Bytes made ready once."""
    return Piece(body, b"%x\r\n%b\r\n" % (len(body), body))


class Wire(Protocol):
    """The way to one browser. Writing never waits; ``behind`` says how many bytes have not left this process."""

    def write(self, said: Piece) -> None: ...
    def behind(self) -> int: ...
    def cut(self) -> None: ...


class Straight:
    """Onto the connection, past the server's own encoder, which has begun the answer and will end it."""

    __slots__ = ("_chunked", "_transport")

    def __init__(self, transport: Any, *, chunked: bool) -> None:
        self._transport = transport
        self._chunked = chunked
        line = transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)
        if hasattr(socket, "TCP_USER_TIMEOUT") and line.family in (socket.AF_INET, socket.AF_INET6):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENCE_MS)

    def write(self, said: Piece) -> None:
        if not self._transport.is_closing():
            self._transport.write(said.chunk if self._chunked else said.body)

    def behind(self) -> int:
        return int(self._transport.get_write_buffer_size())

    def cut(self) -> None:
        self._transport.abort()


class Queued:
    """Through the server's ``send``, whatever server it is: a task empties the queue while there is something in it."""

    __slots__ = ("_send", "_task", "_waiting")

    def __init__(self, send: Any) -> None:
        self._send = send
        self._waiting: deque[bytes] = deque()
        self._task: asyncio.Task[None] | None = None

    def write(self, said: Piece) -> None:
        self._waiting.append(said.body)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._empty())

    def behind(self) -> int:
        return sum(map(len, self._waiting))

    def cut(self) -> None:
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()

    async def _empty(self) -> None:
        while self._waiting:
            await self._send({"type": "http.response.body", "body": self._waiting[0], "more_body": True})
            self._waiting.popleft()


def wire_of(send: Any, http_version: str) -> Wire:
    """The quickest way to the browser that ``send`` answers."""
    answer = getattr(send, "__self__", None)
    if isinstance(answer, RequestResponseCycle):
        return Straight(answer.transport, chunked=http_version == "1.1")
    return Queued(send)


class Viewer:
    """One open stream. A browser that does not read is not waited for."""

    __slots__ = ("_skipped", "_stuck_s", "_task", "_wire", "gone", "kept_s", "organisation", "token", "user_id")

    def __init__(self, user_id: str, organisation: str, token: str, wire: Wire, at_s: float) -> None:
        self.user_id = user_id
        self.organisation = organisation
        self.token = token
        self.gone = False
        self.kept_s = at_s
        """When its session was last kept alive."""
        self._wire = wire
        self._task = asyncio.current_task()
        self._skipped = False
        self._stuck_s: float | None = None

    def tell(self, said: Piece, snapshot: Piece) -> None:
        """Send bytes. One that lags behind, or for whom it is too much, is told to start afresh when it can listen."""
        if self.gone:
            return
        if self._wire.behind() > MOST_BEHIND or len(said.body) > MOST_AT_A_TIME:
            self._skipped = True
            return
        if self._skipped:
            self._wire.write(snapshot)
        self._wire.write(said)
        self._skipped = False

    def is_deaf(self, now_s: float) -> bool:
        """Whether bytes have waited for it since `PATIENCE_S` ago, whenever it was looked at."""
        if not self._wire.behind():
            self._stuck_s = None
        elif self._stuck_s is None:
            self._stuck_s = now_s
        return self._stuck_s is not None and now_s - self._stuck_s >= PATIENCE_S

    def drop(self) -> None:
        """Cut the connection of one who does not read."""
        self._wire.cut()
        self.leave()

    def leave(self) -> None:
        """Let the stream end."""
        if not self.gone and self._task is not None:
            self.gone = True
            self._task.cancel()

    async def until_gone(self, receive: Any) -> None:
        """Wait for the browser to hang up."""
        while (await receive())["type"] != "http.disconnect":
            pass

    async def end(self, send: Any) -> None:
        """Say the last word of the answer, except to one who does not hear it."""
        if self._task is not None:
            self._task.uncancel()
        if self._wire.behind() > MOST_BEHIND:
            self._wire.cut()
        else:
            await send({"type": "http.response.body", "body": b""})
