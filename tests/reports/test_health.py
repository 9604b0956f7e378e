"""What the house says of its own health: well when it is, and each planted harm found by its own check."""

import pytest
from sqlalchemy import text

from exchange.clock import SetClock
from exchange.courier.courier import Courier
from exchange.instant import HOUR_US, MINUTE_US, SECOND_US
from exchange.jobs.presence import Presence
from exchange.migrations import newest, upgrade
from exchange.reports.health import BROKEN, OK, WARNING, check_clocks, check_outbox, checkup, readiness, worst
from exchange.reports.outbox import PostFigures
from exchange.store.engine import writing
from tests.courier.town import Notebook
from tests.desk.floor import clock_of, offer, open_market, wait

CHECKS = ("migrations", "clock", "past", "punctuality", "jobs", "outbox", "tape", "ledger", "halts")


@pytest.fixture
def desk(tmp_path):
    """A market with a listing, a bid and a sale, everything settled, and a process that sees to it."""
    url = f"sqlite:///{tmp_path}/market.db"
    upgrade(url)
    desk = open_market(url)
    offer(desk, "L1")
    offer(desk, "L2")
    desk.place("pv", bid_id="B1", buyer="bert", limit_cents=4_000, quantity=1)
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    Presence(desk.store, "jobs", "none").beat()
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
    assert states(desk) == dict.fromkeys(CHECKS, OK)


def test_what_is_due_and_not_done_is_late(desk):
    wait(desk, 45 * SECOND_US)
    assert states(desk)["punctuality"] == WARNING
    wait(desk, 5 * MINUTE_US)
    with desk.store.read() as connection:
        found = {one.check: one for one in checkup(connection, desk.store.clock)}["punctuality"]
        assert worst(readiness(connection, desk.store.clock)) == BROKEN
        assert worst(readiness(connection, desk.store.clock, HOUR_US)) == WARNING
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


def test_a_process_that_fell_silent_is_named(desk):
    wait(desk, 61 * SECOND_US)
    desk.settle("pv")
    with desk.store.read() as connection:
        found = {one.check: one for one in checkup(connection, desk.store.clock)}["jobs"]
    assert found.state == WARNING
    assert "fell silent 61 s ago" in found.says
    Presence(desk.store, "serve", "file").beat()
    with desk.store.read() as connection:
        found = {one.check: one for one in checkup(connection, desk.store.clock)}["jobs"]
    assert found.state == OK
    assert found.says.startswith("Alive: serve (process ")


def post(**more: object) -> PostFigures:
    quiet = {"waiting": 0, "trying": 0, "overdue_us": 0, "age_us": 0, "error": "", "dead": 0, "dead_error": ""}
    return PostFigures(**(quiet | more))


@pytest.mark.parametrize(
    ("found", "carries", "state", "says"),
    [
        (post(), False, OK, "courier.carrier is none"),
        (post(), True, OK, "Messages wait: 0"),
        (post(waiting=3, age_us=HOUR_US), True, OK, "Messages wait: 3"),
        (post(waiting=3, overdue_us=61 * SECOND_US), True, BROKEN, "start `exchange jobs`"),
        (post(waiting=3, overdue_us=61 * SECOND_US), False, WARNING, "the same settings"),
        (post(waiting=1, trying=1, age_us=MINUTE_US), True, OK, "Messages wait: 1"),
        (post(waiting=1, trying=1, age_us=HOUR_US, error="mail_login"), True, WARNING, "(mail_login)"),
        (post(dead=2, dead_error="mail_refused"), True, WARNING, "`exchange outbox retry --all`"),
        (post(dead=2, waiting=1, overdue_us=HOUR_US), True, BROKEN, "no courier goes"),
    ],
)
def test_what_should_leave_the_house(found, carries, state, says):
    told = check_outbox(found, carries=carries)
    assert (told.state, told.check) == (state, "outbox")
    assert says in told.says


def test_messages_that_no_courier_takes_make_a_house_that_carries_unready(desk):
    desk.store.posts = True
    offer(desk, "L3")
    desk.buy("pv", buyer="anna", listing_id="L3", most_cents=9_000)

    def ready(carries):
        with desk.store.read() as connection:
            found = readiness(connection, desk.store.clock, HOUR_US, carries=carries)
        return {one.check: one.state for one in found}["outbox"]

    assert ready(True) == OK
    wait(desk, MINUTE_US + 1)
    assert (ready(True), ready(False)) == (BROKEN, WARNING)
    Courier(desk.store, Notebook()).round()
    assert (ready(True), ready(False)) == (OK, OK)
