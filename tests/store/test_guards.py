"""The second line: what the database refuses even when the code is wrong."""

import re
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update

import exchange
from exchange.access.users import add_user
from exchange.audit.sealer import seal_all
from exchange.schema import bids, listings, metadata, payouts, sales, tape, transfers, wallets
from exchange.schema.guards import FROZEN, LOGGED, PAID, SALE_TERMS
from exchange.store import Conflict
from exchange.store.engine import writing
from tests.audit.conftest import write
from tests.desk.floor import offer, open_market, proven

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture(scope="module")
def sold(engine: str):
    desk = open_market()
    offer(desk, "L1", seats=2)
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    desk.place("pv", bid_id="B1", buyer="anna", limit_cents=1_000, quantity=1)
    desk.halt("pv", reason="price feed")
    write(desk.store, 1)
    seal_all(desk.store)
    with desk.store.write_aside() as connection:
        by = add_user(connection, email="o@example.de", name="O", role="operator", organisation=None, at=1)
        paid = {"supplier": "nord", "amount_cents": 5, "reference": "March", "asked_by": by, "asked_at": 1}
        booked = paid | {"state": "booked", "seq": 1, "decided_by": by, "decided_at": 1}
        connection.execute(insert(payouts), [{"payout_id": "AZ-1", **booked}])
        connection.execute(insert(payouts), [{"payout_id": "AZ-2", "state": "asked", **paid}])
    return desk


HISTORY = (*FROZEN, *LOGGED)
_ERASED = dict.fromkeys(
    ("consents", "contact_openings", "contacts", "fingerprints", "hook_attempts", "leads", "likenesses"),
    "erased, or sealed anew, with what it is about",
)
_COPIED = dict.fromkeys(
    ("recipients", "sector_rates", "tunings", "withdrawals"), "a copy of what tape and consents say, to be looked up"
)
UNGUARDED = {
    **_ERASED,
    **_COPIED,
    "post_references": "forgotten with its post",
    "roots": "chained to each other and to the tapes: one that was changed is found",
    "sector_editions": "captions and usual prices, no rules",
}
"""Tables that are added to by name and changed by none, and why they need no guard."""


def refused(desk, statement) -> str:
    with pytest.raises(Conflict) as conflict, writing(desk.store.engine) as connection:
        connection.execute(statement)
    return str(conflict.value)


def named(engine: str, constraint: str) -> str:
    """What a refusal says of a constraint: SQLite tells the columns of a unique one, and of no foreign key which."""
    if engine == "postgresql" or constraint.startswith("ck_"):
        return constraint
    if constraint.startswith("fk_"):
        return "FOREIGN KEY"
    keys = (key for table in metadata.sorted_tables for key in table.constraints if key.name == constraint)
    return ", ".join(f"{column.table.name}.{column.name}" for column in next(keys).columns)


@pytest.mark.parametrize("name", [*HISTORY, "sales", PAID])
def test_history_cannot_be_deleted(sold, name: str) -> None:
    assert "append-only" in refused(sold, delete(metadata.tables[name]))


@pytest.mark.parametrize("name", [*HISTORY, "sales", PAID])
def test_history_cannot_be_emptied_at_once(sold, engine: str, name: str) -> None:
    """Nor by emptying what it refers to. SQLite has no TRUNCATE: a DELETE of everything stands for it."""
    emptied = f"TRUNCATE {name} CASCADE" if engine == "postgresql" else f"DELETE FROM {name}"  # noqa: S608
    assert "append-only" in refused(sold, text(emptied))
    if engine == "postgresql":
        assert "append-only" in refused(sold, text("TRUNCATE organisations, users, heads CASCADE"))


def test_a_table_whose_rows_nothing_changes_is_guarded_or_says_why_not() -> None:
    """Read from the source: whoever makes a table that is only added to decides on its guard."""
    house = Path(exchange.__file__).parent
    source = "\n".join(one.read_text() for one in house.rglob("*.py") if "migrations" not in one.parts)
    changed = set(re.findall(r"\b(?:update|delete)\((?:\w+\.)?(\w+)\)", source))
    changed |= set(re.findall(r"Sheet\((\w+), [^)]*found_by", source))
    assert changed.isdisjoint(HISTORY)
    assert set(metadata.tables) - changed - {"sales"} - set(HISTORY) <= set(UNGUARDED) <= set(metadata.tables)


@pytest.mark.parametrize("column", [c for name in HISTORY for c in metadata.tables[name].c], ids=str)
def test_history_cannot_be_changed(sold, column) -> None:
    assert "append-only" in refused(sold, update(column.table).values({column: column}))


@pytest.mark.parametrize("name", SALE_TERMS)
def test_what_was_sold_to_whom_at_what_price_cannot_be_changed(sold, name: str) -> None:
    assert "append-only" in refused(sold, update(sales).values({name: sales.c[name]}))


@pytest.mark.parametrize("column", payouts.c, ids=str)
def test_what_was_paid_out_cannot_be_changed(sold, column) -> None:
    booked = update(payouts).where(payouts.c.payout_id == "AZ-1").values({column: column})
    assert "append-only" in refused(sold, booked)


def test_what_waits_for_a_second_operator_can_be_decided(sold) -> None:
    waiting = update(payouts).where(payouts.c.payout_id == "AZ-2").values(reference="April")
    with writing(sold.store.engine) as connection:
        assert connection.execute(waiting).rowcount == 1
    assert "append-only" in refused(sold, delete(payouts).where(payouts.c.payout_id == "AZ-2"))


def test_where_a_claim_stands_can(sold) -> None:
    with writing(sold.store.engine) as connection:
        assert connection.execute(update(sales).values(claim="unclaimed", released=False)).rowcount == 1
    proven(sold)


def another_sale(desk, **changes: object):
    with desk.store.read() as connection:
        row = dict(connection.execute(select(sales)).mappings().one())
    free = {"sale_id": "pv-2", "seq": 2, "seat": 2, "buyer": "bert", "group_id": "bert"}
    return insert(sales).values(**(row | free | changes))


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"seat": 1}, "uq_sales_listing_id_seat"),
        ({"seat": 3}, "ck_sales_seat"),
        ({"seat": 0}, "ck_sales_seat"),
        ({"seat": 3, "seats": 3}, "fk_sales_listing_id_seats"),
        ({"group_id": "anna"}, "uq_sales_sector_person_id_group_id"),
        ({"buyer": "nord"}, "ck_sales_own_lead"),
        ({"buyer": "nobody"}, "fk_sales_buyer"),
        ({"seq": 99}, "fk_sales_sector_seq"),
        ({"ask_cents": 0}, "ck_sales_parts"),
        ({"fee_cents": 9_001}, "ck_sales_parts"),
    ],
    ids=lambda value: str(value),
)
def test_no_seat_is_sold_twice_and_no_one_buys_twice(
    sold, engine: str, changes: dict[str, object], constraint: str
) -> None:
    assert named(engine, constraint) in refused(sold, another_sale(sold, **changes))


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (update(wallets).values(balance_cents=-5_001), "ck_wallets_covered"),
        (
            update(wallets).where(wallets.c.organisation == "bert").values(credit_line_cents=-1),
            "ck_wallets_credit_line_cents",
        ),
        (update(listings).values(sold=3), "ck_listings_seats"),
        (update(listings).values(sold=2), "ck_listings_sold_out"),
        (update(listings).values(ask_cents=2_950), "ck_listings_ask_cents"),
        (update(listings).values(ask_cents=9_050), "ck_listings_ask_cents"),
        (update(bids).values(reserved_cents=-1), "ck_bids_reserved_cents"),
        (update(bids).values(state="cancelled"), "ck_bids_released"),
        (update(bids).values(state="asleep", reserved_cents=0), "ck_bids_state"),
    ],
    ids=str,
)
def test_no_row_says_what_cannot_be(sold, statement, constraint: str) -> None:
    assert constraint in refused(sold, statement)


def transfer(**changes: object):
    row = {"sector": "pv", "seq": 1, "leg": 0, "at": 1, "debit": "bank", "credit": "fees", "amount_cents": 5}
    return insert(transfers).values(**(row | changes))


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"amount_cents": 0}, "ck_transfers_amount_cents"),
        ({"amount_cents": -5}, "ck_transfers_amount_cents"),
        ({"credit": "bank"}, "ck_transfers_two_accounts"),
        ({"seq": 99}, "fk_transfers_sector_seq"),
        ({"wallet": "anna", "movement": 1, "balance_cents": 0}, "uq_transfers_wallet_movement"),
        ({"wallet": "anna"}, "ck_transfers_wallet"),
    ],
    ids=str,
)
def test_no_transfer_moves_nothing_or_in_a_circle(
    sold, engine: str, changes: dict[str, object], constraint: str
) -> None:
    assert named(engine, constraint) in refused(sold, transfer(**changes))


def test_a_number_of_a_tape_is_given_once(sold, engine: str) -> None:
    entry = {"sector": "pv", "seq": 1, "at": 1, "kind": "buy", "payload": "{}", "hash": ""}
    assert named(engine, "pk_tape") in refused(sold, insert(tape).values(**entry))


def test_a_refusal_shows_no_row(sold) -> None:
    """What PostgreSQL adds of itself is the whole row that was refused."""
    assert "86150" not in refused(sold, update(listings).values(sold=3))
