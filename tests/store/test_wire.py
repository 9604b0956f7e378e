"""Questions that go past SQLAlchemy: the same rows on both engines, the same errors."""

from typing import NamedTuple

import pytest
from sqlalchemy.exc import DBAPIError

from exchange.store import open_store
from exchange.store.engine import reading, writing
from exchange.store.keys import ANSWERED, Key, whose
from exchange.store.tapes import begin_tape, lock_heads
from exchange.store.wire import Question, numbered, text_array, truth_array, whole_array
from tests.databases import DATABASES
from tests.desk.floor import open_market

pytestmark = pytest.mark.usefixtures("engine")

NAMES = ("a,b", 'c"d', "e\\f", "{g}", "ü", "h'i")


class _Head(NamedTuple):
    sector: str
    head_seq: int


def test_rows_are_found_by_whatever_they_are_called() -> None:
    store = open_store(DATABASES.fresh(), create=True)
    with writing(store.engine) as connection:
        for name in NAMES:
            begin_tape(connection, name)
        found = lock_heads(connection, [*NAMES, "nobody"])
    assert sorted(found) == sorted(NAMES)
    assert {row.head_seq for row in found.values()} == {0}


def test_a_key_is_found_by_all_its_parts_only() -> None:
    desk = open_market()
    desk.deposit("anna", amount_cents=5, key='k,"1')
    key = Key("anna", "deposit", 'k,"1', 0, "")
    others = [
        Key(*parts, 0, "") for parts in (("bert", "deposit", 'k,"1'), ("anna", "buy", 'k,"1'), ("anna", "deposit", "k"))
    ]
    with reading(desk.store.engine) as connection:
        assert [row.key for row in ANSWERED.ask(connection, whose([key, *others, key]))] == ['k,"1']
        assert ANSWERED.ask(connection, whose(others)) == []


def test_a_wrong_question_is_told_as_sqlalchemy_tells_it() -> None:
    store = open_store(DATABASES.fresh(), create=True)
    wrong = Question("SELECT sector, nothing FROM heads WHERE sector {among}", _Head)
    with pytest.raises(DBAPIError, match="nothing"), reading(store.engine) as connection:
        wrong.ask(connection, ["pv"])


def test_placeholders_are_numbered_and_arrays_are_quoted() -> None:
    assert numbered("a %s b %s") == "a $1 b $2"
    assert text_array(['a"b\\c', None, "NULL"]) == '{"a\\"b\\\\c",NULL,"NULL"}'
    assert whole_array([1, None, -2]) == "{1,NULL,-2}"
    assert truth_array([True, None, False]) == "{t,NULL,f}"
