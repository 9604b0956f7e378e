"""HTTP as uvicorn speaks it, with a limit for the head of a request.

uvicorn waits without end for whoever opens a connection and sends nothing, or a byte of a header a minute: each of them
holds a file of this process. Bodies have their own limit (`inflow`), a connection at rest between two requests too.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 30.0
"""So long line and headers of a request may take, from the connection's beginning or their own first byte."""


class Line(H11Protocol):
    """One connection; it is closed without a word where no whole head comes in time."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(  # type: ignore[override]
        self, transport: asyncio.Transport
    ) -> None:
        super().connection_made(transport)
        self._look()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

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
