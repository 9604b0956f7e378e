"""The numbered upgrades lead to the tables the code speaks of, up and down."""

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from exchange.clock import SetClock
from exchange.desk import Desk
from exchange.instant import MINUTE_US
from exchange.migrations import downgrade, upgrade
from exchange.orderbook.sharing import ConversionRule
from exchange.schema import metadata
from exchange.store import open_store
from exchange.store.engine import connect, reading
from tests.databases import DATABASES
from tests.desk.floor import MORNING, offer, open_sector, proven, wait

pytestmark = pytest.mark.usefixtures("engine")

CATALOGUE = """
SELECT table_name || '.' || column_name,
       concat_ws(' ', data_type, is_nullable, column_default, character_maximum_length)
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND contype <> 'n'
UNION ALL SELECT tablename || '.' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""
"""Everything PostgreSQL knows of our tables, by name."""


def structure(url_or_engine) -> dict[str, list[str]]:
    """Every table, index and trigger; a table as its sorted columns and constraints, however they were ordered."""
    engine = connect(url_or_engine) if isinstance(url_or_engine, str) else url_or_engine
    with reading(engine) as connection:
        if connection.dialect.name == "postgresql":
            found = connection.execute(text(CATALOGUE)).all()
            return {name: [said] for name, said in found if not name.startswith("alembic")}
        found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
    wanted = {name: sql for name, sql in found if not name.startswith("alembic")}
    return {name: sorted(re.split(r",\s*\n", " ".join(sql.split("\t")).rstrip(" )\n"))) for name, sql in wanted.items()}


def normal(lines: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: sorted(" ".join(part.strip(" (\n").split()) for part in parts) for name, parts in lines.items()}


@pytest.fixture
def url(engine: str, tmp_path) -> str:
    return DATABASES.fresh(tmp_path, tables=False)


def test_upgrades_and_tables_say_the_same(url: str) -> None:
    upgrade(url)
    with connect(url).connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
    assert differences == []


def test_checks_and_guards_are_the_same_too(url: str, tmp_path) -> None:
    """What Alembic does not compare: CHECK constraints and triggers."""
    upgrade(url)
    created = connect(DATABASES.fresh(tmp_path, tables=False))
    metadata.create_all(created)
    migrated, made = normal(structure(url)), normal(structure(created))
    assert migrated.keys() == made.keys()
    for name in made:
        assert _parts(migrated[name]) == _parts(made[name]), name


def _parts(parts: list[str]) -> list[str]:
    """The head of a table may carry its first column, a column added later its check: compared without order."""
    return sorted(word for part in parts for word in re.sub(r"[(),]", " ", part).split())


def test_an_upgraded_database_trades(url: str) -> None:
    upgrade(url)
    desk = Desk(open_store(url, SetClock(MORNING)))
    open_sector(desk, "pv")
    desk.join("nord", name="Nord", supplier=True)
    desk.join("anna", name="Anna", buyer=True)
    desk.deposit("anna", amount_cents=50_000)
    offer(desk, "L1")
    assert desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000).fills
    desk.set_sharing("pv", buyout_bp=20_000, seat_bp=6_000)
    offer(desk, "L2", seats=2)
    offer(desk, "L3", conversion=ConversionRule(MINUTE_US, 2))
    assert desk.buy("pv", buyer="anna", listing_id="L2", most_cents=18_000, buyout=True).fills
    wait(desk, MINUTE_US)
    assert desk.withdraw_consent("pv", listing_id="L3", by="nord").refused is None
    assert [desk.row_of("listing", name)["state"] for name in ("L2", "L3", "L3~2")] == [
        "sold",
        "converted",
        "withdrawn",
    ]
    proven(desk)


def test_upgrading_twice_changes_nothing_and_downgrading_leaves_nothing(url: str) -> None:
    upgrade(url)
    before = structure(url)
    upgrade(url)
    assert structure(url) == before
    downgrade(url, "base")
    assert structure(url) == {}


def test_a_step_that_fails_leaves_the_version_before_it(url: str) -> None:
    upgrade(url, "0002")
    before = structure(url)
    with connect(url).begin() as connection:
        connection.execute(text("CREATE TABLE bids (n INTEGER)"))
    with pytest.raises(Exception, match="bids"):
        upgrade(url)
    with connect(url).begin() as connection:
        connection.execute(text("DROP TABLE bids"))
    assert structure(url) == before
