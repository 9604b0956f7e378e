"""Who is let in to the live stream, and what those are told for whom there is no room."""

import asyncio

import pytest

from exchange.store import Unavailable
from exchange.web.asgi import Doors
from exchange.web.stream_door import _Callers
from tests.web.conftest import BRANDT, KRONE
from tests.web.ear import Ear, follow, token_for
from tests.web.market import Market
from tests.web.people import user_id

pytestmark = pytest.mark.usefixtures("engine")


async def answered(ear: Ear) -> tuple[int, bytes | None]:
    """How somebody was turned away: the status, and when to try again."""
    await asyncio.wait_for(ear.task, 3)
    return ear.status, ear.headers.get(b"retry-after")


def test_a_user_has_only_so_many_streams_and_others_have_theirs(market: Market) -> None:
    async def deed(doors: Doors) -> None:
        doors._stream.most_of_user = 2
        token, another = token_for(market, BRANDT), token_for(market, BRANDT)
        ears = [Ear(doors, token), Ear(doors, another)]
        for ear in ears:
            await ear.hears("event: hb")
        assert await answered(Ear(doors, token)) == (429, b"60")
        krone = Ear(doors, token_for(market, KRONE))
        await krone.hears("event: hb")
        await ears.pop().hang_up()
        ears += [krone, Ear(doors, token)]
        for ear in ears:
            await ear.hears("event: hb")
            await ear.hang_up()
        assert (doors.hub.viewers, doors.hub._users) == (0, {})

    follow(market, deed)


def test_a_process_has_only_so_many_streams(market: Market) -> None:
    async def deed(doors: Doors) -> None:
        doors._stream.most_in_all = 1
        ear = Ear(doors, token_for(market, BRANDT))
        await ear.hears("event: hb")
        assert await answered(Ear(doors, token_for(market, KRONE))) == (503, b"5")
        await ear.hang_up()

    follow(market, deed)


def test_a_page_of_another_user_is_told_nothing(market: Market) -> None:
    async def deed(doors: Doors) -> None:
        token, brandt = token_for(market, KRONE), user_id(market, BRANDT)
        assert await answered(Ear(doors, token, query=f"for={brandt}")) == (401, None)
        ear = Ear(doors, token, query=f"for={user_id(market, KRONE)}")
        await ear.hears("event: hb")
        await ear.hang_up()

    follow(market, deed)


class Silent:
    """An entrance whose database does not answer, or which counts how often it is asked."""

    def __init__(self, *, answers: bool) -> None:
        self.answers = answers
        self.asked: list[int] = []

    def followers(self, tokens: list[str]) -> dict[str, None]:
        self.asked.append(len(tokens))
        if not self.answers:
            raise Unavailable("the database did not answer")
        return dict.fromkeys(tokens)


def test_where_the_database_does_not_answer_it_may_be_tried_again(market: Market) -> None:
    async def deed(doors: Doors) -> None:
        doors._stream._callers = _Callers(Silent(answers=False))  # type: ignore[arg-type]
        for _ in range(2):
            assert await answered(Ear(doors, "token")) == (503, b"5")

    follow(market, deed)


def test_those_who_come_together_are_asked_about_together() -> None:
    entrance = Silent(answers=True)

    async def come() -> None:
        callers = _Callers(entrance)  # type: ignore[arg-type]
        first = asyncio.create_task(callers.follower("first"))
        await asyncio.sleep(0)
        await asyncio.gather(first, *(callers.follower(f"t{n}") for n in range(50)))

    asyncio.run(come())
    assert sum(entrance.asked) == 51
    assert len(entrance.asked) <= 3
