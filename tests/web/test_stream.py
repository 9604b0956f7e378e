"""The hub and its door, driven without a server."""

import asyncio
import re

import pytest

from exchange.access.users import user_by_email
from exchange.instant import HOUR_US
from exchange.operators.notices import Notices
from exchange.web import stream
from exchange.web.asgi import Doors
from tests.web.conftest import BRANDT, KRONE
from tests.web.ear import Ear, buy, follow, token_for
from tests.web.market import Market, _lead
from tests.web.people import BY_ROLE, complete

pytestmark = pytest.mark.usefixtures("engine")


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


def test_a_burst_is_told_to_the_end_and_in_order(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST_AT_ONCE", 3)

    async def deed(doors: Doors) -> None:
        ear = Ear(doors, token_for(market, BRANDT))
        await ear.hears("event: hb")
        for n in range(10):
            market.clock.at_us += 10
            market.list(_lead(f"8{n:04d}", "bu", 0, "70435 DE-BW", 1, "124 36", occupation="x", age="40", pension="1"))
        await ear.hears('"80009"')
        assert re.findall(r'"id":"(8\d+)"', ear.text) == [f"8{n:04d}" for n in range(10)]
        await ear.hang_up()

    follow(market, deed)


def test_a_failing_question_ends_no_stream(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    async def deed(doors: Doors) -> None:
        ear = Ear(doors, token_for(market, BRANDT))
        await ear.hears("event: hb")
        with monkeypatch.context() as planted:
            planted.setattr(stream, "position", lambda _: 1 / 0)
            await asyncio.sleep(0.3)
            buy(market)
        await ear.hears('"7K2KV"')
        await ear.hang_up()

    follow(market, deed)


def test_a_stream_needs_a_session_and_a_get(market: Market) -> None:
    async def deed(doors: Doors) -> None:
        for token, method, status in (
            ("", "GET", 401),
            ("guess", "GET", 401),
            (token_for(market, BRANDT), "POST", 405),
        ):
            ear = Ear(doors, token, method=method)
            await asyncio.wait_for(ear.task, 60)
            assert (ear.status, ear.text) == (status, "")

    follow(market, deed)


def test_logging_out_closes_the_stream(market: Market) -> None:
    async def deed(doors: Doors) -> None:
        token = token_for(market, BRANDT)
        ear = Ear(doors, token)
        await ear.hears("event: hb")
        market.entrance.log_out(token)
        await asyncio.wait_for(ear.task, 60)

    follow(market, deed)


def test_every_session_is_asked_about_within_five_seconds(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "CHECKED", 1)

    async def deed(doors: Doors) -> None:
        tokens = [token_for(market, email) for email in (BRANDT, KRONE) for _ in range(4)]
        ears = [Ear(doors, token) for token in tokens]
        for ear in ears:
            await ear.hears("event: hb")
        await asyncio.sleep(1.5)
        for token in tokens[:-1]:
            market.entrance.log_out(token)
        await asyncio.wait_for(asyncio.gather(*(ear.task for ear in ears[:-1])), 60)
        assert doors.hub.viewers == 1
        await ears[-1].hang_up()

    follow(market, deed)


def test_stopping_ends_every_stream_at_once(market: Market) -> None:
    async def deed(doors: Doors) -> None:
        ears = [Ear(doors, token_for(market, BRANDT)) for _ in range(5)]
        for ear in ears:
            await ear.hears("event: hb")
        doors.hub.close()
        await asyncio.wait_for(asyncio.gather(*(ear.task for ear in ears)), 60)

    follow(market, deed)


def test_a_notice_reaches_who_is_here_and_who_comes(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "NOTICES_S", 0.1)
    complete(market)
    with market.desk.store.read() as connection:
        olga = user_by_email(connection, BY_ROLE["operator"])
    assert olga is not None
    notices = Notices(market.desk.store)

    async def deed(doors: Doors) -> None:
        here = Ear(doors, token_for(market, BRANDT))
        await here.hears("event: hb")
        await asyncio.sleep(0.3)
        assert "notices" not in here.kinds
        told = notices.announce(olga, "Wartung um 22 Uhr.", market.clock.now() + HOUR_US)
        await here.hears('event: notices\ndata: {"texts":["Wartung um 22 Uhr."]}')
        later = Ear(doors, token_for(market, KRONE))
        await later.hears('event: notices\ndata: {"texts":["Wartung um 22 Uhr."]}')
        notices.end(olga, told)
        await later.hears('event: notices\ndata: {"texts":[]}')
        await here.hang_up()
        await later.hang_up()

    follow(market, deed)
