"""What the house says of its own health: well when it is, and each planted harm found by its own check."""

import pytest
from sqlalchemy import text

from exchange.clock import SetClock
from exchange.instant import HOUR_US, MINUTE_US, SECOND_US
from exchange.migrations import newest, upgrade
from exchange.reports.health import BROKEN, OK, WARNING, check_clocks, checkup, readiness, worst
from exchange.store.engine import writing
from tests.desk.floor import clock_of, offer, open_market, wait


@pytest.fixture
def desk(tmp_path):
    """A market with a listing, a bid and a sale, everything settled."""
    url = f"sqlite:///{tmp_path}/market.db"
    upgrade(url)
    desk = open_market(url)
    offer(desk, "L1")
    offer(desk, "L2")
    desk.place("pv", bid_id="B1", buyer="bert", limit_cents=4_000, quantity=1)
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    yield desk
    desk.store.close()


def states(desk):
    with desk.store.read() as connection:
        return {found.check: found.state for found in checkup(connection, desk.store.clock)}


def harmed(desk, *statements):
    with writing(desk.store.engine) as connection:
        for statement in statements:
            connection.execute(text(statement))
    return [check for check, state in states(desk).items() if state != OK]


def test_a_healthy_house(desk):
    assert states(desk) == dict.fromkeys(("migrations", "clock", "past", "punctuality", "tape", "ledger", "halts"), OK)


def test_what_is_due_and_not_done_is_late(desk):
    wait(desk, 45 * SECOND_US)
    assert states(desk)["punctuality"] == WARNING
    wait(desk, 5 * MINUTE_US)
    with desk.store.read() as connection:
        found = {one.check: one for one in checkup(connection, desk.store.clock)}["punctuality"]
        assert [one.state for one in readiness(connection, desk.store.clock)] == [OK, BROKEN]
        assert [one.state for one in readiness(connection, desk.store.clock, HOUR_US)] == [OK, WARNING]
    assert found.state == BROKEN
    assert "start `exchange jobs`" in found.says
    desk.settle("pv")
    assert states(desk)["punctuality"] == OK


def test_tables_of_another_version(desk):
    assert harmed(desk, "UPDATE alembic_version SET version_num = '0001'") == ["migrations"]
    with desk.store.read() as connection:
        (found,) = readiness(connection, desk.store.clock)
    assert found.says == f"The tables are at version 0001, this program needs {newest()}: run `exchange init`."


def test_tables_made_without_migrations():
    desk = open_market("sqlite://")
    assert states(desk) == {"migrations": BROKEN}


@pytest.mark.parametrize(
    "statements",
    [
        ("DROP TRIGGER tape_no_update", "UPDATE tape SET at = at + 1 WHERE sector = 'pv' AND seq = 5"),
        ("UPDATE heads SET head_seq = head_seq + 1 WHERE sector = 'pv'",),
        ("UPDATE heads SET head_hash = '00' WHERE sector = '_house'",),
    ],
)
def test_a_tape_that_was_touched(desk, statements):
    assert harmed(desk, *statements) == ["tape"]


@pytest.mark.parametrize(
    "statements",
    [
        ("UPDATE wallets SET balance_cents = balance_cents + 1 WHERE organisation = 'anna'",),
        ("UPDATE bids SET reserved_cents = reserved_cents - 1",),
        ("DROP TRIGGER transfers_no_update", "UPDATE transfers SET amount_cents = amount_cents + 1 WHERE leg = 0"),
    ],
)
def test_a_cent_too_many(desk, statements):
    assert harmed(desk, *statements) == ["ledger"]


def test_a_halted_sector_is_not_forgotten(desk):
    desk.halt("pv", reason="price feed")
    assert states(desk)["halts"] == WARNING


def test_a_clock_that_was_set_back(desk):
    clock_of(desk).at_us -= HOUR_US
    assert states(desk)["past"] == BROKEN


class TwoClocks(SetClock):
    """A host whose clock runs apart from the database's, which is asked second of three."""

    def __init__(self, here: int, apart_us: int) -> None:
        super().__init__(here)
        self._said = iter((here, here + apart_us, here))

    def now(self) -> int:
        return next(self._said)


@pytest.mark.parametrize(("apart_us", "state"), [(200_000, OK), (-300_000, WARNING), (-600 * SECOND_US, BROKEN)])
def test_two_clocks_apart(desk, apart_us, state):
    with desk.store.read() as connection:
        found = check_clocks(connection, TwoClocks(clock_of(desk).at_us, apart_us))
    assert found.state == state
    assert f"{abs(apart_us) // 1_000} ms apart" in found.says


def test_a_checkup_is_as_bad_as_its_worst_finding(desk):
    desk.halt("pv", reason="price feed")
    with desk.store.read() as connection:
        assert worst(list(checkup(connection, desk.store.clock))) == WARNING
    assert worst([]) == OK
