"""A stream's bytes, and what becomes of those who do not read them."""

import asyncio

from exchange.web.viewer import MOST_AT_A_TIME, MOST_BEHIND, PATIENCE_S, Piece, Queued, Viewer, piece

SNAPSHOT = piece(b"snapshot")


class Line:
    """A browser's connection of which the test says how many bytes it has not taken."""

    def __init__(self) -> None:
        self.said: list[bytes] = []
        self.waiting = 0

    def write(self, said: Piece) -> None:
        self.said.append(said.body)

    def behind(self) -> int:
        return self.waiting

    def cut(self) -> None:
        self.said.append(b"cut")


async def viewer_at(line: Line) -> Viewer:
    return Viewer("u", "brandt", "token", line, 0)


def test_a_chunk_says_its_length_in_hex() -> None:
    assert piece(b"x" * 26) == (b"x" * 26, b"1a\r\n" + b"x" * 26 + b"\r\n")


def test_who_lags_behind_is_told_nothing_and_then_to_start_afresh() -> None:
    line = Line()
    viewer = asyncio.run(viewer_at(line))
    viewer.tell(piece(b"one"), SNAPSHOT)
    line.waiting = MOST_BEHIND + 1
    viewer.tell(piece(b"two"), SNAPSHOT)
    viewer.tell(piece(b"three"), SNAPSHOT)
    line.waiting = 0
    viewer.tell(piece(b"four"), SNAPSHOT)
    viewer.tell(piece(b"five"), SNAPSHOT)
    assert line.said == [b"one", b"snapshot", b"four", b"five"]


def test_too_much_at_a_time_is_not_told_but_that_there_is_a_fresh_page() -> None:
    line = Line()
    viewer = asyncio.run(viewer_at(line))
    for _ in range(3):
        viewer.tell(piece(b"x" * (MOST_AT_A_TIME + 1)), SNAPSHOT)
    viewer.tell(piece(b"beat"), SNAPSHOT)
    assert line.said == [b"snapshot", b"beat"]


def test_only_who_never_keeps_up_is_deaf() -> None:
    line = Line()
    viewer = asyncio.run(viewer_at(line))
    line.waiting = 10
    assert not viewer.is_deaf(0)
    assert not viewer.is_deaf(PATIENCE_S - 1)
    line.waiting = 0
    assert not viewer.is_deaf(PATIENCE_S)
    line.waiting = 10
    assert not viewer.is_deaf(PATIENCE_S + 1)
    assert viewer.is_deaf(2 * PATIENCE_S + 1)


def test_through_any_server_bytes_come_in_order_and_those_that_wait_are_counted() -> None:
    said: list[bytes] = []

    async def slowly() -> None:
        may_go = asyncio.Event()

        async def send(message: dict[str, bytes]) -> None:
            await may_go.wait()
            said.append(message["body"])

        wire = Queued(send)
        for body in (b"one", b"three", b"five"):
            wire.write(piece(body))
        await asyncio.sleep(0)
        assert wire.behind() == 12
        may_go.set()
        await asyncio.sleep(0.01)
        assert wire.behind() == 0
        wire.write(piece(b"seven"))
        await asyncio.sleep(0.01)

    asyncio.run(slowly())
    assert said == [b"one", b"three", b"five", b"seven"]
