"""The web's own processes: killed under load, and told to end; twelve kills here, `make crash` plays two hundred."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest

from exchange.access.entrance import Entrance
from exchange.desk import Desk
from exchange.migrations import upgrade
from exchange.schema import sales
from exchange.vault import make_key_file
from tests.crash.door import PASSWORD, Door, Wanted, address_of
from tests.crash.market import BUYERS, open_quick_market
from tests.crash.serving import Serving, is_running
from tests.desk.floor import lead, proven

KILLS = 10
CLIENTS = 4


def test_what_was_acknowledged_over_http_survives_every_kill(url: str) -> None:
    asked = [sys.executable, "-m", "tests.crash", "--web", "--kills", str(KILLS), "--clients", "4", "--jobs", "1"]
    ended = subprocess.run([*asked, "--database", url], capture_output=True, text=True, timeout=300, check=False)
    assert ended.stdout, ended.stderr
    report = json.loads(ended.stdout)
    assert report["objections"] == []
    assert ended.returncode == 0, ended.stderr
    assert report["worker_kills"] + report["parent_kills"] + report["job_kills"] == KILLS
    assert report["bought"] > 0
    assert report["lost_connections"] > 0, "no kill hit anybody"


@pytest.fixture
def house(url: str, tmp_path: Path) -> Iterator[tuple[Serving, Desk]]:
    """Two workers, an alarm clock, four buyers."""
    upgrade(url)
    desk = open_quick_market(url)
    make_key_file(tmp_path / "vault.key")
    for number in range(CLIENTS):
        who = {"email": address_of(number), "name": f"K {number}", "organisation": BUYERS[number % len(BUYERS)]}
        Entrance(desk.store).add_user(**who, role="advisor", password=PASSWORD)
    serving = Serving(url, tmp_path, workers=2)
    serving.start()
    yield serving, desk
    if is_running(serving.parent):
        serving.kill_all()
    desk.store.close()


def entered(serving: Serving) -> list[Door]:
    doors = [Door(serving.port, number) for number in range(CLIENTS)]
    for door in doors:
        door.enter()
    return doors


def test_told_to_end_it_answers_whom_it_let_in_and_says_goodbye_to_streams(house: tuple[Serving, Desk]) -> None:
    serving, desk = house
    doors = entered(serving)
    leads = [lead(f"L{n}", asked_at=desk.store.clock.now()) for n in range(CLIENTS)]
    desk.list_leads("pv", supplier="nord", leads=leads)
    stream = doors[0].stream()
    answer = stream.getresponse()
    assert answer.read(5) == b"retry"
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        with desk.store.begin(["pv"]):  # nobody can be served meanwhile
            wanted = [Wanted(f"key-{n:08}", f"L{n}", 9_000) for n in range(CLIENTS)]
            buying = [pool.submit(door.buy, one) for door, one in zip(doors, wanted, strict=True)]
            until(lambda: serving.let_in() == CLIENTS + 1, serving)  # those who buy, and the stream
            ending = pool.submit(serving.stop)
            began = time.monotonic()
            answer.read()  # to its orderly end: a stream that is cut raises IncompleteRead
            told_s = time.monotonic() - began
        told = [one.result(60) for one in buying]
        code, took_s = ending.result(90)
    stream.close()
    assert [one.status for one in told] == [200] * CLIENTS, serving.log()
    assert (code, "Traceback" in serving.log()) == (0, False), serving.log()
    print(f"streams told after {told_s:.2f} s, all over after {took_s:.2f} s")
    with pytest.raises(ConnectionRefusedError):
        HTTPConnection("127.0.0.1", serving.port, timeout=2).request("GET", "/healthz")
    assert {row["sale_id"] for row in sales_of(desk)} == {one.sale for one in told}
    proven(desk)


def test_a_worker_that_dies_is_replaced_and_an_orphan_ends(house: tuple[Serving, Desk]) -> None:
    serving, _ = house
    before = serving.workers()
    assert len(before) == 2
    serving.kill_worker(before[0])
    until(lambda: len(set(serving.workers()) - {before[0]}) == 2, serving)
    workers = serving.workers()
    assert before[1] in workers
    serving.kill_parent()
    until(lambda: not any(is_running(worker) for worker in workers), serving)


def until(condition: Callable[[], bool], serving: Serving) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, serving.log()
        time.sleep(0.05)


def sales_of(desk: Desk) -> list[dict]:
    with desk.store.read() as connection:
        return [dict(row) for row in connection.execute(sales.select()).mappings()]
