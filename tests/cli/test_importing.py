"""The command line's door: what is put aside or too many for the day is kept and listed later; nothing vanishes."""

from pathlib import Path

import pytest

from exchange.access.users import User
from exchange.admission import BatchRules
from exchange.catalogue import RANGES, SECTORS
from exchange.cli.importing import Import, Tally
from exchange.instant import DAY_US
from exchange.intake.columns import ColumnMap, match
from exchange.intake.table import open_table
from exchange.operators.entitlement import Entitlement
from exchange.operators.quarantine import Quarantine
from exchange.operators.suppression import Suppression
from exchange.operators.terminal import TERMINAL
from exchange.reports.admission import held
from exchange.schema import deliveries
from exchange.staging.upkeep import Upkeep
from tests.staging.suppliers import drawn, user, write
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import VAULT, Market
from tests.web.people import BY_ROLE, complete


@pytest.fixture
def olga(market: Market) -> User:
    complete(market)
    return user(market, BY_ROLE["operator"])


def imported(market: Market, path: Path) -> Tally:
    table, sector, tally = open_table(path), SECTORS["pv"], Tally(10)
    rules = BatchRules(sector, "quelle", market.clock.now(), 4800, 1650, 3, RANGES)
    run = Import(table, match(table.header, sector, ColumnMap()), rules, VAULT, market.desk)
    run.run(tally, lambda defects, notices: None, lambda done: None)
    return tally


def test_rows_above_the_cap_are_listed_the_next_day(market: Market, olga: User, tmp_path: Path) -> None:
    Entitlement(market.desk).cap(olga, "quelle", "pv", 3)
    path = write(tmp_path / "a.csv", drawn(4))
    tally = imported(market, path)
    assert (tally.listed, tally.kinds) == (2, {("row", "cap_reached"): 2})
    imported(market, path)
    with market.desk.store.read() as connection:
        assert connection.execute(deliveries.select()).one().row_count == 2
    market.clock.at_us += DAY_US
    Upkeep(market.desk).round()
    again = imported(market, path)
    assert (again.listed, again.kinds) == (0, {("person", "duplicate_in_stock"): 4})


def test_rows_put_aside_wait_for_an_operator(market: Market, olga: User, tmp_path: Path) -> None:
    office = Quarantine(market.desk)
    office.know_page(olga, "quelle", "andere.example")
    tally = imported(market, write(tmp_path / "a.csv", drawn(2)))
    assert (tally.listed, tally.kinds) == (0, {("row", "held"): 2})
    with market.desk.store.read() as connection:
        first, _ = (one.listing_id for one in held(connection))
    assert imported(market, write(tmp_path / "b.csv", drawn(2)[::-1])).kinds == {("person", "duplicate_in_stock"): 2}
    office.release(olga, first, "geprüft")
    assert market.desk.row_of("listing", first)["state"] == "open"


def test_who_objected_is_named_by_row_only(market: Market, tmp_path: Path) -> None:
    rows = drawn(2)
    office = Suppression(market.desk)
    office.add(TERMINAL, office.sought(email=rows[1]["E-Mail"].upper()), "objection", withdraw=False)
    tally = imported(market, write(tmp_path / "a.csv", rows))
    assert (tally.listed, [(one.row, one.code) for one in tally.first]) == (1, [(3, "suppressed")])
