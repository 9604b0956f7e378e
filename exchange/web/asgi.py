"""One port for everything: the live stream natively, every other path through Flask in threads."""

import asyncio
from contextlib import suppress
from typing import Any

from flask import Flask

from exchange.web.bridge import Bridge
from exchange.web.crowd import FULL, MOST_WAITING, Crowd, Headers
from exchange.web.inflow import GRACE_S, CutOff, Inflow
from exchange.web.premises import Premises
from exchange.web.stream import Hub
from exchange.web.stream_door import StreamDoor
from exchange.web.uploading import MOST_BODY_BYTES
from exchange.web.watch import PATHS, Watch

THREADS = 8
STREAM = "/stream"


class Doors:
    """The ASGI application: `STREAM` for browsers that are logged in, `Watch` for monitoring, Flask for the rest.

    ``grace_s`` is how long a body of a request may take (`inflow`), ``most_waiting`` how many requests may wait for
    one of the workers (`crowd`).
    """

    def __init__(
        self, flask: Flask, premises: Premises, *, grace_s: float = GRACE_S, most_waiting: int = MOST_WAITING
    ) -> None:
        self.hub = Hub(premises)
        self.crowd = Crowd(THREADS + most_waiting)
        self._watch = Watch(premises, self.hub, self.crowd)
        self._stream = StreamDoor(premises, self.hub)
        self._pages = Bridge(flask, workers=THREADS)  # type: ignore[arg-type]
        self._inflow = Inflow(MOST_BODY_BYTES, grace_s=grace_s)
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"] == STREAM:
            await self._stream(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] in PATHS:
            await self._watch(scope, send)
        elif scope["type"] == "http":
            await self._page(scope, receive, send)

    @property
    def is_full(self) -> bool:
        """Whether nobody else is let in, but to stream and monitoring; what `line` asks before it reads a request."""
        return self.crowd.is_full

    def turned_away(self, path: str) -> tuple[Headers, bytes] | None:
        """The answer for whoever asks for this now, None where there is room."""
        if not self.is_full or path == STREAM or path in PATHS:
            return None
        return self.crowd.turn_away(path)

    async def _page(self, scope: Any, receive: Any, send: Any) -> None:
        """Through Flask, once the body is there: a worker waits for nobody's line."""
        try:
            body = await self._inflow.taken(scope, receive)
        except CutOff as cut:
            if cut.status is not None:
                await _tell(send, cut.status, [(b"connection", b"close"), (b"content-length", b"0")])
            return
        try:
            if self.crowd.is_full:
                await _tell(send, FULL, *self.crowd.turn_away(scope["path"]))
                return
            with self.crowd.place():
                await self._pages(scope, receive if body is None else body, send)
        finally:
            if body is not None:
                body.close()

    async def _lifespan(self, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._task = asyncio.create_task(self.hub.run())
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _stop(self) -> None:
        self.hub.close()
        self._watch.close()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task


async def _tell(send: Any, status: int, headers: Headers, body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
