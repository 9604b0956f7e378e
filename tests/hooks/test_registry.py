"""Webhooks as firms keep them: what is refused, what is forgotten, and what the house says of them all."""

import pytest

from exchange.courier.courier import Courier
from exchange.courier.spreader import Spreader
from exchange.errors import ConfigError, Invalid, Unknown
from exchange.hooks.hook import sides_of
from exchange.hooks.registry import MOST_HOOKS, MOST_TESTS, Webhooks
from exchange.instant import MINUTE_US, SECOND_US
from exchange.reports.hooks import check_hooks
from exchange.schema import hook_secrets, hooks
from exchange.store.sealed import rewrap
from exchange.vault import Vault
from tests.courier.town import bought
from tests.desk.floor import clock_of, wait
from tests.hooks.firm import LOCAL, go, hook_courier, house, rows, user_of, webhook
from tests.hooks.receiver import receiving

NOWHERE = "http://127.0.0.1:9/"


@pytest.fixture
def desk(tmp_path):
    desk = house(f"sqlite:///{tmp_path}/market.db")
    yield desk
    desk.store.close()


@pytest.fixture
def mine(desk):
    return Webhooks(desk.store, LOCAL)


def test_who_keeps_which_side(desk):
    assert sides_of(user_of(desk, "nord")) == sides_of(user_of(desk, "nord", "supplier")) == ("supplier",)
    assert sides_of(user_of(desk, "cora")) == ("supplier", "buyer")
    assert sides_of(user_of(desk, "cora", "supplier")) == ("supplier",)
    assert sides_of(user_of(desk, "anna", "advisor")) == ()


def test_a_colleague_who_minds_the_other_side_finds_nothing(desk, mine):
    _, hook = mine.make(user_of(desk, "cora"), side="buyer", url=NOWHERE, topics=["lead.bought"])
    supplier = user_of(desk, "cora", "supplier")
    assert mine.of(supplier) == []
    with pytest.raises(Unknown):
        mine.one(supplier, hook.hook_id)
    with pytest.raises(Invalid, match="side"):
        mine.make(supplier, side="buyer", url=NOWHERE, topics=["lead.bought"])


def test_one_an_address_and_not_too_many(desk, mine):
    user = user_of(desk)
    hook_id, _ = webhook(desk, NOWHERE)
    with pytest.raises(Invalid, match="known"):
        webhook(desk, NOWHERE)
    for n in range(MOST_HOOKS - 1):
        webhook(desk, f"{NOWHERE}{n}")
    with pytest.raises(Invalid, match="many"):
        webhook(desk, f"{NOWHERE}more")
    mine.change(user, hook_id, url=f"{NOWHERE}more", topics=["lead.sold"])
    with pytest.raises(Invalid, match="known"):
        mine.change(user, hook_id, url=f"{NOWHERE}1", topics=["lead.sold"])
    webhook(desk, NOWHERE, firm="sued")


def test_three_secrets_at_most(desk, mine):
    user, (hook_id, _) = user_of(desk), webhook(desk, NOWHERE)
    assert mine.overlap_until(user, hook_id) is None
    mine.renew_secret(user, hook_id)
    mine.renew_secret(user, hook_id)
    with pytest.raises(Invalid, match="often"):
        mine.renew_secret(user, hook_id)
    wait(desk, mine.overlap_until(user, hook_id) - clock_of(desk).at_us)
    mine.renew_secret(user, hook_id)


def test_secrets_are_sealed_and_follow_the_vault_to_its_new_key(desk, mine):
    with receiving() as receiver:
        _, secret = webhook(desk, receiver.url)
        (sealed,) = [row[0] for row in rows(desk, "sealed", table=hook_secrets)]
        assert secret.encode() not in sealed
        both, new = Vault({1: b"k" * 32, 2: b"n" * 32}), Vault({2: b"n" * 32}, b"p" * 32)
        with desk.store.write_aside() as connection:
            assert rewrap(connection, both, "hook_secrets") == 1
        desk.store.vault = new
        bought(desk, "L1")
        Courier(desk.store, Spreader(desk.store)).round()
        courier = hook_courier(desk.store)
        courier.vault = new
        courier.round()
        assert len(receiver.got) == 1


def test_without_a_vault_there_are_none(desk, mine):
    desk.store.vault = None
    with pytest.raises(ConfigError, match="vault"):
        webhook(desk, NOWHERE)
    assert rows(desk, "hook_id", table=hooks) == []


def test_tests_are_tried_once_count_for_nothing_and_are_few(desk, mine):
    user, (hook_id, _) = user_of(desk), webhook(desk, NOWHERE)
    for _ in range(MOST_TESTS):
        mine.test(user, hook_id)
    with pytest.raises(Invalid, match="often"):
        mine.test(user, hook_id)
    assert go(desk) == MOST_TESTS
    assert set(rows(desk, "last_error", "attempts")) == {("hook_unreachable", 1)}
    assert all(dead is not None for (dead,) in rows(desk, "dead_at"))
    assert rows(desk, "fails", table=hooks) == [(0,)]
    wait(desk, MINUTE_US)
    mine.switch(user, hook_id, on=False)
    with pytest.raises(Invalid, match="off"):
        mine.test(user, hook_id)


def test_another_address_gets_what_waits_at_once(desk, mine):
    user, (hook_id, _) = user_of(desk), webhook(desk, NOWHERE)
    bought(desk, "L1")
    assert go(desk) == 1
    with receiving() as receiver:
        mine.change(user, hook_id, url=receiver.url, topics=["lead.sold"])
        assert go(desk) == 1
        assert len(receiver.got) == 1


def test_what_happened_before_a_webhook_was_made_is_not_told(desk):
    bought(desk, "L1")
    wait(desk, 1)
    webhook(desk, NOWHERE)
    assert go(desk) == 0


def test_the_house_says_when_nobody_goes(desk):
    def said():
        with desk.store.read() as connection:
            return check_hooks(connection, desk.store.clock)

    webhook(desk, NOWHERE)
    bought(desk, "L1")
    Courier(desk.store, Spreader(desk.store)).round()
    assert said().says == "On: 1, of these failing: 0; switched off for failing: 0."
    wait(desk, 61 * SECOND_US)
    assert (said().state, "start `exchange jobs`" in said().says) == ("broken", True)
    hook_courier(desk.store).round()
    assert said().says == "On: 1, of these failing: 1; switched off for failing: 0."
