"""A log with rows in it, without guards, so that tests can lie."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from exchange.audit import Deed, Hand, log
from exchange.audit.sealer import seal_all
from exchange.schema.guards import drop_log_guards
from exchange.store import Store
from tests.desk.floor import open_market

ROWS = 40


def write(store: Store, many: int, since: int = 0) -> None:
    with store.write_aside() as connection:
        for n in range(since, since + many):
            deed = Deed("halt", {"sector": f"s{n % 7}"}, {"n": n}, {"n": n + 1}, "pv", n + 1)
            log(connection, Hand(f"u-{n % 3}", f"r{n}"), deed, 1_000_000 * n)


@pytest.fixture
def store(engine: str) -> Iterator[Store]:
    found = open_market().store
    write(found, ROWS)
    assert seal_all(found) == ROWS
    with found.write_aside() as connection:
        for statement in drop_log_guards(engine):
            connection.execute(text(statement))
    yield found
    found.close()
