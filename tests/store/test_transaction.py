"""Nothing is half-done: a verb that dies at any statement has never been."""

import os
import subprocess
import sys
import textwrap

import pytest
from sqlalchemy import select

from exchange import failpoint
from exchange.clock import SetClock
from exchange.desk import Desk
from exchange.errors import Unknown
from exchange.instant import MINUTE_US, SECOND_US
from exchange.orderbook.filters import Filters
from exchange.schema import metadata
from exchange.store import open_store
from tests.desk.floor import MORNING, clock_of, lead, offer, open_market, proven, wait

pytestmark = pytest.mark.usefixtures("engine")


class Died(BaseException):
    """What a killed process looks like from inside."""


def dump(desk) -> dict[str, list]:
    """Every row of every table."""
    with desk.store.read() as connection:
        return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in metadata.sorted_tables}


def dying(at: int):
    """Dies at the n-th named place of a write, and says where."""
    count = 0

    def die(name: str) -> None:
        nonlocal count
        count += 1
        if count == at:
            raise Died(name)

    return die


VERBS = {
    "buy": lambda desk: desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000, key="k-1"),
    "list": lambda desk: desk.list_leads("pv", supplier="nord", leads=[lead("L7"), lead("L8", seats=2)]),
    "place": lambda desk: desk.place("pv", bid_id="B9", buyer="cora", limit_cents=9_000, quantity=2),
    "change": lambda desk: desk.change("pv", bid_id="B1", buyer="bert", limit_cents=8_000, quantity=3),
    "cancel": lambda desk: desk.cancel("pv", bid_id="B1", buyer="bert"),
    "withdraw": lambda desk: desk.withdraw("pv", listing_id="L1", by="nord"),
    "halt": lambda desk: desk.halt("pv", reason="price feed"),
    "settle": lambda desk: desk.settle("pv"),
    "claim": lambda desk: desk.claim("pv", sale_id=sale_of(desk), buyer="anna", ground="not-asked"),
    "deposit": lambda desk: desk.deposit("anna", amount_cents=500, key="d-1"),
    "join": lambda desk: desk.join("dora", name="Dora", buyer=True),
    "suspend": lambda desk: desk.change_member("bert", group="bert", suspended=True),
}


def sale_of(desk) -> str:
    with desk.store.read() as connection:
        return connection.execute(select(metadata.tables["sales"].c.sale_id)).scalars().first()


def busy_market():
    """Two listings, a resting bid, a sale; a step and a fill are due."""
    desk = open_market()
    offer(desk, "L0")
    desk.buy("pv", buyer="anna", listing_id="L0", most_cents=9_000)
    offer(desk, "L1", seats=2)
    offer(desk, "L2", region="DE-BW")
    desk.place("pv", bid_id="B1", buyer="bert", limit_cents=7_000, quantity=2, filters=Filters(regions=("DE-BW",)))
    wait(desk, 4 * MINUTE_US)
    return desk


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_that_dies_before_its_commit_has_never_been(verb: str) -> None:
    desk = busy_market()
    before = dump(desk)
    for at in range(1, 200):
        failpoint.arm(dying(at))
        try:
            with pytest.raises(Died) as died:
                VERBS[verb](desk)
        finally:
            failpoint.arm(None)
        if str(died.value) == "commit.after":
            break
        assert dump(desk) == before, f"{died.value} left something behind"
    assert at > 5
    assert dump(desk) != before
    proven(desk)


def test_a_death_after_recording_changes_nothing_and_the_book_is_thrown_away(monkeypatch) -> None:
    desk = busy_market()
    before = dump(desk)
    for place in ("exchange.store.transaction.Transaction.write", "exchange.store.sheets.Page.write"):
        with monkeypatch.context() as patched:
            patched.setattr(place, _die)
            with pytest.raises(Died):
                desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
        assert dump(desk) == before
    assert desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000).fills[0].seat == 1
    proven(desk)


def _die(*_: object) -> None:
    raise Died


def test_a_process_killed_before_its_commit_leaves_nothing(url: str) -> None:
    desk = open_market(url)
    offer(desk, "L1")
    before, instant = dump(desk), clock_of(desk).at_us
    desk.store.close()
    script = f"""
        import os
        from exchange.clock import SetClock
        from exchange.desk import Desk
        from exchange.store import open_store, transaction
        written = transaction.Transaction.write
        def write(self):
            written(self)
            os._exit(9)
        transaction.Transaction.write = write
        desk = Desk(open_store({url!r}, SetClock({instant})))
        desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000, key="k-1")
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], env=os.environ, timeout=60, check=False)
    assert ended.returncode == 9
    again = Desk(open_store(url, SetClock(instant)))
    assert dump(again) == before
    assert again.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000, key="k-1").fills
    proven(again)


def test_the_instant_is_never_before_what_was_settled() -> None:
    desk = open_market()
    offer(desk, "L1")
    wait(desk, MINUTE_US)
    desk.settle("pv")
    clock_of(desk).at_us -= SECOND_US
    answer = desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    assert answer.at == MORNING + MINUTE_US
    assert answer.fills[0].ask_cents == desk.schedule_of("pv", "L1").ask_at(answer.at)


def test_an_unknown_sector_is_unknown() -> None:
    desk = open_market()
    with pytest.raises(Unknown, match="unknown sector: bu"):
        desk.buy("bu", buyer="anna", listing_id="L1", most_cents=1)
    with pytest.raises(Unknown, match="unknown sector: bu"):
        desk.settle("bu")
