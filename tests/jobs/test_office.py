"""Within a second of a deed its row is sealed; a ruling takes effect without anybody looking."""

from threading import Event
from time import monotonic

import pytest

from exchange.audit.proof import prove_audit
from exchange.desk import Desk
from exchange.jobs.office import OfficeRounds
from exchange.store import open_store
from tests.audit.conftest import write
from tests.databases import DATABASES
from tests.desk.floor import open_market

pytestmark = pytest.mark.usefixtures("engine")


def test_rows_are_sealed_while_the_office_is_staffed(tmp_path) -> None:
    desk = Desk(open_store(DATABASES.fresh(tmp_path), create=True))
    office = OfficeRounds(desk, every_s=0.02)
    office.start()
    write(desk.store, 30)
    until = monotonic() + 60
    while (proof := sealed(desk)).waiting and monotonic() < until:
        Event().wait(0.02)
    office.stop()
    desk.store.close()
    assert (proof.sealed, proof.waiting, proof.broken) == (30, 0, "")


def test_a_round_that_fails_is_told_and_the_next_one_goes_on(caplog) -> None:
    desk = open_market()
    office = OfficeRounds(desk)
    write(desk.store, 1)
    office._rulings = None  # type: ignore[assignment]
    office.round()
    assert "rulings must wait (AttributeError)" in caplog.text
    assert sealed(desk).sealed == 1


def sealed(desk):
    with desk.store.read() as connection:
        return prove_audit(connection)
