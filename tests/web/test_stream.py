"""The hub and its door, driven without a server: every message an ASGI server would send or be sent."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from exchange.access.entrance import Welcome
from exchange.web.app import create_app
from exchange.web.asgi import STREAM, Doors
from exchange.web.stream import MOST_WAITING, Viewer
from tests.web.conftest import BRANDT, KRONE
from tests.web.market import PASSWORD, Market, _lead

pytestmark = pytest.mark.usefixtures("engine")

Deed = Callable[["Ear"], Awaitable[None]]


class Ear:
    """One browser at the stream: what it was told, and when to hang up."""

    def __init__(self, doors: Doors, token: str, since: str | None = None, method: str = "GET") -> None:
        self.status = 0
        self.text = ""
        self._gone = asyncio.Event()
        headers = [(b"cookie", f"session={token}".encode())]
        if since is not None:
            headers.append((b"last-event-id", since.encode()))
        scope = {"type": "http", "method": method, "path": STREAM, "headers": headers, "query_string": b""}
        self.task = asyncio.create_task(doors(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)
        self.text += message.get("body", b"").decode()

    async def hears(self, word: str, seconds: float = 3.0) -> None:
        for _ in range(int(seconds / 0.02)):
            if word in self.text:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{word!r} was not heard in {self.text!r}")

    async def hang_up(self) -> None:
        self._gone.set()
        await asyncio.wait_for(self.task, 2)

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


def test_what_happens_is_told_within_moments(market: Market) -> None:
    async def deed(doors: Doors) -> None:
        ear = Ear(doors, token_for(market, BRANDT))
        await ear.hears("event: hb")
        buy(market)
        await ear.hears('event: sold\ndata: {"id":"7K2KV"')
        assert ear.status == 200
        assert "bought" not in ear.kinds
        await ear.hang_up()
        assert doors.hub.viewers == 0

    follow(market, deed)


def test_who_comes_back_is_told_what_was_missed_once(market: Market) -> None:
    async def deed(doors: Doors) -> None:
        token = token_for(market, BRANDT)
        first = Ear(doors, token)
        await first.hears("event: hb")
        await first.hang_up()
        buy(market)
        buy(market, "7F3BU")
        second = Ear(doors, token, since=first.position)
        await second.hears('"7F3BU"')
        await asyncio.sleep(0.4)
        assert sorted(second.kinds) == ["sold", "sold"]
        third = Ear(doors, token, since=second.position)
        await third.hears("event: hb")
        await asyncio.sleep(0.3)
        assert third.kinds == []
        await second.hang_up()
        await third.hang_up()

    follow(market, deed)


def test_who_missed_too_much_is_told_to_start_afresh(market: Market) -> None:
    async def deed(doors: Doors) -> None:
        token = token_for(market, BRANDT)
        for n in range(520):
            market.clock.at_us += 10
            market.list(_lead(f"8{n:04d}", "bu", 0, "70435 DE-BW", 1, "124 36", occupation="x", age="40", pension="1"))
        ear = Ear(doors, token, since="bu:1")
        await ear.hears("event: snapshot")
        assert "listed" not in ear.kinds
        nonsense = Ear(doors, token, since="what")
        await nonsense.hears("event: snapshot")
        await ear.hang_up()
        await nonsense.hang_up()

    follow(market, deed)


def test_each_firm_hears_only_what_it_may(market: Market) -> None:
    async def deed(doors: Doors) -> None:
        brandt, krone = (Ear(doors, token_for(market, email)) for email in (BRANDT, KRONE))
        await brandt.hears("event: hb")
        await krone.hears("event: hb")
        sketch = _lead("9S1BU", "bu", 0, "70435 DE-BW", 1, "124 36", occupation="x", age="40", pension="1")
        market.list(sketch, recipients=("krone",))
        buy(market)
        await krone.hears("event: wallet")
        await brandt.hears("event: sold")
        assert "9S1BU" in krone.text
        assert "9S1BU" not in brandt.text
        assert "wallet" not in brandt.kinds
        await brandt.hang_up()
        await krone.hang_up()

    follow(market, deed)


def test_a_stream_needs_a_session_and_a_get(market: Market) -> None:
    async def deed(doors: Doors) -> None:
        for token, method, status in (
            ("", "GET", 401),
            ("guess", "GET", 401),
            (token_for(market, BRANDT), "POST", 405),
        ):
            ear = Ear(doors, token, method=method)
            await asyncio.wait_for(ear.task, 2)
            assert (ear.status, ear.text) == (status, "")

    follow(market, deed)


def test_logging_out_closes_the_stream(market: Market) -> None:
    async def deed(doors: Doors) -> None:
        token = token_for(market, BRANDT)
        ear = Ear(doors, token)
        await ear.hears("event: hb")
        market.entrance.log_out(token)
        await asyncio.wait_for(ear.task, 3)

    follow(market, deed)


def test_a_viewer_who_does_not_read_is_not_waited_for() -> None:
    viewer = Viewer("brandt", "token", caught_up=True)
    for n in range(MOST_WAITING + 3):
        viewer.hand(f"{n}".encode(), b"snapshot")
    assert viewer.waiting[0] == b"snapshot"
    assert len(viewer.waiting) == 3


def test_stopping_ends_every_stream_at_once(market: Market) -> None:
    async def deed(doors: Doors) -> None:
        ears = [Ear(doors, token_for(market, BRANDT)) for _ in range(5)]
        for ear in ears:
            await ear.hears("event: hb")
        doors.hub.close()
        await asyncio.wait_for(asyncio.gather(*(ear.task for ear in ears)), 1)

    follow(market, deed)
