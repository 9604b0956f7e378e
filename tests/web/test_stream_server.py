"""The stream through the server we ship, on real sockets: what is on the wire, and who is let go."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse
from threading import Thread

import pytest

from exchange.web import serve, stream, viewer
from exchange.web.app import create_app
from exchange.web.asgi import Doors
from exchange.web.serve import Server
from exchange.web.viewer import Straight
from tests.web.conftest import BRANDT, KRONE
from tests.web.ear import buy, token_for
from tests.web.market import Market, _lead

pytestmark = pytest.mark.usefixtures("engine")


class House:
    """An exchange on a port of this machine."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.doors = Doors(create_app(market.premises()), market.premises())
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._server = Server(self.doors)
        self._lines: list[HTTPConnection | socket.socket] = []
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [self._listening]})
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        """End in order, long before the server's grace is over."""
        self.doors.hub.close()
        self._server.should_exit = True
        self._thread.join(60)
        assert not self._thread.is_alive(), "a stream was waited for"
        self._listening.close()
        for line in self._lines:
            line.close()

    def stream(self, email: str) -> HTTPResponse:
        """An open stream as a client of HTTP/1.1 reads it."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        self._lines.append(line)
        line.request("GET", "/stream", headers={"Cookie": f"session={token_for(self.market, email)}"})
        return line.getresponse()

    def raw(self, email: str, version: str = "1.1") -> socket.socket:
        """An open stream of somebody whose machine takes little at a time, and what it reads is what is on the wire."""
        line = socket.socket()
        self._lines.append(line)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(60)
        line.connect(("127.0.0.1", self.port))
        cookie = f"session={token_for(self.market, email)}"
        line.sendall(f"GET /stream HTTP/{version}\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
        return line


@pytest.fixture
def house(market: Market, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """An exchange that answers."""
    monkeypatch.setattr(serve, "GRACE_S", 120)
    found = House(market)
    yield found
    found.stop()


def until(response: HTTPResponse, word: bytes) -> bytes:
    """Read until a line has the word."""
    read = b""
    while word not in read:
        line = response.readline()
        assert line, read
        read += line
    return read


def test_it_goes_straight_to_the_connection_and_is_well_formed(house: House) -> None:
    response = house.stream(BRANDT)
    assert response.headers["Content-Type"].startswith("text/event-stream")
    until(response, b"event: hb")
    (here,) = house.doors.hub._open
    assert isinstance(here._wire, Straight), "another server version: stream.wire_of must learn its transport"
    buy(house.market)
    assert b'event: sold\ndata: {"id":"7K2KV"' in until(response, b"7K2KV")
    house.doors.hub.close()
    response.read()  # to its orderly end: an answer that is cut raises IncompleteRead


def test_a_proxy_that_speaks_http_1_0_is_told_without_chunks(house: House) -> None:
    line = house.raw(BRANDT, "1.0")
    read = b""
    while b"event: hb" not in read:
        read += line.recv(4096)
    head, _, body = read.partition(b"\r\n\r\n")
    assert b"chunked" not in head.lower()
    assert body.startswith(b"retry: 2000\n\nid: ")


@pytest.fixture
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "KERNEL_BYTES", 4096)
    monkeypatch.setattr(viewer, "PATIENCE_S", 1.0)
    monkeypatch.setattr(stream, "BEAT_S", 0.2)


@pytest.mark.usefixtures("_hurried")
def test_who_does_not_read_is_let_go_and_nobody_else_notices(house: House) -> None:
    deaf = house.raw(KRONE)
    hearing = house.stream(BRANDT)
    until(hearing, b"event: hb")
    while house.doors.hub.viewers < 2:
        time.sleep(0.01)
    end = time.monotonic() + 60
    number = 0
    while house.doors.hub.viewers == 2:
        assert time.monotonic() < end
        number += 1
        house.market.clock.at_us += 10
        listing_id = f"8{number:04d}"
        house.market.list(_lead(listing_id, "bu", 0, "70435 DE-BW", 1, "124 36", occupation="x", age="40", pension="1"))
        until(hearing, listing_id.encode())
    with suppress(ConnectionResetError):
        while deaf.recv(65_536):
            pass


def test_who_hangs_up_is_forgotten_at_once(house: House) -> None:
    lines = [house.raw(BRANDT) for _ in range(3)]
    end = time.monotonic() + 60
    while house.doors.hub.viewers < 3:
        assert time.monotonic() < end
        time.sleep(0.01)
    for line in lines:
        line.close()
    while house.doors.hub.viewers:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_stopping_waits_for_no_stream(house: House) -> None:
    responses = [house.stream(BRANDT) for _ in range(5)]
    for response in responses:
        until(response, b"event: hb")
    house.stop()
