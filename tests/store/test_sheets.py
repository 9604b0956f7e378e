"""Rows as one statement writes them: the same on both engines, all of them or none."""

from itertools import pairwise

import pytest
from sqlalchemy import insert, select

from exchange.errors import ExchangeError
from exchange.failpoint import arm
from exchange.schema import heads, sectors, tape
from exchange.store import Conflict, open_store
from exchange.store.engine import reading, writing
from exchange.store.sheets import Page, Sheet
from exchange.store.tapes import ENTRIES, HEADS, begin_tape
from tests.databases import DATABASES

pytestmark = pytest.mark.usefixtures("engine")

ODD = (
    '{"a":"b"}',
    "back\\slash",
    'quo"te',
    "comma, {brace}",
    "",
    "null",
    "NULL",
    "tab\tline\nend",
    "Straße ✓ 😀",
    "%s $1 ?",
)
"""Texts that a careless array would break."""


@pytest.fixture
def engine_with_tape():
    store = open_store(DATABASES.fresh(), create=True)
    with writing(store.engine) as connection:
        begin_tape(connection, "pv")
    return store.engine


def entry(seq: int, payload: str) -> dict[str, object]:
    return {"sector": "pv", "seq": seq, "at": -seq, "kind": "x", "payload": payload, "hash": ""}


def moved(before: int, seq: int, due: int | None = None) -> dict[str, object]:
    return {"sector": "pv", "before": before, "head_seq": seq, "head_hash": "h"} | {
        "settled_until_at": 2**62,
        "next_due_at": due,
    }


def rows(engine, table) -> list[tuple]:
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]


def test_every_text_comes_back_as_it_was(engine_with_tape) -> None:
    with writing(engine_with_tape) as connection:
        ENTRIES.write(connection, [entry(number, text) for number, text in enumerate(ODD, 1)])
    assert [(row[2], row[4]) for row in rows(engine_with_tape, tape)] == [(-n, text) for n, text in enumerate(ODD, 1)]


def test_numbers_and_nothing_come_back_as_they_were(engine_with_tape) -> None:
    for before, due in pairwise((0, 5, None)):
        with writing(engine_with_tape) as connection:
            HEADS.write(connection, [moved(before or 0, due or 9, due)])
        found = next(row for row in rows(engine_with_tape, heads) if row[0] == "pv")
        assert found[1:5] == (due or 9, "h", 2**62, due)


def test_a_row_that_is_not_as_it_was_read_stops_everything(engine_with_tape) -> None:
    before = rows(engine_with_tape, heads)
    page = Page(((ENTRIES, "one"), (HEADS, "two")))
    page.add(ENTRIES, [entry(1, "{}")])
    page.add(HEADS, [moved(7, 8)])
    with pytest.raises(ExchangeError, match="heads: 0 of 1"), writing(engine_with_tape) as connection:
        page.write(connection)
    assert (rows(engine_with_tape, heads), rows(engine_with_tape, tape)) == (before, [])


def test_a_page_passes_every_place_and_writes_what_refers_to_each_other(engine_with_tape) -> None:
    passed: list[str] = []
    page = Page(((ENTRIES, "one"), (Sheet(heads, heads.columns.keys()), "two"), (HEADS, "three")))
    page.add(HEADS, [moved(0, 1)])
    page.add(ENTRIES, [entry(1, "{}")])
    arm(passed.append)
    try:
        with writing(engine_with_tape) as connection:
            page.write(connection)
            Page(()).write(connection)
    finally:
        arm(None)
    assert passed == ["one", "two", "three"]
    assert len(rows(engine_with_tape, tape)) == 1


def test_a_constraint_in_the_way_is_a_conflict(engine_with_tape) -> None:
    with pytest.raises(Conflict, match="seq"), writing(engine_with_tape) as connection:
        ENTRIES.write(connection, [entry(0, "{}")])
    with pytest.raises(Conflict), writing(engine_with_tape) as connection:
        connection.execute(insert(sectors).values({column.name: "1" for column in sectors.columns} | {"sector": "no"}))
