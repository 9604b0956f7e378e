from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine

from exchange.access.throttle import Limit, forget, knock, sweep, take
from exchange.instant import DAY_US, MINUTE_US, SECOND_US
from exchange.schema import metadata
from exchange.schema.access import throttle

LIMIT = Limit("test", burst=3, refill_us=MINUTE_US)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    metadata.create_all(engine, tables=[throttle])
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def test_so_many_at_once_then_one_a_minute(connection: Connection) -> None:
    assert [take(connection, LIMIT, "a", 0) for _ in range(4)] == [True, True, True, False]
    assert knock(connection, [(LIMIT, "a")], 0) == MINUTE_US
    assert not take(connection, LIMIT, "a", MINUTE_US - 1)
    assert take(connection, LIMIT, "a", MINUTE_US)


def test_buckets_are_apart(connection: Connection) -> None:
    for _ in range(3):
        take(connection, LIMIT, "a", 0)
    assert take(connection, LIMIT, "b", 0)
    assert take(connection, Limit("other", 1, SECOND_US), "a", 0)


def test_where_one_bucket_is_empty_none_is_touched(connection: Connection) -> None:
    slow = Limit("slow", 1, 5 * MINUTE_US)
    both = [(LIMIT, "a"), (slow, "b")]
    assert knock(connection, both, 0) == 0
    assert knock(connection, both, 0) == 5 * MINUTE_US
    assert [take(connection, LIMIT, "a", 0) for _ in range(3)] == [True, True, False]
    assert knock(connection, both, 5 * MINUTE_US) == 0


def test_names_are_not_kept(connection: Connection) -> None:
    take(connection, LIMIT, "s.brandt@example.de", 0)
    assert "brandt" not in str(connection.exec_driver_sql("select * from throttle").all())


def test_a_success_starts_afresh(connection: Connection) -> None:
    for _ in range(3):
        take(connection, LIMIT, "a", 0)
    forget(connection, LIMIT, "a")
    assert take(connection, LIMIT, "a", 0)


def test_old_buckets_are_swept(connection: Connection) -> None:
    take(connection, LIMIT, "a", 0)
    sweep(connection, DAY_US + 1)
    assert connection.exec_driver_sql("select count(*) from throttle").scalar_one() == 0


def test_a_clock_that_goes_back_gives_nothing(connection: Connection) -> None:
    for _ in range(3):
        take(connection, LIMIT, "a", 10 * MINUTE_US)
    assert not take(connection, LIMIT, "a", 0)


@given(st.lists(st.integers(0, 5 * MINUTE_US), min_size=1, max_size=60))
def test_never_more_than_the_burst_and_the_refill(pauses: list[int]) -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine, tables=[throttle])
    at, taken = 0, 0
    with engine.begin() as connection:
        for pause in pauses:
            at += pause
            taken += take(connection, LIMIT, "a", at)
    engine.dispose()
    assert taken <= LIMIT.burst + at // LIMIT.refill_us
