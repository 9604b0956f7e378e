"""A standby that is gone, an old primary that comes back: nothing is acknowledged on one server alone (C5, C6)."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Waiting
from pathlib import Path

import pytest

from exchange.clock import SystemClock
from exchange.desk import Answer, Desk
from exchange.reports.health import BROKEN, OK
from exchange.reports.standby import check_standbys, standbys
from exchange.store import Unavailable, open_store, postgres
from tests.crash.failover import play_failover
from tests.crash.pair import Pair
from tests.crash.server import market_on
from tests.desk.floor import lead, proven
from tests.postgres import OwnPostgres

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("servers"), pytest.mark.usefixtures("own_servers")]
WHO_WAITS = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
"""For a standby to have what was committed."""
CROWDED_S = 120.0
"""Time for what takes a second on a machine with room."""


def test_a_failover_under_load_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    report = play_failover(tmp_path, 1, clients=2, most_silent_s=CROWDED_S)
    assert report.objections == []
    assert report.events == 1
    assert report.acknowledged > 10
    assert report.sales > 0


@pytest.fixture
def pair() -> Iterator[Pair]:
    made = Pair()
    market_on(made.primary)
    yield made
    made.stop()


@pytest.fixture
def desk(pair: Pair) -> Iterator[Desk]:
    opened = Desk(open_store(pair.url()))
    offered = [lead("L1", asked_at=SystemClock().now(), seats=3)]
    opened.list_leads("pv", supplier="nord", leads=offered)
    yield opened
    opened.store.close()


def test_what_only_the_primary_has_is_never_acknowledged(
    pair: Pair, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask() -> Answer:
        return desk.deposit("anna", amount_cents=500, key="k")

    before = desk.balance("anna").available_cents
    _standby_is(OK, desk)
    pair.standby.kill()
    assert "start what is missing" in _standby_is(BROKEN, desk)
    with ThreadPoolExecutor() as threads:
        first = threads.submit(ask)
        _waits(first, pair.primary)
        pair.primary.tell(f"SELECT pg_cancel_backend(pid) {WHO_WAITS}")
        with pytest.raises(Unavailable, match="not on its standby"):
            first.result(60)
        assert desk.balance("anna").available_cents == before + 500, "PostgreSQL has committed it"
        again = threads.submit(ask)
        _waits(again, pair.primary)
        pair.standby.start()
        assert again.result(60).replayed
    pair.replicate()
    _standby_is(OK, desk)
    _who_waits_for_too_long_is_told_so(pair, desk, monkeypatch)
    pair.fail_over()
    assert ask_until_there(desk).replayed
    assert desk.balance("anna").available_cents == before + 507
    proven(desk)


def _who_waits_for_too_long_is_told_so(pair: Pair, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows until the standby is back; then the same key does."""
    pair.standby.kill()
    monkeypatch.setattr(postgres, "COMMIT_S", 0.5)
    with pytest.raises(Unavailable, match="Unconfirmed"):
        desk.deposit("anna", amount_cents=7, key="late")
    monkeypatch.undo()
    pair.standby.start()
    pair.replicate()
    assert desk.deposit("anna", amount_cents=7, key="late").replayed


def _standby_is(state: str, desk: Desk) -> str:
    """Wait until `/readyz` and `exchange doctor` would say so of the standby; what they say."""
    last = time.monotonic() + CROWDED_S
    while True:
        with desk.store.read() as connection:
            following = standbys(connection)
        assert following is not None
        said = check_standbys(following)
        if said.state == state:
            return said.says
        assert time.monotonic() < last, said
        time.sleep(0.05)


def ask_until_there(desk: Desk) -> Answer:
    """Connections to the dead primary fail once each."""
    for _ in range(40):
        try:
            return desk.deposit("anna", amount_cents=500, key="k")
        except Unavailable:
            continue
    raise AssertionError("the new primary does not answer")


def test_an_old_primary_that_nobody_fenced_acknowledges_nothing(pair: Pair) -> None:
    """Its standby has left it: orders wait there for ever. (Fencing is for those who would wait.)"""
    alone = pair.primary.url_of("market")
    pair.primary.kill()
    pair.standby.tell("SELECT pg_promote()")
    pair.primary.start()
    old = Desk(open_store(alone))
    with ThreadPoolExecutor() as threads:
        asked = threads.submit(lambda: old.deposit("anna", amount_cents=500, key="k"))
        _waits(asked, pair.primary)
        pair.primary.kill()
        with pytest.raises(Unavailable):
            asked.result(60)
    old.store.close()
    pair.primary.start()


def test_a_process_leaves_a_server_that_takes_no_writes_any_more(pair: Pair, desk: Desk) -> None:
    """As an operator makes it before a planned change of places; connections stay open."""
    desk.deposit("anna", amount_cents=1)
    closed = "ALTER SYSTEM SET default_transaction_read_only = on"
    pair.standby.tell("ALTER SYSTEM SET synchronous_standby_names = ''", "SELECT pg_reload_conf()")
    pair.primary.tell(closed, "SELECT pg_reload_conf()")
    pair.standby.tell("SELECT pg_promote()")
    for _ in range(40):
        try:
            desk.deposit("anna", amount_cents=500, key="k")
            break
        except Unavailable:
            continue
    other = open_store(pair.standby.url_of("market"))
    with other.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM idempotency WHERE key = 'k'").scalar_one() == 1
    other.close()


def _waits(asked: "Future[Answer]", server: OwnPostgres) -> None:
    """Until somebody waits there for a standby that is gone; it was not answered meanwhile."""
    last = time.monotonic() + 60
    while not server.tell(f"SELECT pid {WHO_WAITS}") and time.monotonic() < last:
        assert not asked.done(), asked.result()
        time.sleep(0.05)
    with pytest.raises(Waiting):
        asked.result(0.3)
