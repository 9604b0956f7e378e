"""The server: uvicorn around `asgi.Doors`, stopping at once even with open streams."""

import socket
from types import FrameType

import uvicorn

from exchange.web.asgi import Doors
from exchange.web.line import Line

GRACE_S = 10
"""So long an order may wait for a lock; less than what workers are given to end (`workers`)."""


class Server(uvicorn.Server):
    """Says goodbye to the streams first: otherwise a stop waits for the whole grace time.

    Requests under way are answered, for `GRACE_S` at most, and nobody new is let in.
    """

    def __init__(self, doors: Doors, *, host: str = "127.0.0.1", port: int = 0) -> None:
        config = uvicorn.Config(
            doors,
            http=Line,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_S,
            lifespan="on",
        )
        super().__init__(config)
        self._doors = doors

    def serve_on(self, listening: socket.socket) -> None:
        """Answer who connects here, until SIGTERM or SIGINT; what these mean to the process is its own affair."""
        self.run(sockets=[listening])

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._doors.hub.close()
        super().handle_exit(sig, frame)
