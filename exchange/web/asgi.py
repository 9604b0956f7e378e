"""One port for everything: the live stream natively, every other path through Flask in threads."""

import asyncio
from contextlib import suppress
from typing import Any

from a2wsgi import WSGIMiddleware
from flask import Flask

from exchange.web.premises import Premises
from exchange.web.stream import Hub
from exchange.web.stream_door import StreamDoor
from exchange.web.watch import PATHS, Watch

THREADS = 8
STREAM = "/stream"


class Doors:
    """The ASGI application: `STREAM` for browsers that are logged in, `Watch` for monitoring, Flask for the rest."""

    def __init__(self, flask: Flask, premises: Premises) -> None:
        self.hub = Hub(premises)
        self._watch = Watch(premises, self.hub)
        self._stream = StreamDoor(premises, self.hub)
        self._pages = WSGIMiddleware(flask, workers=THREADS)  # type: ignore[arg-type]
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"] == STREAM:
            await self._stream(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] in PATHS:
            await self._watch(scope, send)
        elif scope["type"] == "http":
            await self._pages(scope, receive, send)

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
