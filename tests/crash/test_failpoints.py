"""Every named place of a write, in every verb that moves money: nothing half-done, and a retry does it once (C1)."""

import json
import subprocess
import sys

import pytest

from exchange import failpoint
from exchange.desk import Desk
from exchange.instant import MINUTE_US
from exchange.orderbook.filters import Filters
from tests.crash.death import COMMITTED, DIED, VERBS, opened, sale_of
from tests.desk.floor import clock_of, offer, open_market, proven, wait

BEFORE = {"begin.locked", "write.decided", "write.tape", "write.head", "write.keys", "write.outbox", "commit.before"}
"""Places every verb passes that writes anything."""
MOVING = {"buy", "place", "change", "cancel", "uphold", "deposit"}
KEYLESS = {"uphold", "settle", "halt", "join", "suspend"}

pytestmark = pytest.mark.usefixtures("engine")


def busy_market(url: str) -> Desk:
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
    return desk


@pytest.mark.parametrize("verb", VERBS)
def test_a_process_that_dies_anywhere_has_done_it_wholly_or_not_at_all(verb: str, url: str) -> None:
    desk = busy_market(url)
    instant = clock_of(desk).at_us
    desk.store.close()
    asked = [sys.executable, "-m", "tests.crash.death", url, str(instant), verb]
    ended = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout)
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
    again = opened(url, instant)
    proven(again)
    kinds = [entry.kind for entry in again.entries("pv")]
    assert (kinds.count("upheld"), kinds.count("halted")) == (int(verb == "uphold"), int(verb == "halt"))
    again.store.close()


def test_a_process_that_dies_with_its_book_put_away_has_done_it_too(url: str) -> None:
    """The last place of all: the second one after the commit."""
    desk = busy_market(url)
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
