"""Who comes back to the stream: what was missed is told once, to whom it concerns, by whichever process."""

import asyncio

import pytest

from exchange.web import recent, stream
from exchange.web.app import create_app
from exchange.web.asgi import Doors
from tests.web.conftest import BRANDT, KRONE
from tests.web.ear import Ear, buy, follow, token_for
from tests.web.market import Market, _lead

pytestmark = pytest.mark.usefixtures("engine")


def test_who_comes_back_is_told_what_was_missed_once(market: Market) -> None:
    async def deed(doors: Doors) -> None:
        token = token_for(market, BRANDT)
        first = Ear(doors, token)
        await first.hears("event: hb")
        await first.hang_up()
        buy(market)
        buy(market, "7F3BU")
        second = Ear(doors, token, since=first.position)
        await second.hears('"7K2KV"')
        await second.hears('"7F3BU"')
        await asyncio.sleep(0.4)  # for what would be told twice
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


def test_who_may_not_know_a_lead_cannot_tell_it_from_anything_else_that_is_not_theirs(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place counts all entries of a tape; that some were about a hidden lead cannot be seen, then or later."""
    monkeypatch.setattr(stream, "BEAT_S", 600)

    async def deed(doors: Doors) -> None:
        token = token_for(market, BRANDT)
        ear = Ear(doors, token)
        await ear.hears("event: hb")
        since = ear.position
        sketch = _lead("9S1BU", "bu", 0, "70435 DE-BW", 1, "124 36", occupation="x", age="40", pension="1")
        market.list(sketch, recipients=("krone",))
        market.desk.buy("bu", buyer="krone", listing_id="9S1BU", most_cents=9900)
        krone = Ear(doors, token_for(market, KRONE), since)
        await krone.hears("event: sold")
        assert krone.kinds == ["listed", "sold", "bought", "wallet"]
        again = Ear(doors, token, since)
        await again.hears("event: hb")
        assert again.kinds == ear.kinds == []
        assert again.text.count("event: hb") == 1
        assert again.position == krone.position
        await ear.hang_up()
        await again.hang_up()
        await krone.hang_up()

    follow(market, deed)


def test_what_memory_has_lost_is_read_from_the_tapes(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "KEPT", 1)

    async def deed(doors: Doors) -> None:
        token = token_for(market, BRANDT)
        first = Ear(doors, token)
        await first.hears("event: hb")
        since = first.position
        for listing_id in ("7K2KV", "7F3BU", "7W4WP"):
            buy(market, listing_id)
            await first.hears(f'"{listing_id}"')
        several = [Ear(doors, token, since) for _ in range(3)]
        for ear in several:
            await ear.hears('"7W4WP"')
            assert sorted(ear.kinds) == ["seat_sold", "sold", "sold"]
            await ear.hang_up()
        await first.hang_up()

    follow(market, deed)


def test_a_place_ahead_of_the_tapes_is_answered_with_a_fresh_start(market: Market) -> None:
    """As after a backup was put back: those tapes are no more."""

    async def deed(doors: Doors) -> None:
        ear = Ear(doors, token_for(market, BRANDT), since="pkv:99999")
        await ear.hears("event: snapshot")
        assert "99999" not in ear.position
        await ear.hang_up()

    follow(market, deed)


def test_a_browser_may_come_back_to_another_process(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hubs on one database know nothing of each other."""
    monkeypatch.setattr(stream, "AHEAD_S", 60)

    async def deed(doors: Doors) -> None:
        others = Doors(create_app(market.premises()), market.premises())
        following = asyncio.create_task(others.hub.run())
        token = token_for(market, BRANDT)
        ear = Ear(doors, token)
        await ear.hears("event: hb")
        for listing_id, there in (("7K2KV", others), ("7F3BU", doors), ("7W4WP", others)):
            buy(market, listing_id)
            await ear.hears(f'"{listing_id}"')
            await ear.hang_up()
            ear = Ear(there, token, since=ear.position)
            await ear.hears("event: hb")
            assert ear.kinds == []
        following.cancel()
        await ear.hang_up()

    follow(market, deed)
