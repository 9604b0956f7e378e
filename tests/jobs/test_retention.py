"""The rounds that erase by age: they go by themselves, and what fails is told without naming anybody."""

import time

from exchange.config import RetentionSettings
from exchange.jobs.retention import RetentionRounds
from exchange.reports.retention import retention_runs
from tests.desk.floor import clock_of, open_market


def ran_at(desk) -> int | None:
    with desk.store.read() as connection:
        return retention_runs(connection).at


def test_a_round_goes_soon_after_the_start(tmp_path) -> None:
    desk = open_market(f"sqlite:///{tmp_path}/market.db")
    rounds = RetentionRounds(desk.store, RetentionSettings(), first_us=0)
    rounds.start()
    last = time.monotonic() + 60
    while ran_at(desk) is None and time.monotonic() < last:
        time.sleep(0.02)
    rounds.stop()
    assert ran_at(desk) == clock_of(desk).at_us
    desk.store.close()


def test_a_round_that_fails_is_told(caplog, monkeypatch) -> None:
    desk = open_market("sqlite://")
    rounds = RetentionRounds(desk.store, RetentionSettings())
    monkeypatch.setattr("exchange.operators.retention.duplicate_windows", None)
    rounds.round()
    assert "personal data could not be erased (TypeError)" in caplog.text
    monkeypatch.undo()
    rounds.round()
    assert ran_at(desk) == clock_of(desk).at_us
