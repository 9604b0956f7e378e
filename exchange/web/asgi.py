"""One port for everything: the live stream natively, every other path through Flask in threads."""

import asyncio
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from a2wsgi import WSGIMiddleware
from flask import Flask

from exchange.web.access import HEADERS, BrowserSessions
from exchange.web.premises import Premises
from exchange.web.stream import Hub, Viewer, send_frames
from exchange.web.watch import PATHS, Watch

THREADS = 8
STREAM = "/stream"

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
]


class Doors:
    """The ASGI application: `STREAM` for browsers that are logged in, `Watch` for monitoring, Flask for the rest."""

    def __init__(self, flask: Flask, premises: Premises) -> None:
        self.hub = Hub(premises)
        self._watch = Watch(premises, self.hub)
        self._premises = premises
        self._cookie = BrowserSessions(secure=premises.secure).cookie
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

    async def _stream(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        token = self._token(headers.get("cookie", ""))
        user = await asyncio.to_thread(self._premises.entrance.user_of, token) if token else None
        if scope["method"] != "GET" or user is None:
            await _refuse(send, 405 if scope["method"] != "GET" else 401)
            return
        query = parse_qs(scope["query_string"].decode("latin-1"))
        since = headers.get("last-event-id") or next(iter(query.get("since", [])), None)
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": b"retry: 2000\n\n", "more_body": True})
        viewer = Viewer(user.organisation, token)
        watch = asyncio.create_task(_until_gone(receive, viewer))
        try:
            await self.hub.join(viewer, since)
            await send_frames(viewer, send)
        finally:
            self.hub.part(viewer)
            watch.cancel()

    def _token(self, header: str) -> str:
        try:
            cookies = SimpleCookie(header)
        except CookieError:
            return ""
        return cookies[self._cookie].value if self._cookie in cookies else ""


async def _until_gone(receive: Any, viewer: Viewer) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    viewer.leave()


async def _refuse(send: Any, status: int) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
