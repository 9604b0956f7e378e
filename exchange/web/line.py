"""HTTP as uvicorn speaks it, with a limit for the head of a request, and a short way out for whoever finds no room.

uvicorn waits without end for whoever opens a connection and sends nothing, or a byte of a header a minute: each of them
holds a file of this process. Bodies have their own limit (`inflow`), a connection at rest between two requests too.
To read a request as HTTP has it takes a tenth of what answering takes: where most are turned away (`crowd`), that is
too much, and those that came whole in one piece are answered without.
"""

import asyncio
import re
from typing import Any, Protocol

from uvicorn.protocols.http.h11_impl import H11Protocol

from exchange.web.crowd import FULL, Headers

HEAD_S = 30.0
"""So long line and headers of a request may take, from the connection's beginning or their own first byte."""

_FIRST = re.compile(rb"(?:GET|POST|PUT|PATCH|DELETE) (/[^ ?]*)[^ ]* HTTP/1\.1\r\n")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*\r\n")
_NOT_PLAIN = (b"\r\ntransfer-encoding:", b"\r\nexpect:", b"\r\nupgrade:", b"\r\nconnection:")
_STAYS = b"\r\nconnection: keep-alive\r\n"


class Rooms(Protocol):
    """The application as a line knows it."""

    @property
    def is_full(self) -> bool:
        """Whether anybody is turned away now."""

    def turned_away(self, path: str) -> tuple[Headers, bytes] | None:
        """The answer for whoever asks for this now, None where there is room."""


class Line(H11Protocol):
    """One connection; it is closed without a word where no whole head comes in time."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(  # type: ignore[override]
        self, transport: asyncio.Transport
    ) -> None:
        super().connection_made(transport)
        self._look()

    def data_received(self, data: bytes) -> None:
        if not self._turn_away(data):
            super().data_received(data)
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _turn_away(self, data: bytes) -> bool:
        """Answer a plain request for which there is no room; False where it has to be read first."""
        rooms: Rooms = self.app
        if not rooms.is_full or not self._is_between():
            return False
        path = plain_path(data)
        told = None if path is None else rooms.turned_away(path)
        if told is None:
            return False
        headers, body = told
        lines = [b"%s: %s\r\n" % one for one in (*self.server_state.default_headers, *headers)]
        self.transport.write(b"HTTP/1.1 %d Service Unavailable\r\n%s\r\n%s" % (FULL, b"".join(lines), body))
        self._forget()
        self.on_response_complete()
        return True

    def _is_between(self) -> bool:
        """Whether no request is under way, not even a part of one."""
        states = {str(self.conn.our_state), str(self.conn.their_state)}
        return states == {"IDLE"} and not self.conn.trailing_data[0]

    def _look(self) -> None:
        """Whether a head is waited for now."""
        cycle: Any = self.cycle
        if cycle is not None and not cycle.response_complete:
            self._forget()
        elif self._late is None:
            self._late = self.loop.call_later(HEAD_S, self.transport.close)

    def _forget(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def plain_path(data: bytes) -> str | None:
    """The path of a request that is here whole and alone and leaves its connection open; None of any other."""
    first, end = _FIRST.match(data), data.find(b"\r\n\r\n")
    if first is None or end < 0:
        return None
    head = data[: end + 2].lower().replace(_STAYS, b"\r\n", 1)
    if any(one in head for one in _NOT_PLAIN):
        return None
    lengths = _LENGTH.findall(head)
    length = int(lengths[0]) if lengths else 0
    if head.count(b"\r\ncontent-length:") != len(lengths) or len(lengths) > 1 or len(data) != end + 4 + length:
        return None
    return first[1].decode("latin-1")
