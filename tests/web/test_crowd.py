"""More who ask than can wait: sent away at once, before anything of the house is asked."""

import asyncio
import json
import logging
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask

from exchange.web.asgi import THREADS, Doors
from exchange.web.line import plain_path
from exchange.web.serve import Server
from tests.web.market import Market

WAITING = 2
HOME = ("127.0.0.1", 40_000)


class House:
    """A Flask whose view waits until it may answer, behind the real doors."""

    def __init__(self, market: Market) -> None:
        self.open, self.asked = Event(), 0
        app = Flask("slow")
        app.add_url_rule("/<path:_where>", "slow", self._slow, methods=["GET", "POST"])
        self.doors = Doors(app, market.premises(), most_waiting=WAITING)

    def _slow(self, _where: str) -> str:
        self.asked += 1
        self.open.wait(60)
        return "done"

    async def ask(self, path: str, method: str = "POST") -> tuple[int, dict[str, str], str]:
        told: list[Any] = []

        async def send(message: Any) -> None:
            told.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": [], "client": HOME}
        await self.doors(scope | {"http_version": "1.1", "server": ("localhost", 80)}, receive, send)
        headers = {name.decode(): value.decode() for name, value in told[0]["headers"]}
        return told[0]["status"], headers, b"".join(one.get("body", b"") for one in told[1:]).decode()


def test_who_finds_no_room_is_told_when_to_come_again_and_nothing_was_asked(
    market: Market, caplog: pytest.LogCaptureFixture
) -> None:
    house = House(market)

    async def play() -> None:
        inside = [asyncio.ensure_future(house.ask("/api/v1/leads/L1/buy")) for _ in range(THREADS + WAITING)]
        await asyncio.sleep(0)
        machine = await house.ask("/api/v1/leads/L1/buy")
        page = await house.ask("/markt", "GET")
        _, _, figures = await house.ask("/metrics", "GET")
        assert (await house.ask("/healthz", "GET"))[0] == 200
        house.open.set()
        assert [status for status, _, _ in await asyncio.gather(*inside)] == [200] * (THREADS + WAITING)
        assert house.asked == THREADS + WAITING
        assert (await house.ask("/api/v1/leads/L1/buy"))[0] == 200
        _is_sent_away(machine, page)
        assert "exchange_requests_turned_away_total 2.0" in figures
        assert f"exchange_requests_inside {THREADS + WAITING}.0" in figures

    with caplog.at_level(logging.WARNING, "exchange.doors"):
        asyncio.run(play())
    assert [one.message for one in caplog.records] == [f"turned away for want of room: 1, inside: {THREADS + WAITING}"]


def _is_sent_away(machine: tuple[int, dict[str, str], str], page: tuple[int, dict[str, str], str]) -> None:
    for status, headers, _ in (machine, page):
        assert (status, headers["retry-after"], headers["cache-control"]) == (503, "2", "no-store")
    assert machine[1]["content-type"] == "application/problem+json"
    assert json.loads(machine[2])["code"] == "busy"
    assert page[1]["content-type"].startswith("text/html")
    assert "Es ist nichts geschehen" in page[2]


@pytest.fixture
def served(market: Market) -> Iterator[tuple[House, int]]:
    house = House(market)
    house.open.set()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Server(house.doors)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield house, int(listening.getsockname()[1])
        server.should_exit = True
        thread.join()


def test_a_line_is_kept_whoever_was_turned_away_on_it(
    served: tuple[House, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests in one piece, which are not read as HTTP then, and others."""
    house, port = served
    wire = HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(method: str, path: str, body: bytes | None = None, **headers: str) -> int:
        wire.request(method, path, body, headers)
        answer = wire.getresponse()
        said = answer.read()
        if answer.status == 503:
            assert (answer.headers["Retry-After"], bool(said)) == ("2", method != "HEAD")
        return answer.status

    assert ask("GET", "/markt") == 200
    line, unread = wire.sock, list[str]()
    turned_away = house.doors.turned_away
    monkeypatch.setattr(house.doors, "turned_away", lambda path: unread.append(path) or turned_away(path))
    house.doors.crowd.inside = 10_000
    assert [ask("GET", "/markt?a=b"), ask("POST", "/api/v1/x", b"{}"), ask("POST", "/a", b"x" * 200_000)] == [503] * 3
    line.sendall(WHOLE)
    whole = HTTPResponse(line, method="POST")
    whole.begin()
    assert (whole.status, whole.reason, len(whole.read()) > 100) == (503, "Service Unavailable", True)
    assert {"/markt", "/a/b"} <= set(unread)
    assert [ask("HEAD", "/markt"), ask("POST", "/a", b"{}", Expect="something")] == [503] * 2
    assert ask("GET", "/healthz") == 200
    house.doors.crowd.inside = 0
    assert [ask("GET", "/markt"), ask("POST", "/api/v1/x", b"{}")] == [200, 200]
    assert wire.sock is line
    assert house.asked == 3
    wire.close()


WHOLE = b"POST /a/b?c HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        (WHOLE, "/a/b"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n", "/"),
        (WHOLE[:-1], None),
        (WHOLE + b"G", None),
        (WHOLE * 2, None),
        (WHOLE.replace(b"Host: x", b"Connection: close"), None),
        (WHOLE.replace(b"Host: x", b"Transfer-Encoding: chunked"), None),
        (WHOLE.replace(b"Host: x", b"Content-Length: 2"), None),
        (WHOLE.replace(b"Length: 2", b"Length: +2"), None),
        (WHOLE.replace(b"HTTP/1.1", b"HTTP/1.0"), None),
        (WHOLE.replace(b"POST", b"HEAD"), None),
        (b"\r\n\r\n", None),
    ],
)
def test_only_what_is_plain_is_answered_unread(sent: bytes, path: str | None) -> None:
    assert plain_path(sent) == path
