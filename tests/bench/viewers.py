"""Browsers at the live stream, many in one process: `tests.bench.stream` starts it and talks to it by lines of JSON.

Each is a bare connection that asks for the stream with its session's cookie, notes when what was said arrived, and
remembers the last event id, to come back with it. An order is one line in, its answer one line out.
"""

import asyncio
import json
import re
import sys
import time
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

_SOLD = re.compile(rb'event: (?:sold|seat_sold)\ndata: \{"id":"([^"]+)"')
_ID = re.compile(rb"^id: (.+)$", re.MULTILINE)
AT_ONCE = 200
"""Connections opened at one time: the listening queue is not endless."""


class Browser(asyncio.Protocol):
    """One connection. What arrives is noted with its microsecond, and read only when it is asked for."""

    def __init__(self, cookie: str, since: str) -> None:
        self._cookie, self._since = cookie, since
        self.notes: list[tuple[int, bytes]] = []
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        request = f"GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: session={self._cookie}\r\n"
        request += f"Last-Event-ID: {self._since}\r\n\r\n" if self._since else "\r\n"
        transport.write(request.encode())

    def data_received(self, data: bytes) -> None:
        self.notes.append((time.time_ns() // 1000, data))
        if not self.greeted.done() and (b"event: hb" in data or self.refused):
            self.greeted.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.greeted.done():
            self.greeted.set_result(None)

    @property
    def refused(self) -> bool:
        """Whether it was not let in."""
        return not self.notes or not self.notes[0][1].startswith(b"HTTP/1.1 200")

    def again(self) -> "Browser":
        """The same browser, that comes back from where it was."""
        ids = _ID.findall(b"".join(data for _, data in self.notes))
        return Browser(self._cookie, ids[-1].decode() if ids else self._since)

    def leave(self) -> None:
        """Hang up."""
        self._transport.abort()

    def sales(self) -> Iterator[tuple[str, int]]:
        """Listings that were said to be sold, and when that was heard."""
        ends = list(accumulate(len(data) for _, data in self.notes))
        for found in _SOLD.finditer(b"".join(data for _, data in self.notes)):
            yield found[1].decode(), self.notes[bisect_left(ends, found.end())][0]


class Crowd:
    """All browsers of this process."""

    def __init__(self, port: int, cookies: list[str]) -> None:
        self._port = port
        self._browsers = [Browser(cookie, "") for cookie in cookies]
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        """Do what one line says."""
        if order["do"] == "come":
            return await self._come()
        if order["do"] == "leave":
            for browser in self._browsers:
                browser.leave()
            self._browsers = [browser.again() for browser in self._browsers]
            await asyncio.sleep(0.5)
        if order["do"] == "forget":
            for browser in self._browsers:
                browser.notes.clear()
        return self._told() if order["do"] == "tell" else {}

    def _told(self) -> dict[str, Any]:
        heard: dict[str, list[int]] = {}
        notes = [data for browser in self._browsers for _, data in browser.notes]
        for browser in self._browsers:
            for listing_id, at in browser.sales():
                heard.setdefault(listing_id, []).append(at)
        events = sum(data.count(b"event: ") - data.count(b"event: hb") for data in notes)
        return {"heard": heard, "bytes": sum(map(len, notes)), "events": events}

    async def _come(self) -> dict[str, Any]:
        """All connect at once; how long until each was up to date."""
        began = time.monotonic()
        took = await asyncio.gather(*(self._greet(one, began) for one in self._browsers))
        return {"took": sorted(took), "refused": sum(one.refused for one in self._browsers)}

    async def _greet(self, browser: Browser, began: float) -> float:
        async with self._slots:
            await asyncio.get_running_loop().create_connection(lambda: browser, "127.0.0.1", self._port)
        await browser.greeted
        return time.monotonic() - began


async def main() -> None:
    """First line: port and cookies. Then orders, until the input ends."""
    loop = asyncio.get_running_loop()
    begin = json.loads(await loop.run_in_executor(None, sys.stdin.readline))
    crowd = Crowd(begin["port"], begin["cookies"])
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await crowd.obey(json.loads(line))), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
