"""What instant bids saw of a firm's own limit is recomputed from all tapes together, and a lie is named."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import update

from exchange.desk import Desk
from exchange.errors import TapeBroken
from exchange.instant import DAY_US
from exchange.schema import heads, tape
from exchange.schema.guards import drop_guards
from exchange.store.engine import writing
from exchange.store.proof import prove
from exchange.tape import Head, append
from tests.desk.floor import offer, open_market, open_sector, proven, wait
from tests.store.test_proof import lying

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def traded(engine: str) -> Iterator[Desk]:
    """Two days of instant bids under a limit in two sectors, with money enough for other figures too."""
    desk = open_market(cents=1_000_000, vat_bp=0)
    open_sector(desk, "bu", vat_bp=0)
    desk.set_daily_limit("anna", limit_cents=10_000)
    for day in range(2):
        for number, sector in enumerate(("pv", "bu", "pv", "bu")):
            name = f"{sector}{day}{number}"
            offer(desk, name, sector=sector, start_cents=4_000, floor_cents=4_000)
            desk.buy(sector, buyer="anna", listing_id=name, most_cents=4_000)
        desk.set_daily_limit("anna", limit_cents=20_000)
        wait(desk, DAY_US)
    proven(desk)
    with writing(desk.store.engine) as connection:
        for statement in drop_guards(engine):
            connection.exec_driver_sql(statement)
    yield desk
    desk.store.close()


def found(desk: Desk, sector: str, changed: Callable[[Any], None]) -> str:
    """What a proof says of a tape whose values were changed and whose hashes were made anew."""
    values = [(entry.at, entry.seq, entry.value()) for entry in desk.entries(sector)]
    for _, _, value in values:
        changed(value)
    head, forged = append(Head(), sector, values)
    with lying(desk) as connection:
        for entry in forged:
            mine = (tape.c.sector == sector, tape.c.seq == entry.seq)
            connection.execute(update(tape).where(*mine).values(payload=entry.payload, hash=entry.hash))
        connection.execute(update(heads).where(heads.c.sector == sector).values(head_hash=head.hash))
        with pytest.raises(TapeBroken) as broken:
            list(prove(connection))
    return str(broken.value)


def told(left_cents: int | None, instead: int | None) -> Callable[[Any], None]:
    """Makes every bid that saw so much left say something else."""

    def change(value: Any) -> None:
        facts = getattr(value, "facts", None)
        if value.kind == "buy" and facts.limit_left_cents == left_cents:
            object.__setattr__(facts, "limit_left_cents", instead)

    return change


@pytest.mark.parametrize(("left", "instead"), [(10_000, 9_999), (6_000, 6_001), (6_000, None), (2_000, 3_999)])
def test_a_fact_that_is_not_what_was_left_is_named(traded: Desk, left: int, instead: int | None) -> None:
    sector = "pv" if left != 6_000 else "bu"
    first = next(
        entry.seq
        for entry in traded.entries(sector)
        if entry.kind == "buy" and entry.value().facts.limit_left_cents == left
    )
    said = found(traded, sector, told(left, instead))
    assert said == f"{sector} {first}: wallet anna: the order saw {instead} left of the firm's limit, there was {left}"


def test_a_limit_that_another_order_saw_is_found(traded: Desk) -> None:
    def lower(value: Any) -> None:
        if value.kind in ("daily_limit", "daily_limit_set") and value.limit_cents == 10_000:
            object.__setattr__(value, "limit_cents", 9_000)

    assert "left of the firm's limit" in found(traded, "_house", lower) or "differs" in found(traded, "_house", lower)


def test_a_day_that_ends_at_another_hour_is_found(traded: Desk) -> None:
    def later(value: Any) -> None:
        if value.kind == "daily_limit":
            object.__setattr__(value, "midnight_at", value.midnight_at + 1)

    assert "the day in Berlin does not end when the order says" in found(traded, "_house", later)
