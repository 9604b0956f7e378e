"""A changed byte anywhere in the history, the money or the market is found, and named."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    ForeignKeyConstraint,
    LargeBinary,
    Table,
    delete,
    select,
    text,
    update,
)

from exchange.errors import TapeBroken
from exchange.instant import DAY_US, MINUTE_US
from exchange.schema import metadata
from exchange.schema.guards import drop_guards
from exchange.store.engine import writing
from exchange.store.proof import prove
from tests.desk.floor import Trader, offer, open_market, open_sector, proven, wait

pytestmark = pytest.mark.usefixtures("engine")

UNPROVEN = {
    "heads": {"next_due_at", "settled_until_at", "permits"},  # the alarm clock's notes; what is asked at the door
    "organisations": {"name", "joined_at"},  # stand on no tape
    "listings": {"lead_id"},  # leads stand on no tape
}
"""Columns no tape speaks of."""

TABLES = (
    *("heads", "tape", "transfers", "wallets", "organisations", "sectors", "curve_versions", "calendars"),
    *("halts", "standings", "listings", "bids", "sales"),
)

COLUMNS = [column for name in TABLES for column in metadata.tables[name].c if column.name not in UNPROVEN.get(name, ())]


@pytest.fixture(scope="module")
def traded(engine: str):
    """A market with something in every table, in two sectors; its guards are down so that tests can lie."""
    desk = open_market()
    open_sector(desk, "bu", vat_bp=0)
    Trader(desk, seed=3).trade(60)
    Trader(desk, seed=4, sector="bu").trade(30)
    for sector in ("pv", "bu"):
        if desk.store.engine is not None and "halted" not in {entry.kind for entry in desk.entries(sector)}:
            desk.halt(sector, reason="price feed")
            wait(desk, MINUTE_US)
            desk.resume(sector)
    desk.set_credit_line("anna", credit_line_cents=9_000)
    desk.set_daily_limit("anna", limit_cents=3_000)
    desk.set_daily_limit("anna", limit_cents=8_000)
    desk.change_member("sued", group="west", suspended=True)
    offer(desk, "last", seats=2)
    desk.place("pv", bid_id="lastbid", buyer="bert", limit_cents=9_000, quantity=2)
    wait(desk, DAY_US // 50)
    for sector in ("pv", "bu"):
        desk.settle(sector)
    proven(desk)
    with writing(desk.store.engine) as connection:
        for statement in [*drop_guards(engine), *drop_constraints(engine)]:
            connection.execute(text(statement))
    return desk


def drop_constraints(engine: str) -> list[str]:
    """What PostgreSQL cannot be told to overlook: SQLite can, in `lying`."""
    wanted = (CheckConstraint, ForeignKeyConstraint) if engine == "postgresql" else ()
    return [
        f"ALTER TABLE {table.name} DROP CONSTRAINT {constraint.name}"
        for table in metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, wanted)
    ]


@contextmanager
def lying(desk) -> Iterator[Connection]:
    """A transaction that is never kept, and in which no constraint holds."""
    with desk.store.engine.connect() as connection:
        overlook(connection, "ON")
        try:
            yield connection
        finally:
            overlook(connection, "OFF")
            connection.rollback()


def overlook(connection: Connection, switch: str) -> None:
    """On SQLite: let rows say what they may not."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA defer_foreign_keys = {switch}")
        connection.exec_driver_sql(f"PRAGMA ignore_check_constraints = {switch}")


def is_found(connection: Connection) -> str:
    with pytest.raises(TapeBroken) as broken:
        list(prove(connection))
    return str(broken.value)


def other(column: Column, value: object) -> object:
    """Another value of the kind, as close as can be."""
    if value is None:
        return "x" if str(column.type) == "TEXT" else 1
    if isinstance(column.type, Boolean):
        return not value
    if isinstance(value, int):
        numbers = ("seq", "number", "movement", "seat", "leg")  # unique: the next one may be taken
        return value + (10_000 if column.name in numbers else 1)
    assert isinstance(value, str)
    return value[:-1] + ("y" if value[-1:] == "x" else "x")


def rows(connection: Connection, table: Table) -> list:
    found = connection.execute(select(table)).mappings().all()
    assert found, f"{table.name} is empty: the test would prove nothing"
    if connection.dialect.name == "postgresql":  # the proof is the same: a row shows that it reads this column here
        return [found[len(found) // 2]]
    return [found[0], found[len(found) // 2], found[-1]]


def where(table: Table, row) -> list:
    return [key == row[key.name] for key in table.primary_key]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.table.name}.{column.name}")
def test_any_changed_value_is_found(traded, column: Column) -> None:
    assert not isinstance(column.type, LargeBinary)
    table = column.table
    with traded.store.read() as connection:
        victims = rows(connection, table)
    for row in victims:
        with lying(traded) as connection:
            lie = update(table).where(*where(table, row)).values({column: other(column, row[column.name])})
            assert connection.execute(lie).rowcount == 1
            is_found(connection)
    proven(traded)


@pytest.mark.parametrize("name", TABLES)
def test_any_missing_row_is_found(traded, name: str) -> None:
    table = metadata.tables[name]
    with traded.store.read() as connection:
        victims = rows(connection, table)
    for row in victims:
        with lying(traded) as connection:
            assert connection.execute(delete(table).where(*where(table, row))).rowcount == 1
            is_found(connection)


def test_the_first_difference_is_named_by_sector_and_number(traded) -> None:
    tape = metadata.tables["tape"]
    with lying(traded) as connection:
        connection.execute(update(tape).where(tape.c.sector == "pv", tape.c.seq.in_((20, 9))).values(kind="buy"))
        assert is_found(connection).startswith("pv 9: ")


def test_a_tape_rewritten_with_its_hashes_still_differs_in_what_follows(traded) -> None:
    """Whoever can recompute the chain must lie about everything: here only the price of one sale."""
    from exchange.tape import Head, append

    entries = traded.entries("pv")
    first = next(one for one in entries if one.kind == "filled")
    numbered = [(one.at, one.seq, one.value()) for one in entries]
    dearer = first.value()
    object.__setattr__(dearer, "ask_cents", dearer.ask_cents + 50)
    numbered[first.seq - 1] = (first.at, first.seq, dearer)
    head, forged = append(Head(), "pv", numbered)
    tape, heads = metadata.tables["tape"], metadata.tables["heads"]
    with lying(traded) as connection:
        for entry in forged:
            mine = (tape.c.sector == "pv", tape.c.seq == entry.seq)
            connection.execute(update(tape).where(*mine).values(payload=entry.payload, hash=entry.hash))
        connection.execute(update(heads).where(heads.c.sector == "pv").values(head_hash=head.hash))
        assert is_found(connection).startswith(f"pv {first.seq}: differs")


def test_a_tape_cut_off_with_its_head_is_found(traded) -> None:
    """What was due by the instant settled to is missing then."""
    entries = traded.entries("pv")
    last_due = next(one for one in reversed(entries) if one.kind in ("expired", "released", "filled", "skipped"))
    assert last_due.seq > 1
    before = entries[last_due.seq - 2]
    tape, heads, transfers = (metadata.tables[name] for name in ("tape", "heads", "transfers"))
    with lying(traded) as connection:
        for table in (tape, transfers):
            connection.execute(delete(table).where(table.c.sector == "pv", table.c.seq >= last_due.seq))
        cut = {"head_seq": before.seq, "head_hash": before.hash}
        connection.execute(update(heads).where(heads.c.sector == "pv").values(**cut))
        assert f"pv {last_due.seq}: missing" in is_found(connection)


def test_a_head_that_claims_to_be_settled_further_or_less_far_is_found(traded) -> None:
    heads = metadata.tables["heads"]
    for span_us in (-30 * DAY_US, 30 * DAY_US):
        with lying(traded) as connection:
            moved = heads.c.settled_until_at + span_us
            connection.execute(update(heads).where(heads.c.sector == "pv").values(settled_until_at=moved))
            assert is_found(connection).startswith("pv ")


def test_one_sector_alone_can_be_proven(traded) -> None:
    with traded.store.read() as connection:
        (only,) = prove(connection, "bu")
        assert only.sector == "bu"
        with pytest.raises(TapeBroken, match="no sector xx"):
            list(prove(connection, "xx"))
