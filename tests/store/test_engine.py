"""The one place that knows which database it is."""

import pytest
from sqlalchemy import make_url, text

from exchange.clock import SetClock, SystemClock
from exchange.errors import ConfigError
from exchange.store import open_store
from exchange.store.engine import connect, exists, instant_of, reading, writing


def test_sqlite_is_durable_and_checks_what_refers_to_what(tmp_path) -> None:
    with reading(connect(f"sqlite:///{tmp_path}/market.db")) as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_whoever_writes_holds_the_lock_from_the_beginning(tmp_path) -> None:
    """No deferred write transactions: the second writer waits instead of failing half-way."""
    engine = connect(f"sqlite:///{tmp_path}/market.db")
    impatient = connect(f"sqlite:///{tmp_path}/market.db")
    with writing(engine), impatient.connect() as other:
        other.exec_driver_sql("PRAGMA busy_timeout = 0")
        other.rollback()
        with pytest.raises(Exception, match="locked"):
            other.exec_driver_sql("BEGIN IMMEDIATE")


def test_readers_see_one_state_while_others_write(tmp_path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/market.db")
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE one (n INTEGER)"))
    with reading(engine) as reader:
        assert reader.execute(text("SELECT count(*) FROM one")).scalar_one() == 0
        with writing(engine) as connection:
            connection.execute(text("INSERT INTO one VALUES (1)"))
        assert reader.execute(text("SELECT count(*) FROM one")).scalar_one() == 0


def test_an_injected_clock_stands_for_the_hosts() -> None:
    with reading(connect("sqlite://")) as connection:
        assert instant_of(connection, SetClock(17)) == 17
        assert abs(instant_of(connection, SystemClock()) - SystemClock().now()) < 5_000_000


def test_other_databases_are_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="mysql is neither sqlite nor postgresql"):
        connect("mysql://localhost/market")


def test_an_exchange_is_opened_only_where_one_is(tmp_path) -> None:
    url = f"sqlite:///{tmp_path}/market.db"
    assert not exists(url)
    with pytest.raises(ConfigError, match="exchange init"):
        open_store(url)
    assert not (tmp_path / "market.db").exists()
    open_store(url, create=True).close()
    assert exists(url)
    open_store(url).close()
    open_store(url, create=True).close()


def test_only_what_need_not_last_waits_for_no_disk(url: str) -> None:
    """The next transaction on the same connection lasts again."""
    if url.startswith("postgresql"):
        keeping = make_url(url).update_query_dict({"options": "-c synchronous_commit=on"})
        url = keeping.render_as_string(hide_password=False)
    engine = connect(url)
    asked = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}[engine.dialect.name]
    said = []
    for lasting in (True, False, True):
        with writing(engine, lasting=lasting) as connection:
            said.append(connection.execute(text(asked)).scalar_one())
    engine.dispose()
    assert said == {"sqlite": [2, 1, 2], "postgresql": ["on", "off", "on"]}[engine.dialect.name]
