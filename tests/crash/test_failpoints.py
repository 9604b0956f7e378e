"""Every named place of a write, in every verb that moves money: nothing half-done, and a retry does it once (C1)."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from sqlalchemy import func, select

from exchange import failpoint
from exchange.access.users import add_user
from exchange.desk import Desk
from exchange.instant import DAY_US, MINUTE_US
from exchange.ledger import payable
from exchange.orderbook.filters import Filters
from exchange.reports.payouts import payable_now, payouts_decided
from exchange.schema import metadata
from tests.crash.death import ANNE, ASKED, BEN, COMMITTED, DIED, OWED_CENTS, VERBS, opened, sale_of
from tests.databases import DATABASES, POSTGRES, SQLITE
from tests.desk.floor import MORNING, clock_of, offer, open_market, proven, wait

BEFORE = {"begin.locked", "write.decided", "write.tape", "write.head", "write.keys", "write.outbox", "commit.before"}
"""Places every verb passes that writes anything."""
MOVING = {"buy", "place", "change", "cancel", "uphold", "deposit"}
KEYLESS = {"uphold", "settle", "halt", "join", "suspend"}
ON_POSTGRES = ("buy", "list", "place", "credit", "uphold", "suspend")
"""Between them they pass every place and move every kind of row; the places are the same on both engines."""
RUNS = [(SQLITE, verb) for verb in VERBS] + [
    pytest.param(POSTGRES, verb, marks=pytest.mark.postgres) for verb in ON_POSTGRES
]

THEN = MORNING + 4 * MINUTE_US
LATER = MORNING + 14 * DAY_US
Ask = Callable[..., dict[str, Any]]


def fill(url: str) -> None:
    """A sale, a claimed sale, an open listing of two seats, one that a resting bid takes as soon as anybody settles."""
    desk = open_market(url)
    for name in ("L0", "L9"):
        offer(desk, name)
        desk.buy("pv", buyer="anna", listing_id=name, most_cents=9_000)
    desk.claim("pv", sale_id=sale_of(desk, "L9"), buyer="anna", ground="not-asked")
    offer(desk, "L1", seats=2)
    offer(desk, "L2", region="DE-BW")
    desk.place("pv", bid_id="B1", buyer="bert", limit_cents=7_000, quantity=2, filters=Filters(regions=("DE-BW",)))
    wait(desk, 4 * MINUTE_US)
    assert clock_of(desk).at_us == THEN
    desk.store.close()


@pytest.fixture(scope="module")
def filled(engine: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A busy market that is made once and only copied: the file's path, or the database's name."""
    if engine == POSTGRES:
        return DATABASES.kept("busy", fill)
    path = tmp_path_factory.mktemp("busy") / "market.db"
    fill(f"sqlite:///{path}")
    return str(path)


@pytest.fixture
def busy(filled: str, engine: str, tmp_path: Path) -> str:
    """The busy market at `THEN`, this test's own."""
    if engine == POSTGRES:
        return DATABASES.copy(filled)
    copyfile(filled, tmp_path / "market.db")
    return f"sqlite:///{tmp_path / 'market.db'}"


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """A process that has loaded the house and forks those who die."""
    command = [sys.executable, "-m", "tests.crash.death"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, told = process.stdin, process.stdout

        def go(*what: object) -> dict[str, Any]:
            asked.write(json.dumps(what) + "\n")
            asked.flush()
            return dict(json.loads(told.readline()))

        yield go


@pytest.mark.parametrize(("engine", "verb"), RUNS, indirect=["engine"])
def test_a_process_that_dies_anywhere_has_done_it_wholly_or_not_at_all(verb: str, busy: str, ask: Ask) -> None:
    said = ask(busy, THEN, verb)
    points = [death["point"] for death in said["deaths"]]
    assert [death["code"] for death in said["deaths"]] == [DIED] * len(points)
    assert [death["changed"] for death in said["deaths"]] == [False] * (len(points) - 1) + [True]
    assert points[-1] == COMMITTED[0]
    assert set(points) >= BEFORE
    if verb in MOVING:
        assert set(points) >= {"write.transfers", "write.wallet"}
    if verb not in KEYLESS:
        assert said["again"]["replayed"] is True
        assert said["again"]["changed"] is False
    again = opened(busy, THEN)
    proven(again)
    kinds = [entry.kind for entry in again.entries("pv")]
    assert (kinds.count("upheld"), kinds.count("halted")) == (int(verb == "uphold"), int(verb == "halt"))
    again.store.close()


def fill_owing(url: str) -> None:
    """A supplier to whom the part of one sale is payable, and two operators."""
    desk = open_market(url)
    offer(desk, "L1", start_cents=9_000, floor_cents=9_000)
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    clock_of(desk).at_us = LATER
    desk.settle("pv")
    with desk.store.write_aside() as connection:
        for email in (ANNE, BEN):
            add_user(connection, email=email, name=email, role="operator", organisation=None, at=LATER)
    desk.store.close()


@pytest.mark.parametrize("engine", [SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres)], indirect=True)
def test_a_payout_whose_orderers_die_anywhere_is_paid_once(engine: str, tmp_path: Path, ask: Ask) -> None:
    """Reliability: killed at every statement, ordered again each time, by one step as by the other."""
    url = DATABASES.fresh(tmp_path)
    fill_owing(url)
    for step, places, last, again in (
        ("ask", {"payout.row", "payout.noted"}, ASKED, {"error": "conflict", "changed": False}),
        ("book", BEFORE | {"payout.decided", "payout.logged"}, COMMITTED[0], {"said": "booked", "changed": False}),
    ):
        said = ask(url, LATER, step)
        points = [death["point"] for death in said["deaths"]]
        assert (set(points) >= places, points[-1]) == (True, last)
        assert [death["code"] for death in said["deaths"]] == [DIED] * len(points)
        assert [death["changed"] for death in said["deaths"]] == [False] * (len(points) - 1) + [True]
        assert said["again"] == again
    desk = opened(url, LATER)
    assert [entry.kind for entry in desk.entries("_house")].count("paid_out") == 1
    assert accounts_of(desk) == (OWED_CENTS, 0, OWED_CENTS)
    proven(desk)
    desk.store.close()


def accounts_of(desk: Desk) -> tuple[int, int, int]:
    """What was paid out to the supplier, what is open, and all that its ledger ever took in (net cents)."""
    moved = metadata.tables["transfers"].c
    with desk.store.read() as connection:
        paid = sum(row.amount_cents for row in payouts_decided(connection) if row.state == "booked")
        open_cents = sum(row.payable_cents for row in payable_now(connection))
        into = select(func.sum(moved.amount_cents)).where(moved.credit == payable("nord"))
        return paid, open_cents, int(connection.execute(into).scalar_one())


def test_a_process_that_dies_with_its_book_put_away_has_done_it_too(busy: str) -> None:
    """The last place of all: the second one after the commit."""
    desk = opened(busy, THEN)
    passed: list[str] = []
    failpoint.arm(passed.append)
    try:
        desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000, key="k")
    finally:
        failpoint.arm(None)
    assert tuple(passed[-2:]) == COMMITTED
    assert len(passed) > 12


def test_in_production_no_place_is_armed() -> None:
    asked = "import exchange.cli.serve, exchange.cli.jobs; from exchange import failpoint; print(failpoint._act)"
    shown = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=True)
    assert shown.stdout == "None\n"
