"""Pages of open listings: complete, in order, and read from indexes."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, event

from exchange.instant import MINUTE_US
from exchange.reports.board import BoardRow, board_page
from exchange.reports.question import NEVER, Question, Sorting, Viewer
from exchange.reports.schedules import Rulebook
from tests.databases import DATABASES, SQLITE
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import NOW, PICTURE, Market

pytestmark = pytest.mark.usefixtures("engine")

BRANDT = Viewer("brandt", "brandt")
SORTINGS: tuple[Sorting, ...] = ("age", "price", "next")


def turned(connection: Connection, asked: Question, most: int) -> Iterator[BoardRow]:
    """All rows, page by page."""
    while True:
        page = board_page(connection, Rulebook(), BRANDT, asked, NOW, most)
        yield from page.rows
        if page.after is None:
            return
        asked = replace(asked, after=page.after)


@pytest.mark.parametrize("sorting", SORTINGS)
@pytest.mark.parametrize("most", [1, 3, 10])
def test_pages_hold_every_row_once_in_order(market: Market, sorting: Sorting, most: int) -> None:
    market.desk.halt("pkv", reason="Preise werden geprüft")
    with market.desk.store.read() as connection:
        rows = list(turned(connection, Question(sorting=sorting), most))
    assert sorted(row.listing_id for row in rows) == sorted(sketch.lead_id for sketch in PICTURE)
    keys = [row.key for row in rows]
    assert keys == sorted(keys, reverse=sorting == "age")


def test_where_nobody_knows_the_next_step_it_comes_last(market: Market) -> None:
    market.desk.halt("pkv", reason="Preise werden geprüft")
    with market.desk.store.read() as connection:
        rows = list(turned(connection, Question(sorting="next"), 4))
    assert {row.sector for row in rows[-3:]} == {"pkv"}
    assert [row.key[0] == NEVER for row in rows] == [False] * 8 + [True] * 3


ASKED = (
    Question(),
    Question(sector="bu"),
    Question(regions=("DE-BY", "DE-BW")),
    Question(sector="bu", regions=("DE-BY",)),
    Question(seats="exclusive"),
    Question(age_below_us=60 * MINUTE_US),
)


@pytest.mark.parametrize("sorting", SORTINGS)
@pytest.mark.parametrize("asked", ASKED)
def test_no_page_reads_or_sorts_the_whole_market(market: Market, asked: Question, sorting: Sorting) -> None:
    """On SQLite the plan says so; PostgreSQL's depends on how many rows there are (`make bench-board`)."""
    if DATABASES.engine != SQLITE:
        return
    said: list[tuple[str, object]] = []
    with market.desk.store.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *call: said.append((call[2], call[3])))
        board_page(connection, Rulebook(), BRANDT, replace(asked, sorting=sorting), NOW)
        pages = [call for call in said if "ORDER BY listings" in call[0]]
        for statement, values in pages:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]  # type: ignore[arg-type]
            assert not [line for line in plan if line.startswith("SCAN listings")], plan
            sorts = [line for line in plan if "ORDER BY" in line]
            merged = asked.sector == "" and sorting == "price"
            assert len(sorts) <= merged, "only the cheapest of every sector, and the page they make, are sorted"
    assert pages


def test_a_small_area_is_found_by_its_postcode(market: Market) -> None:
    if DATABASES.engine != SQLITE:
        return
    said: list[tuple[str, object]] = []
    with market.desk.store.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *call: said.append((call[2], call[3])))
        page = board_page(connection, Rulebook(), BRANDT, Question(postcodes=("803", "70")), NOW)
        statement, values = next(call for call in said if "FROM listings" in call[0])
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]  # type: ignore[arg-type]
    assert any("ix_listings_postcode" in line for line in plan), plan
    assert [row.listing_id for row in page.rows] == ["7F3BU", "7K2KV"]
