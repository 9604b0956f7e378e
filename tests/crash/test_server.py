"""A PostgreSQL that dies, is short of connections, or whose answers get lost: 503, nothing lost, and on it goes."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from exchange.clock import SetClock
from exchange.migrations import upgrade
from exchange.store import Busy, Unavailable, postgres
from exchange.web.app import create_app
from tests.crash.commits import play_commits
from tests.crash.server import play_server
from tests.databases import DATABASES
from tests.desk.floor import offer, open_market, proven
from tests.postgres import DURABLE, OwnPostgres, own_postgres
from tests.web.conftest import BRANDT, log_in, paint, token_of
from tests.web.market import NOW, PASSWORD, Market

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("servers"), pytest.mark.usefixtures("own_servers")]


def test_a_server_that_dies_under_load_loses_nothing_and_everybody_goes_on(tmp_path: Path) -> None:
    report = play_server(tmp_path, 2, clients=2, most_silent_s=120.0)
    assert report.objections == []
    assert report.events == 2
    assert report.refused_for_now > 0, "nobody noticed"
    assert report.acknowledged > 10
    assert report.sales > 0


def test_a_commit_whose_answer_is_lost_is_done_once_whoever_asks_again(tmp_path: Path) -> None:
    report = play_commits(tmp_path, 20, clients=2)
    assert report.objections == []
    assert report.events == 20
    assert report.done_but_unanswered > 0
    assert report.sales > 0


@pytest.fixture
def server() -> Iterator[OwnPostgres]:
    started = own_postgres(DURABLE, in_memory=True)
    yield started
    started.stop()


def test_pages_and_orders_answer_503_while_the_server_is_away_and_200_again_after(server: OwnPostgres) -> None:
    server.create("market")
    url = server.url_of("market")
    upgrade(url)
    paint(url)
    market = Market(url, SetClock(NOW))
    client = create_app(market.premises()).test_client()
    assert log_in(client, BRANDT, PASSWORD).status_code == 302
    headers = {"X-CSRFToken": token_of(client), "Idempotency-Key": "key-of-the-buy"}

    def buy():  # type: ignore[no-untyped-def]
        return client.post("/api/v1/leads/7A1PV/buy", json={"most_cents": 9_000}, headers=headers)

    server.kill()
    away = [buy(), client.get("/markt"), client.get("/gebote"), client.get("/guthaben"), buy()]
    assert [(one.status_code, one.headers["Retry-After"]) for one in away] == [(503, "2")] * len(away)
    assert client.get("/nowhere").status_code == 404
    server.start()
    told = [buy() for _ in range(3)]
    assert [one.status_code for one in told] == [200, 200, 200]
    assert client.get("/markt").status_code == 200
    proven(market.desk)
    market.desk.store.close()


def test_an_alarm_clock_that_starts_before_its_server_waits_for_it(server: OwnPostgres, tmp_path: Path) -> None:
    server.create("market")
    url = server.url_of("market")
    upgrade(url)
    server.kill()
    said = tmp_path / "said"
    with said.open("wb") as written:
        command = [sys.executable, "-u", "-c", "from exchange.cli import main; main()", "jobs", "--database", url]
        process = subprocess.Popen(command, stdout=written, stderr=written)
    try:
        _until(said, "trying for 60 s")
        server.start()
        _until(said, "Settling what falls due")
        process.terminate()
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()


def _until(said: Path, words: str) -> None:
    last = time.monotonic() + 60
    while words not in said.read_text() and time.monotonic() < last:
        time.sleep(0.05)
    assert words in said.read_text()


CLIENTS, AT_ONCE = 24, 3


@pytest.mark.usefixtures("on_postgres")
def test_more_clients_than_connections_are_told_so_and_all_are_served_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgres, "AT_ONCE", AT_ONCE)
    monkeypatch.setattr(postgres, "WAIT_S", 0.5)
    url = DATABASES.fresh()
    market = open_market(url, cents=10_000_000)
    for n in range(CLIENTS):
        offer(market, f"L{n}")
    said: list[str] = []

    def buy(n: int) -> bool:
        try:
            answer = market.buy("pv", buyer="anna", listing_id=f"L{n}", most_cents=9_000, key=f"k{n}")
        except (Busy, Unavailable) as error:
            said.append(str(error))
            return False
        return bool(answer.fills)

    with ThreadPoolExecutor(CLIENTS) as threads:
        with ExitStack() as long:
            for _ in range(2 * AT_ONCE - 1):
                long.enter_context(market.store.read()).execute(text("SELECT 1"))
            last = market.store.engine.connect()
            assert not any(threads.map(buy, range(CLIENTS)))
            last.close()
            assert any(threads.map(buy, range(CLIENTS))), "one connection is enough to go on"
        assert all(threads.map(buy, range(CLIENTS)))
    assert set(said) == {"the database did not answer to the end: TimeoutError"}
    with market.store.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM sales")).scalar_one() == CLIENTS
    proven(market)
