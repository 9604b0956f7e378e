"""Whatever somebody does to the log past the house, the proof finds."""

from random import Random

import pytest
from sqlalchemy import delete, func, insert, select, update

from exchange.audit.proof import AuditProof, prove_audit
from exchange.audit.sealer import seal_all
from exchange.schema.operating import audit, audit_head, audit_seals
from exchange.store import Store
from tests.audit.conftest import ROWS, write

TRIALS = 25


def proven(store: Store, noted: tuple[int, str] | None = None) -> AuditProof:
    with store.read() as connection:
        return prove_audit(connection, noted)


def row_at(connection, n: int):
    at = select(audit).join(audit_seals).where(audit_seals.c.n == n)
    return connection.execute(at).one()


def flip(connection, rng: Random) -> int:
    n = rng.randint(1, ROWS)
    row = row_at(connection, n)
    column = rng.choice([c for c in audit.c if c.name != "audit_id"])
    old = row._mapping[column.name]
    new = (old or 0) + 1 if column.name in ("at", "seq") else f"{old}x"
    connection.execute(update(audit).where(audit.c.audit_id == row.audit_id).values({column.name: new}))
    return n


def take_out(connection, rng: Random) -> int:
    n = rng.randint(1, ROWS)
    row = row_at(connection, n)
    connection.execute(delete(audit_seals).where(audit_seals.c.n == n))
    connection.execute(delete(audit).where(audit.c.audit_id == row.audit_id))
    return n


def swap(connection, rng: Random) -> int:
    one, other = sorted(rng.sample(range(1, ROWS + 1), 2))
    first, second = row_at(connection, one), row_at(connection, other)
    for row, values in ((first, second), (second, first)):
        kept = {name: value for name, value in values._mapping.items() if name != "audit_id"}
        connection.execute(update(audit).where(audit.c.audit_id == row.audit_id).values(**kept))
    return one


def put_in(connection, rng: Random) -> int:
    """A row with a seal of its own behind the last; or one without, dated back."""
    row = {name: value for name, value in row_at(connection, rng.randint(1, 3))._mapping.items() if name != "audit_id"}
    connection.execute(insert(audit).values(audit_id="false", **row))
    if rng.random() < 0.5:
        connection.execute(insert(audit_seals).values(n=ROWS + 1, audit_id="false", hash="0" * 64))
        return ROWS + 1
    connection.execute(update(audit).where(audit.c.audit_id == "false").values(at=-120_000_000))
    return 0


def cut(connection, rng: Random) -> int:
    n = rng.randint(1, ROWS)
    gone = connection.execute(select(audit_seals.c.audit_id).where(audit_seals.c.n >= n)).scalars().all()
    connection.execute(delete(audit_seals).where(audit_seals.c.n >= n))
    connection.execute(delete(audit).where(audit.c.audit_id.in_(gone)))
    return 0


def lied(store: Store, lie, rng: Random) -> tuple[int, str]:
    """Which seal was made wrong, and what the proof says; the log is left as it was."""
    with store.engine.connect() as connection:
        found = lie(connection, rng), prove_audit(connection).broken
        connection.rollback()
    return found


def test_a_log_that_nobody_touched_is_proven(store: Store) -> None:
    found = proven(store)
    assert (found.sealed, found.waiting, found.broken) == (ROWS, 0, "")


@pytest.mark.parametrize("lie", [flip, take_out, swap, put_in, cut], ids=lambda lie: lie.__name__)
def test_every_change_past_the_house_is_found_and_the_first_bad_seal_named(store: Store, lie) -> None:
    for trial in range(TRIALS):
        n, broken = lied(store, lie, Random(trial))
        assert broken, trial
        assert not n or f"seal {n}" in broken, (n, broken)
    assert proven(store).broken == ""


def test_a_chain_written_anew_is_found_by_a_noted_seal(store: Store) -> None:
    noted = proven(store)
    with store.write_aside() as connection:
        connection.execute(delete(audit_seals))
        connection.execute(delete(audit_head))
        connection.execute(update(audit).where(audit.c.at == 0).values(user_id="somebody"))
    assert seal_all(store) == ROWS
    assert proven(store).broken == ""
    assert "noted" in proven(store, (noted.sealed, noted.head)).broken
    assert "ends at" in proven(store, (ROWS + 5, noted.head)).broken


def test_rows_that_wait_for_their_seal_are_no_lie(store: Store) -> None:
    write(store, 3, since=ROWS)
    assert (proven(store).waiting, proven(store).broken) == (3, "")
    assert seal_all(store) == 3
    with store.read() as connection:
        assert connection.execute(select(func.count()).select_from(audit_seals)).scalar_one() == ROWS + 3
