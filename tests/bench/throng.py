"""A throng at a door of HTTP, cheap enough to be five times what a server can take: one event loop, bare sockets."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter

PATIENCE_S = 10.0
MOST_LINES = 6_000
"""Open connections; beyond that a request is not sent, and counts as given up."""
_TICK_S = 0.005

Draw = Callable[[], tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Answered:
    """One request: when it was sent, and answered with a status; 0 where nobody waited for it any more."""

    status: int
    sent_s: float
    at_s: float
    retry_after: bool

    @property
    def took_s(self) -> float:
        """From sending to the whole answer."""
        return self.at_s - self.sent_s


class Line(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self.answer: asyncio.Future[tuple[int, bool]] | None = None
        self._read = bytearray()
        self._transport: asyncio.Transport | None = None
        self.is_open = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError(transport)
        self._transport = transport

    def ask(self, request: bytes) -> "asyncio.Future[tuple[int, bool]]":
        """Send; the status comes, and whether it says when to come again."""
        if self._transport is None:
            raise ValueError("not connected")
        self.answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self.answer

    def data_received(self, data: bytes) -> None:
        self._read += data
        end = self._read.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._read[:end]).lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._read) < end + 4 + length:
            return
        self._read.clear()
        if self.answer is not None and not self.answer.done():
            self.answer.set_result((int(head[9:12]), b"retry-after:" in head))

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self.answer is not None and not self.answer.done():
            self.answer.set_result((0, False))

    def close(self) -> None:
        """Hang up."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()


class Throng:
    """Many clients of one port. ``draw`` gives the next request, ``give_back`` takes one that was turned away."""

    def __init__(self, port: int, draw: Draw, give_back: Callable[[str], None], turned_away: Iterable[int]) -> None:
        self._port = port
        self._draw = draw
        self._give_back = give_back
        self._turned_away = frozenset(turned_away)
        self._free: list[Line] = []
        self._lines = 0
        self._answers: list[Answered] = []
        self._asking: set[asyncio.Task[None]] = set()

    async def in_turn(self, clients: int, seconds: float) -> list[Answered]:
        """So many clients, each of which asks when it was answered."""
        until_s = perf_counter() + seconds

        async def one() -> None:
            while perf_counter() < until_s:
                await self._ask()

        await asyncio.gather(*(one() for _ in range(clients)))
        return self._taken()

    async def by_the_clock(self, per_second: float, seconds: float) -> tuple[list[Answered], float]:
        """So many requests a second whatever comes back, and when they began; late answers come with the next ones."""
        began_s, sent = perf_counter(), 0
        while (now_s := perf_counter()) < began_s + seconds:
            while sent < per_second * (now_s - began_s):
                task = asyncio.ensure_future(self._ask())
                self._asking.add(task)
                task.add_done_callback(self._asking.discard)
                sent += 1
            await asyncio.sleep(_TICK_S)
        return self._taken(), began_s

    async def close(self) -> list[Answered]:
        """Wait for all who were not answered yet, then hang up."""
        if self._asking:
            await asyncio.wait(self._asking)
        for line in self._free:
            line.close()
        return self._taken()

    def _taken(self) -> list[Answered]:
        answers, self._answers = self._answers, []
        return answers

    async def _ask(self) -> None:
        request, sent = self._draw()
        sent_s = perf_counter()
        try:
            async with asyncio.timeout(PATIENCE_S):
                status, retry_after = await self._answer(sent)
        except (TimeoutError, OSError):
            status, retry_after = 0, False
        self._answers.append(Answered(status, sent_s, perf_counter(), retry_after))
        if status in self._turned_away:
            self._give_back(request)

    async def _answer(self, sent: bytes) -> tuple[int, bool]:
        line = await self._line()
        try:
            told = await line.ask(sent)
        except BaseException:
            line.close()
            self._lines -= 1
            raise
        if line.is_open:
            self._free.append(line)
        else:
            self._lines -= 1
        return told

    async def _line(self) -> Line:
        while self._free:
            line = self._free.pop()
            if line.is_open:
                return line
            self._lines -= 1
        if self._lines >= MOST_LINES:
            raise OSError("no more lines")
        self._lines += 1
        _, line = await asyncio.get_running_loop().create_connection(Line, "127.0.0.1", self._port)
        return line
