"""One port for everything: the live stream natively, every other path through Flask in threads."""

import asyncio
from contextlib import suppress
from typing import Any

from a2wsgi import WSGIMiddleware
from flask import Flask

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

    ``grace_s`` is how long a body of a request may take (`inflow`).
    """

    def __init__(self, flask: Flask, premises: Premises, *, grace_s: float = GRACE_S) -> None:
        self.hub = Hub(premises)
        self._watch = Watch(premises, self.hub)
        self._stream = StreamDoor(premises, self.hub)
        self._pages = WSGIMiddleware(flask, workers=THREADS)  # type: ignore[arg-type]
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

    async def _page(self, scope: Any, receive: Any, send: Any) -> None:
        """Through Flask, once the body is there: a worker waits for nobody's line."""
        try:
            body = await self._inflow.taken(scope, receive)
        except CutOff as cut:
            if cut.status is not None:
                told = [(b"connection", b"close"), (b"content-length", b"0")]
                await send({"type": "http.response.start", "status": cut.status, "headers": told})
                await send({"type": "http.response.body"})
            return
        try:
            await self._pages(scope, receive if body is None else body, send)  # type: ignore[arg-type]
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
