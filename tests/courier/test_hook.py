"""The way to webhooks on both engines, to a real receiver: at least once, with one id, whoever fails or dies."""

import json
from itertools import pairwise
from threading import Barrier, Thread

import pytest

from exchange.clock import SetClock
from exchange.courier.courier import KEPT_US, LOCK_US, Courier
from exchange.courier.spreader import Spreader
from exchange.delivery import HOOK_OFF, Attempt
from exchange.hooks import posts
from exchange.hooks.call import Caller, Said
from exchange.hooks.history import tries_of
from exchange.hooks.keyring import OVERLAP_US
from exchange.hooks.registry import Webhooks
from exchange.instant import DAY_US, HOUR_US, SECOND_US
from exchange.schema import hook_attempts, hooks, outbox
from exchange.store import open_store
from tests.courier.town import Notebook, bought
from tests.desk.floor import clock_of, offer, wait
from tests.hooks.firm import DIED, LOCAL, die_at, go, hook_courier, house, rows, user_of, webhook
from tests.hooks.receiver import receiving
from tests.hooks.test_signature import VERIFY


@pytest.fixture
def desk(tmp_path):
    desk = house(f"sqlite:///{tmp_path}/market.db")
    yield desk
    desk.store.close()


@pytest.fixture
def either(url):
    """A house on each engine, for what they do differently: taking, and who comes first."""
    desk = house(url)
    yield desk
    desk.store.close()


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


def test_a_sale_arrives_signed_and_says_nothing_of_who_bought(either, receiver):
    _, secret = webhook(either, receiver.url, "lead.listed", "lead.sold", "claim.filed")
    bought(either, "L1")
    assert go(either) == 2
    told = {json.loads(got.body)["type"]: got for got in receiver.got}
    assert set(told) == {"lead.listed", "lead.sold"}
    sold = json.loads(told["lead.sold"].body)
    assert sold["data"] == {
        **{"side": "supplier", "sector": "pv", "seq": sold["data"]["seq"], "listing_id": "L1"},
        **{"sale_id": f"pv-{sold['data']['seq']}", "seat": 1, "sold_out": True, "ask_cents": 9_000},
    }
    assert sold["timestamp"] == "2026-03-02T08:00:00.000000Z"
    now_s = clock_of(either).at_us // SECOND_US
    for got in receiver.got:
        assert VERIFY([secret], got.headers, got.body, now=now_s) == got.headers["webhook-id"]
        assert b"anna" not in got.body
        assert "anna" not in str(got.headers)
    assert go(either) == 0
    assert {
        (sent is not None, status, excerpt) for sent, status, excerpt in rows(either, "sent_at", "status", "excerpt")
    } == {(True, 200, "ok")}


def test_nobody_is_told_of_listings_who_did_not_ask_and_a_firm_hears_only_its_own(desk, receiver):
    webhook(desk, receiver.url)
    bought(desk, "L1")
    with desk.store.read() as connection:
        topics = [row.topic for row in connection.execute(outbox.select())]
    assert sorted(topics) == ["lead.bought", "lead.sold"]
    with receiving() as other:
        webhook(desk, other.url, firm="sued")
        go(desk)
        assert (len(receiver.got), other.got) == (1, [])


def test_a_message_is_spread_once_however_often_its_carrier_is_asked(desk, receiver):
    webhook(desk, receiver.url)
    bought(desk, "L1")
    notebook = Notebook(Attempt("failed", "mail_unreachable"), Attempt("failed", "mail_unreachable"))
    both = Courier(desk.store, Spreader(desk.store, notebook), draw=lambda: 9_999)
    both.round()
    wait(desk, 10 * SECOND_US)
    both.round()
    assert len(notebook.given) == 4
    assert len(rows(desk, "post_id")) == 1


def test_what_fails_comes_again_with_the_same_id_and_its_webhook_rests(desk, receiver):
    receiver.answers = [500, (302, {"Location": receiver.url}), 503]
    webhook(desk, receiver.url)
    bought(desk, "L1", "L2")
    assert go(desk) == 1, "after the first failure the second is not tried"
    ((rest, fails),) = rows(desk, "rest_until_at", "fails", table=hooks)
    assert (rest - clock_of(desk).at_us, fails) == (15 * SECOND_US, 1)
    assert hook_courier(desk.store).round() == 0
    for _ in range(4):
        wait(desk, 60 * SECOND_US)
        go(desk)
    assert len(receiver.got) == 5
    assert len(set(receiver.ids)) == 2
    assert {error for (error,) in rows(desk, "last_error")} == {""}
    assert rows(desk, "fails", "failing_since_at", "rest_until_at", table=hooks) == [(0, None, 0)]


def test_who_asks_for_time_is_given_it_an_hour_at_most_and_every_call_is_kept(either, receiver):
    receiver.answers = [(429, {"Retry-After": "600"}), (503, {"Retry-After": "999999"}), 500]
    hook_id, _ = webhook(either, receiver.url)
    bought(either, "L1")
    began = clock_of(either).at_us
    assert go(either) == 1
    bought(either, "L2")
    for waited_s, calls in ((599, 0), (1, 1), (3_599, 0), (1, 1), (3_600, 2)):
        wait(either, waited_s * SECOND_US)
        assert go(either) == calls, waited_s
    with either.store.read() as connection:
        told = tries_of(connection, hook_id, receiver.ids)
    first, second = told.values()
    calls = sorted(first + second, key=lambda one: one.tried_at)
    tried_s = [(one.tried_at - began) // SECOND_US for one in calls]
    assert list(zip(tried_s, [one.status for one in calls], strict=True)) == [
        (0, 429), (600, 503), (4_200, 500), (7_800, 200), (7_800, 200),
    ]  # fmt: skip
    assert [one.next_at and (one.next_at - one.tried_at) // SECOND_US for one in calls[:2]] == [600, 3_600]
    assert [(one.error, one.next_at) for one in calls[3:]] == [("", None)] * 2
    assert calls[0].error == "hook_status"


def test_after_three_days_of_failures_it_is_disabled_the_firm_is_told_and_enabling_sends_everything(either, receiver):
    receiver.answers = [500] * 40
    hook_id, _ = webhook(either, receiver.url)
    bought(either, "L1")
    began, tried_at = clock_of(either).at_us, []
    while rows(either, "state", table=hooks) == [("on",)]:
        tried_at += [clock_of(either).at_us] * go(either)
        wait(either, HOUR_US)
        assert clock_of(either).at_us - began < 6 * DAY_US
    assert len(tried_at) >= 12
    assert clock_of(either).at_us - began >= 3 * DAY_US
    gaps = [after - before for before, after in pairwise(tried_at)]
    assert gaps == sorted(gaps)
    assert rows(either, "why", table=hooks) == [("failing",)]
    with either.store.read() as connection:
        (notice,) = connection.execute(outbox.select().where(outbox.c.topic == HOOK_OFF)).all()
    assert (notice.organisation, notice.side, json.loads(notice.payload)) == ("nord", "supplier", {"webhook": hook_id})
    receiver.answers, before = [], len(receiver.got)
    bought(either, "L2")
    assert go(either) == 0
    user = user_of(either)
    mine = Webhooks(either.store, LOCAL)
    mine.switch(user, hook_id, on=True)
    assert go(either) == 1
    assert mine.again_since(user, hook_id, began) == 1, "what was given up"
    assert go(either) == 1
    assert len(receiver.got) == before + 2
    assert receiver.ids[-1] == receiver.ids[0]


def test_who_says_that_it_is_gone_is_not_called_again(desk, receiver):
    receiver.answers = [410]
    webhook(desk, receiver.url)
    bought(desk, "L1", "L2")
    go(desk)
    assert rows(desk, "state", "why", table=hooks) == [("off", "gone")]
    wait(desk, DAY_US)
    assert (go(desk), len(receiver.got)) == (0, 1)
    assert {dead for (dead,) in rows(desk, "dead_at")} == {None}


def test_a_courier_that_is_killed_between_call_and_mark_repeats_with_the_same_id(either, url, receiver):
    webhook(either, receiver.url)
    bought(either, "L1")
    Courier(either.store, Spreader(either.store)).round()
    assert die_at("hooks.carried", url, either) == DIED
    assert len(receiver.got) == 1
    hook_courier(either.store).round()
    assert len(receiver.got) == 1, "locked for the dead one"
    wait(either, LOCK_US)
    hook_courier(either.store).round()
    assert len(receiver.got) == 2
    assert len(set(receiver.ids)) == 1
    assert [sent is not None for (sent,) in rows(either, "sent_at")] == [True]


def test_two_couriers_at_once_call_once_for_each_message(either, url, receiver):
    webhook(either, receiver.url)
    bought(either, *(f"L{n}" for n in range(8)))
    Courier(either.store, Spreader(either.store)).round()
    stores = [open_store(url, SetClock(clock_of(either).at_us)) for _ in range(2)]
    ready = Barrier(2)

    def run(store):
        ready.wait()
        while hook_courier(store).round():
            pass

    threads = [Thread(target=run, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert len(receiver.got) == len(set(receiver.ids)) == 8


def test_one_that_does_not_answer_holds_up_none_but_itself(desk, receiver, monkeypatch):
    monkeypatch.setattr(posts, "EACH", 5)
    webhook(desk, "http://127.0.0.1:9/slow")
    webhook(desk, receiver.url)
    bought(desk, *(f"L{n}" for n in range(7)))
    Courier(desk.store, Spreader(desk.store)).round()

    class Slow(Caller):
        def post(self, target, headers, body):
            return Said(code="hook_timeout") if target.path == "/slow" else super().post(target, headers, body)

    courier = hook_courier(desk.store, caller=Slow())
    assert courier.round() == 1 + 5
    assert courier.round() == 2
    assert len(receiver.got) == 7
    courier.stopped.set()
    wait(desk, 60 * SECOND_US)
    assert courier.round() == 0
    assert max(attempts for (attempts,) in rows(desk, "attempts")) == 1


def test_while_a_secret_is_changed_both_sign_and_then_the_new_one_alone(desk, receiver):
    hook_id, old = webhook(desk, receiver.url)
    mine, user = Webhooks(desk.store, LOCAL), user_of(desk)
    bought(desk, "L1")
    new = mine.renew_secret(user, hook_id)
    go(desk)
    wait(desk, OVERLAP_US - 1)
    bought(desk, "L2")
    go(desk)
    wait(desk, 1)
    bought(desk, "L3")
    go(desk)
    first, second, last = receiver.got
    for got in (first, second):
        sent_s = int(got.headers["webhook-timestamp"])
        assert VERIFY([old], got.headers, got.body, now=sent_s) == VERIFY([new], got.headers, got.body, now=sent_s)
    sent_s = int(last.headers["webhook-timestamp"])
    assert VERIFY([new], last.headers, last.body, now=sent_s)
    with pytest.raises(ValueError, match="wrong signature"):
        VERIFY([old], last.headers, last.body, now=sent_s)


def test_a_webhook_that_was_taken_away_meanwhile_is_not_called(desk, receiver):
    hook_id, _ = webhook(desk, receiver.url)
    bought(desk, "L1")
    mine, user = Webhooks(desk.store, LOCAL), user_of(desk)
    courier = hook_courier(desk.store)
    Courier(desk.store, Spreader(desk.store)).round()
    take = courier._call

    def removed_first(post):
        mine.remove(user, hook_id)
        return take(post)

    courier._call = removed_first
    courier.round()
    assert (receiver.got, rows(desk, "post_id"), rows(desk, "url", table=hooks)) == ([], [], [])


def test_what_happened_a_month_ago_is_forgotten(desk, receiver):
    webhook(desk, receiver.url)
    offer(desk, "L1")
    bought(desk, "L2")
    go(desk)
    wait(desk, KEPT_US)
    assert hook_courier(desk.store).purge() == 0
    wait(desk, 1)
    assert hook_courier(desk.store).purge() == 1
    assert rows(desk, "post_id", table=hook_attempts) == []
