"""Webhooks go out by themselves, whatever the database does, and no more once told to stop."""

import pytest

from exchange.courier.courier import Courier
from exchange.courier.spreader import Spreader
from exchange.instant import SECOND_US
from exchange.jobs.hooks import HookRounds
from tests.courier.town import bought
from tests.hooks.firm import hook_courier, house, webhook
from tests.hooks.receiver import receiving
from tests.jobs.test_courier import until

QUICK_US = SECOND_US // 50


@pytest.fixture
def desk(tmp_path):
    desk = house(f"sqlite:///{tmp_path}/market.db")
    yield desk
    desk.store.close()


def test_what_is_spread_leaves_by_itself_also_after_a_round_that_ended_early(desk, caplog, monkeypatch):
    with receiving() as receiver:
        webhook(desk, receiver.url)
        courier = hook_courier(desk.store)
        rounds, go, asked = HookRounds(courier, look_again_us=QUICK_US), courier.round, []

        def first_fails():
            asked.append(1)
            if len(asked) == 1:
                raise ConnectionError("kanari@example.org")
            return go()

        monkeypatch.setattr(courier, "round", first_fails)
        rounds.start()
        try:
            bought(desk, "L1")
            Courier(desk.store, Spreader(desk.store)).round()
            until(lambda: len(receiver.got) == 1)
        finally:
            rounds.stop()
        bought(desk, "L2")
        Courier(desk.store, Spreader(desk.store)).round()
        assert len(receiver.got) == 1
    assert "ended early (ConnectionError)" in caplog.text
    assert "kanari" not in caplog.text
