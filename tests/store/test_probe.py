"""Whether the database can be written is tried only where nobody knows, and leaves nothing behind."""

import pytest
from sqlalchemy import event, select

from exchange.schema.access import throttle
from exchange.store import Store, Unavailable
from exchange.store import probe as probing
from tests.desk.floor import offer, open_market


@pytest.fixture
def store(url: str) -> Store:
    return open_market(url).store


def written(store: Store) -> list[str]:
    found: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda _c, _x, statement, *_: found.append(statement))
    return found


def test_who_has_just_written_need_not_try(store: Store) -> None:
    found = written(store)
    store.check_writable()
    assert found == []


def test_after_a_while_a_row_is_written_and_taken_back(store: Store, monkeypatch) -> None:
    monkeypatch.setattr(probing, "FRESH_S", 0.0)
    found = written(store)
    store.check_writable()
    assert [one for one in found if "throttle" in one]
    with store.read() as connection:
        assert connection.execute(select(throttle)).all() == []


def test_a_write_that_failed_is_tried_again_until_one_succeeds(url: str, monkeypatch) -> None:
    desk = open_market(url)
    with monkeypatch.context() as broken:
        broken.setattr("exchange.store.transaction.Transaction.write", _gone)
        with pytest.raises(Unavailable):
            offer(desk, "L1")
        broken.setattr(probing.Probe, "write", _gone)
        for _ in range(2):
            with pytest.raises(Unavailable):
                desk.store.check_writable()
    desk.store.check_writable()
    offer(desk, "L1")


def _gone(*_: object) -> None:
    raise Unavailable("the disk of the database is full")
