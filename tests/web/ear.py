"""A browser at the live stream without a server: every message an ASGI server would send or be sent."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

from exchange.access.entrance import Welcome
from exchange.web.app import create_app
from exchange.web.asgi import STREAM, Doors
from tests.web.market import PASSWORD, Market

Deed = Callable[["Ear"], Awaitable[None]]


class Ear:
    """One browser at the stream: what it was told, and when to hang up."""

    def __init__(
        self, doors: Doors, token: str, since: str | None = None, method: str = "GET", query: str = ""
    ) -> None:
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.text = ""
        self._gone = asyncio.Event()
        headers = [(b"cookie", f"session={token}".encode())]
        if since is not None:
            headers.append((b"last-event-id", since.encode()))
        scope = {"type": "http", "method": method, "path": STREAM, "headers": headers}
        scope["query_string"] = query.encode()
        self.task = asyncio.create_task(doors(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)
        self.headers |= dict(message.get("headers", ()))
        self.text += message.get("body", b"").decode()

    async def hears(self, word: str, seconds: float = 60.0) -> None:
        for _ in range(int(seconds / 0.02)):
            if word in self.text:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{word!r} was not heard in {self.text!r}")

    async def hang_up(self) -> None:
        self._gone.set()
        await asyncio.wait_for(self.task, 60)

    @property
    def position(self) -> str:
        return re.findall(r"^id: (.+)$", self.text, re.M)[-1]

    @property
    def kinds(self) -> list[str]:
        return [kind for kind in re.findall(r"^event: (.+)$", self.text, re.M) if kind != "hb"]


def token_for(market: Market, email: str) -> str:
    welcome = market.entrance.log_in(email, PASSWORD, "192.0.2.1")
    assert isinstance(welcome, Welcome)
    return welcome.token


def follow(market: Market, deed: Callable[[Doors], Awaitable[None]]) -> None:
    """Run the hub while something is done."""

    async def run() -> None:
        doors = Doors(create_app(market.premises()), market.premises())
        following = asyncio.create_task(doors.hub.run())
        try:
            await deed(doors)
        finally:
            doors.hub.close()
            following.cancel()

    asyncio.run(run())


def buy(market: Market, listing_id: str = "7K2KV") -> None:
    sector = market.desk.sector_of("listing", listing_id)
    market.desk.buy(sector, buyer="krone", listing_id=listing_id, most_cents=9900)
