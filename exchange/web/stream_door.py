"""The door to the live stream: whose session holds, and for whom there is room."""

import asyncio
import resource
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.sansio.utils import host_is_trusted

from exchange.access.entrance import Entrance
from exchange.access.following import Follower
from exchange.store import Unavailable
from exchange.web.access import HEADERS, BrowserSessions
from exchange.web.premises import Premises
from exchange.web.stream import Hub
from exchange.web.viewer import Viewer, wire_of

MOST_OF_USER = 10
"""Streams of one user in this process: a browser needs one, whatever its tabs, and people have several browsers."""
MOST_IN_ALL = 10_000
"""Streams in this process; fewer where the system lets it open fewer files."""
OTHER_FILES = 256
"""Files kept for everything else: pages, the database."""
AGAIN_S = {429: 60, 503: 5}
"""When whoever is turned away may try again."""

_PLAIN = (b"content-type", b"text/plain; charset=utf-8")
_EVENTS = (b"content-type", b"text/event-stream; charset=utf-8")
_HEADERS = [
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
]


class StreamDoor:
    """Answers ``GET /stream`` with events until the browser goes, or with a status that says why not."""

    def __init__(self, premises: Premises, hub: Hub) -> None:
        self.most_of_user, self.most_in_all = MOST_OF_USER, min(MOST_IN_ALL, files_to_open() - OTHER_FILES)
        self._hub = hub
        self._hosts = premises.hosts
        self._cookie = BrowserSessions(secure=premises.secure).cookie
        self._callers = _Callers(premises.entrance)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        status, token, follower = await self._look_at(scope["method"], headers, query.get("for", ""))
        if follower is None:
            await _refuse(send, status)
            return
        wire = wire_of(send, scope.get("http_version", "1.1"))
        viewer = Viewer(follower.user_id, follower.organisation, token, wire, asyncio.get_running_loop().time())
        since = headers.get("last-event-id") or query.get("since")
        self._hub.count(viewer)
        try:
            await self._follow(viewer, since, receive, send)
        finally:
            self._hub.part(viewer)

    async def _look_at(self, method: str, headers: dict[str, str], page_of: str) -> tuple[int, str, Follower | None]:
        """Who asks; nobody and a status where they are not let in.

        ``page_of`` is whose page asks, where it says so: a page left open hears nothing of who logged in after them.
        """
        if self._hosts and not host_is_trusted(headers.get("host"), self._hosts):
            return 400, "", None
        if method != "GET":
            return 405, "", None
        token = self._token(headers.get("cookie", ""))
        try:
            follower = await self._callers.follower(token) if token else None
        except Unavailable:
            return 503, "", None
        if follower is None or page_of not in ("", follower.user_id):
            return 401, "", None
        if self._hub.open_of(follower.user_id) >= self.most_of_user:
            return 429, "", None
        if self._hub.viewers >= self.most_in_all:
            return 503, "", None
        return 200, token, follower

    async def _follow(self, viewer: Viewer, since: str | None, receive: Any, send: Any) -> None:
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [_EVENTS, *_HEADERS]})
            await send({"type": "http.response.body", "body": b"retry: 2000\n\n", "more_body": True})
            await self._hub.join(viewer, since)
            await viewer.until_gone(receive)
        except asyncio.CancelledError:
            if not viewer.gone:
                raise
            await viewer.end(send)

    def _token(self, header: str) -> str:
        try:
            cookies = SimpleCookie(header)
        except CookieError:
            return ""
        return cookies[self._cookie].value if self._cookie in cookies else ""


class _Callers:
    """Asks the database for sessions: those who come while it answers are asked about together next."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance
        self._waiting: dict[str, asyncio.Future[Follower | None]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def follower(self, token: str) -> Follower | None:
        """Whom a token stands for; raises Unavailable where the database does not answer."""
        if token not in self._waiting:
            self._waiting[token] = asyncio.get_running_loop().create_future()
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return await asyncio.shield(self._waiting[token])

    async def _ask(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting, {}
            try:
                found = await asyncio.to_thread(self._entrance.followers, list(asked))
            except Exception as error:  # whoever waits for the answer is told, all of them
                for future in asked.values():
                    _settle(future, error)
                continue
            for token, future in asked.items():
                _settle(future, found.get(token))


def _settle(future: "asyncio.Future[Follower | None]", answer: Follower | Exception | None) -> None:
    with suppress(asyncio.InvalidStateError):
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)


def files_to_open() -> int:
    """How many files this process may have open, after it has taken all the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_IN_ALL + OTHER_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        return allowed
    return wanted if soft == resource.RLIM_INFINITY else soft


async def _refuse(send: Any, status: int) -> None:
    again = [(b"retry-after", str(AGAIN_S[status]).encode())] if status in AGAIN_S else []
    await send({"type": "http.response.start", "status": status, "headers": [_PLAIN, *again, *_HEADERS]})
    await send({"type": "http.response.body", "body": b""})
