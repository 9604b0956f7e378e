"""Doors for machines that watch the house: is it alive, should it be sent requests, how is it doing.

They need no session and no Flask, so that they answer while pages are slow. Whoever comes through a proxy is a
stranger: the address seen is the proxy's, and what a request says of itself proves nothing.
"""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any

from exchange.reports.figures import HouseFigures, house_figures
from exchange.reports.health import BROKEN, OK, Finding, check_writing, readiness, worst
from exchange.reports.standby import check_standbys, standbys
from exchange.store.engine import instant_of
from exchange.web.crowd import Crowd
from exchange.web.metrics import TYPE, Metrics
from exchange.web.premises import Premises
from exchange.web.stream import Hub

ALIVE, READY, METRICS = "/healthz", "/readyz", "/metrics"
PATHS = (ALIVE, READY, METRICS)

PATIENCE_S = 5.0
"""A database that has not answered by then does not answer."""
THREADS = 2
_PROXIES = {b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip"}

_TEXT, _JSON = "text/plain; charset=utf-8", "application/json"


class Watch:
    """`ALIVE` asks nobody; `READY` tells its reasons, and `METRICS` anything, to monitors only."""

    def __init__(self, premises: Premises, hub: Hub, crowd: Crowd) -> None:
        self._premises = premises
        self.metrics = Metrics(self._figures, lambda: hub.viewers, lambda: premises.desk.store.time.apart_us, crowd)
        premises.desk.store.told = self.metrics.committed
        self._threads = ThreadPoolExecutor(THREADS, "watch")
        """Of their own: questions that hang must not keep the live stream from asking."""

    def close(self) -> None:
        """Answer no more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: Any, send: Any) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            await _answer(send, 405, _TEXT, b"")
        elif scope["path"] == ALIVE:
            await _answer(send, 200, _TEXT, b"ok\n")
        elif scope["path"] == READY:
            await self._ready(scope, send)
        elif self._is_monitor(scope):
            loop = asyncio.get_running_loop()
            await _answer(send, 200, TYPE, await loop.run_in_executor(self._threads, self.metrics.text))
        else:
            await _answer(send, 404, _TEXT, b"")

    async def _ready(self, scope: Any, send: Any) -> None:
        found = await self._readiness()
        ready = worst(found) != BROKEN
        body: dict[str, Any] = {"ready": ready}
        if self._is_monitor(scope):
            body["checks"] = [{"check": one.check, "state": one.state, "says": one.says} for one in found]
        await _answer(send, 200 if ready else 503, _JSON, json.dumps(body).encode())

    async def _readiness(self) -> list[Finding]:
        try:
            loop = asyncio.get_running_loop()
            return await asyncio.wait_for(loop.run_in_executor(self._threads, self._ask), PATIENCE_S)
        except Exception as error:  # whatever the driver raises, or nothing in time
            return [Finding("database", BROKEN, f"It does not answer ({type(error).__name__}).")]

    def _ask(self) -> list[Finding]:
        with self._premises.reading() as connection:
            mine, time = self._premises, self._premises.desk.store.time
            found = readiness(
                connection,
                mine.clock,
                mine.most_late_us,
                carries=mine.carries,
                most_back_us=time.most_back_us,
                host=time.host,
            )
            following = standbys(connection)
        if following is not None:
            found.append(check_standbys(following))
        if worst(found) != BROKEN:
            found.append(check_writing(mine.desk.store))
        return [Finding("database", OK, "It answers."), *found]

    def _figures(self) -> HouseFigures:
        with self._premises.reading() as connection:
            return house_figures(connection, instant_of(connection, self._premises.clock))

    def _is_monitor(self, scope: Any) -> bool:
        if scope["client"] is None or any(name.lower() in _PROXIES for name, _ in scope["headers"]):
            return False
        address = ip_address(scope["client"][0])
        return any(address in network for network in self._premises.monitors)


async def _answer(send: Any, status: int, kind: str, body: bytes) -> None:
    headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
