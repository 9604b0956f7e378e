"""Figures: an order is counted once, by what came of it; what lies in the database is read when asked."""

import pytest

from exchange.errors import ExchangeError
from exchange.instant import MINUTE_US
from exchange.jobs.presence import Presence
from exchange.reports.figures import house_figures
from exchange.web.metrics import Metrics
from tests.desk.floor import clock_of, lead, offer, open_market, wait


@pytest.fixture
def desk():
    return open_market("sqlite://")


def metrics_of(desk) -> Metrics:
    def read():
        with desk.store.read() as connection:
            return house_figures(connection, clock_of(desk).at_us)

    made = Metrics(read, lambda: 3)
    desk.store.told = made.committed
    return made


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_orders_by_kind_and_outcome(desk):
    metrics = metrics_of(desk)
    offer(desk, "L1")
    for key in ("k1", "k1", "k2", "k3"):
        desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000, key=key)
    kinds = {
        (sample.labels["kind"], sample.labels["outcome"]): sample.value
        for family in metrics.registry.collect()
        for sample in family.samples
        if sample.name == "exchange_orders_total"
    }
    assert kinds == {("list", "done"): 1, ("buy", "done"): 1, ("buy", "not_open"): 2}
    assert value(metrics, "exchange_commit_seconds_count") == 4


def test_a_batch_is_as_many_orders_and_one_commit(desk):
    metrics = metrics_of(desk)
    desk.list_leads("pv", supplier="nord", leads=[lead("L1"), lead("L2"), lead("L3")])
    assert value(metrics, "exchange_orders_total", kind="list", outcome="done") == 3
    assert value(metrics, "exchange_commit_seconds_count") == 1


def test_what_was_rolled_back_is_not_counted(desk, monkeypatch):
    metrics = metrics_of(desk)
    monkeypatch.setattr("exchange.store.transaction.Transaction.write", _broken)
    with pytest.raises(ExchangeError):
        desk.deposit("anna", amount_cents=100)
    assert value(metrics, "exchange_commit_seconds_count") == 0


def _broken(_self: object) -> None:
    raise ExchangeError("no disk")


def test_what_is_open_alive_and_late(desk):
    metrics = metrics_of(desk)
    offer(desk, "L1")
    offer(desk, "L2")
    desk.place("pv", bid_id="B1", buyer="bert", limit_cents=4_000, quantity=1)
    assert value(metrics, "exchange_open_listings", sector="pv") == 2
    assert value(metrics, "exchange_living_bids", sector="pv") == 1
    assert value(metrics, "exchange_late_seconds", sector="pv") == 0
    assert value(metrics, "exchange_open_streams") == 3
    due = desk.next_due("pv")
    wait(desk, due - clock_of(desk).at_us + MINUTE_US)
    assert value(metrics, "exchange_late_seconds", sector="pv") == 60


def test_a_database_that_does_not_answer_is_a_figure_too(desk, caplog):
    metrics = metrics_of(desk)
    desk.deposit("anna", amount_cents=100)
    desk.store.read = None
    assert b"exchange_database_up 0.0" in metrics.text()
    assert value(metrics, "exchange_orders_total", kind="deposit", outcome="done") == 1
    assert "did not answer" in caplog.text


def test_what_waits_to_leave_and_who_sees_to_it(desk):
    metrics = metrics_of(desk)
    assert value(metrics, "exchange_outbox_waiting") == 0
    desk.store.posts = True
    offer(desk, "L1")
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    Presence(desk.store, "jobs", "file").beat()
    wait(desk, MINUTE_US)
    figure = {name: value(metrics, f"exchange_outbox_{name}") for name in ("waiting", "dead", "trying")}
    assert figure == {"waiting": 2, "dead": 0, "trying": 0}
    assert value(metrics, "exchange_outbox_overdue_seconds") == value(metrics, "exchange_outbox_age_seconds") == 60
    silent = [
        sample for family in metrics.registry.collect() for sample in family.samples if "job_silent" in sample.name
    ]
    assert [(sample.labels["kind"], sample.labels["carrier"], sample.value) for sample in silent] == [
        ("jobs", "file", 60)
    ]
