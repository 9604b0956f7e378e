"""Answers of Flask's threads as they leave: whole, in order, and never more of them waiting than the loop can take."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from exchange.web.bridge import AT_ONCE, AT_ONCE_BYTES, Bridge

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
SCOPE = {
    "type": "http",
    "method": "GET",
    "path": "/",
    "query_string": b"",
    "headers": [],
    "server": ("127.0.0.1", 80),
    "client": ("127.0.0.1", 1),
    "http_version": "1.1",
    "scheme": "http",
}


def answered(app: Application, sent: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """All that was sent, to a browser that is slow to take it."""
    sent = [] if sent is None else sent

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        await asyncio.sleep(0)
        sent.append(message)

    async def ask() -> None:
        bridge = Bridge(app, workers=1)
        try:
            await bridge(SCOPE, receive, send)
        finally:
            bridge.executor.shutdown()

    asyncio.run(ask())
    return sent


def saying(*pieces: bytes) -> Application:
    def app(_environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return list(pieces)

    return app


@pytest.mark.parametrize("count", [0, 1, AT_ONCE - 2, AT_ONCE - 1, AT_ONCE, 10 * AT_ONCE])
@pytest.mark.parametrize("size", [1, AT_ONCE_BYTES // 4, AT_ONCE_BYTES + 1])
def test_every_piece_arrives_in_order(count: int, size: int) -> None:
    pieces = [bytes([number % 256]) * size for number in range(count)]
    head, *bodies = answered(saying(*pieces))
    assert (head["type"], head["status"]) == ("http.response.start", 200)
    assert b"".join(one["body"] for one in bodies) == b"".join(pieces)
    assert [one.get("more_body", False) for one in bodies] == [True] * count + [False]


def test_what_fails_half_way_sends_nothing_of_a_short_answer() -> None:
    """The server then says that it failed, instead of an answer that looks whole."""

    def app(_environ: dict[str, Any], start: Any) -> Iterator[bytes]:
        start("200 OK", [])
        yield b"half"
        raise ValueError("on the way")

    sent: list[dict[str, Any]] = []
    with pytest.raises(ValueError, match="on the way"):
        answered(app, sent)
    assert sent == []


def test_the_thread_of_a_long_answer_waits_for_who_takes_it() -> None:
    made, taken = 0, 0

    def app(_environ: dict[str, Any], start: Any) -> Iterator[bytes]:
        nonlocal made
        start("200 OK", [])
        for _ in range(200):
            made += 1
            ahead.append(made - taken)
            yield b"x" * 1000

    ahead: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal taken
        await asyncio.sleep(0.001)
        taken += message["type"] == "http.response.body"

    asyncio.run(Bridge(app, workers=1)(SCOPE, receive, send))  # type: ignore[arg-type]
    assert taken == 201
    assert max(ahead) <= 2 * AT_ONCE + 10
