"""Bodies that come slowly, through the server we ship, on real sockets."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from threading import Thread
from typing import Any

import pytest
from flask import Flask, request

from exchange.web import inflow, line
from exchange.web.asgi import THREADS, Doors
from exchange.web.inflow import CutOff, Inflow
from exchange.web.line import Line
from exchange.web.serve import Server
from exchange.web.uploading import MOST_BODY_BYTES
from tests.web.market import Market

MOST = 1 << 20
GRACE_S = 600.0


def echo() -> Flask:
    """Says how many bytes came, and of which kind they were."""
    app = Flask("echo")
    app.config["MAX_CONTENT_LENGTH"] = MOST
    app.add_url_rule("/", "echo", lambda: f"{len(request.get_data())} {request.get_data()[:3]!r}", methods=["POST"])
    return app


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@pytest.fixture
def server(market: Market, listening: socket.socket) -> Iterator[Server]:
    server = Server(Doors(echo(), market.premises(), grace_s=GRACE_S))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server
    server.should_exit = True
    thread.join()


@pytest.fixture
def port(server: Server, listening: socket.socket) -> int:
    """Where it answers."""
    return int(listening.getsockname()[1])


def post(port: int, body: bytes) -> tuple[int, str]:
    wire = HTTPConnection("127.0.0.1", port, timeout=60)
    wire.request("POST", "/", body)
    answer = wire.getresponse()
    found = answer.status, answer.read().decode()
    wire.close()
    return found


def trickle(port: int) -> socket.socket:
    """Two bytes of a body, and no more."""
    wire = socket.create_connection(("127.0.0.1", port), timeout=60)
    wire.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nab")
    return wire


def test_nobody_waits_for_those_who_trickle(port: int) -> None:
    trickling = [trickle(port) for _ in range(THREADS + 4)]
    for size in (1, inflow._IN_MEMORY_BYTES * 2 + 3):
        assert post(port, b"x" * size) == (200, f"{size} {b'xxx'[:size]!r}")
    for wire in trickling:
        wire.sendall(b"x" * 998)
        assert wire.recv(4096).startswith(b"HTTP/1.1 200 ")
        wire.close()


def test_who_trickles_for_too_long_is_cut_off(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Inflow, "_until_s", lambda _room, began_s, _size: began_s + 0.2)
    wire = trickle(port)
    assert wire.recv(4096).startswith(b"HTTP/1.1 408 ")
    assert wire.recv(4096) == b""
    wire.close()


def test_who_brings_no_whole_head_is_cut_off(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "HEAD_S", 0.2)
    silent, slow, again = (socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(3))
    slow.sendall(b"GET / HTTP/1.1\r\nHo")
    with suppress(ConnectionError):  # a crowded machine may be late to look
        again.sendall(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        again.recv(4096)
        again.sendall(b"GET")
    for one in (silent, slow, again):
        with suppress(ConnectionResetError):
            while one.recv(4096):
                pass
        one.close()


def test_who_brought_one_is_given_time(server: Server, port: int) -> None:
    """For the body, and for the answer."""
    taking = trickle(port)
    end = time.monotonic() + 60
    while not any(
        isinstance(one, Line) and one.cycle and not one._late for one in list(server.server_state.connections)
    ):
        assert time.monotonic() < end, "it will be cut off"
        time.sleep(0.01)
    taking.close()


def test_what_is_too_long_is_refused_unread(port: int) -> None:
    assert post(port, b"x" * (MOST + 1))[0] == 413
    wire = socket.create_connection(("127.0.0.1", port), timeout=60)
    wire.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % (MOST_BODY_BYTES + 1))
    assert wire.recv(4096).startswith(b"HTTP/1.1 413 ")
    wire.close()


def scope_of(**headers: str) -> dict[str, Any]:
    return {"headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]}


async def all_of(body: Any) -> tuple[bytes, int]:
    """Everything a body gives out, and in how many pieces."""
    found, pieces, more = b"", 0, True
    while more:
        message = await body()
        found, pieces, more = found + message["body"], pieces + 1, message["more_body"]
    return found, pieces


def coming(*pieces: bytes) -> Any:
    """A server's receive: these pieces, then a disconnect."""
    told = [
        {"type": "http.request", "body": one, "more_body": place < len(pieces)} for place, one in enumerate(pieces, 1)
    ]
    waiting = iter([*told, {"type": "http.disconnect"}])

    async def receive() -> dict[str, Any]:
        return next(waiting)

    return receive


def test_a_body_is_given_out_as_it_came_and_then_the_line() -> None:
    async def go() -> None:
        room = Inflow(MOST)
        pieces = [bytes([n]) * 100_000 for n in range(5)]
        body = await room.taken(scope_of(transfer_encoding="chunked"), coming(*pieces))
        assert body is not None
        assert (await all_of(body))[0] == b"".join(pieces)
        assert (await body())["type"] == "http.disconnect"
        assert room._held_bytes == 500_000
        body.close()
        empty = await room.taken(scope_of(transfer_encoding="chunked"), coming(b""))
        assert empty is not None
        assert await all_of(empty) == (b"", 1)
        empty.close()
        assert room._held_bytes == 0
        assert await room.taken(scope_of(), coming()) is None
        assert await room.taken(scope_of(content_length="0"), coming()) is None

    asyncio.run(go())


def test_who_goes_away_or_brings_too_much_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflow, "MOST_HELD_BYTES", 100)
    monkeypatch.setattr(inflow, "FORM_BYTES", 90)

    async def go() -> None:
        room = Inflow(MOST)
        for pieces, status in (((b"a" * 60, b"b" * 60), 503), ((b"a",), None)):
            with pytest.raises(CutOff) as cut:
                await room.taken(scope_of(content_length="500"), _broken(coming(*pieces)))
            assert (cut.value.status, room._held_bytes) == (status, 0)

    asyncio.run(go())


def _broken(receive: Any) -> Any:
    """The same, but never the last piece."""

    async def short() -> dict[str, Any]:
        message = await receive()
        return message | {"more_body": True}

    return short
