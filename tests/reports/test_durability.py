"""A database that would forget acknowledged sales is found, on both engines."""

import pytest

from exchange.reports.durability import check_durability
from exchange.reports.health import BROKEN, OK
from exchange.store import open_store
from tests.databases import DATABASES, SQLITE
from tests.desk.floor import open_market


@pytest.mark.usefixtures("engine")
def test_an_unsafe_setting_is_named(tmp_path):
    url = f"sqlite:///{tmp_path}/market.db" if DATABASES.engine == SQLITE else DATABASES.fresh()
    desk = open_market(url)
    loosened = "PRAGMA synchronous = OFF" if DATABASES.engine == SQLITE else "SET synchronous_commit = off"
    with desk.store.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql(loosened)
        found = check_durability(connection)
        connection.invalidate()
    desk.store.close()
    assert found.state == BROKEN
    assert "synchronous" in found.says


def test_what_the_exchange_makes_of_a_file_is_safe(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/market.db", create=True)
    with store.read() as connection:
        assert check_durability(connection).state == OK
    store.close()
