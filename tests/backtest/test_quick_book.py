"""The book that sleeps: entry by entry what the book of the house gives, whatever happens."""

import pytest

from exchange.backtest import lookout, lookouts
from exchange.backtest.play import decide_on
from exchange.backtest.quick_book import QuickBook
from exchange.orderbook.book import Book
from exchange.orderbook.decide import decide
from exchange.orderbook.match import settle
from exchange.orderbook.outcome import Decided
from tests.backtest.market import WORKDAYS, tape
from tests.orderbook.market import BERLIN_2026


def plain(orders, until) -> list[Decided]:  # type: ignore[no-untyped-def]
    book, out = Book("pv"), []
    for at, order in orders:
        out += settle(book, at) + decide(book, order, at)
    return out + settle(book, until)


def quick(orders, until) -> tuple[list[Decided], QuickBook]:  # type: ignore[no-untyped-def]
    book, out = QuickBook("pv", orders), []
    for at, order in orders:
        out += settle(book, at)
        out += decide_on(book, order, at)
    return out + settle(book, until), book


@pytest.mark.parametrize("calendar", [BERLIN_2026, WORKDAYS], ids=["always", "workdays"])
@pytest.mark.parametrize("seed", range(4))
def test_it_decides_what_the_book_of_the_house_decides(seed: int, calendar) -> None:  # type: ignore[no-untyped-def]
    orders, until = tape(seed, calendar=calendar)
    found, _ = quick(orders, until)
    assert found == plain(orders, until)
    kinds = {value.kind for _, _, value in found}
    assert {"filled", "skipped", "expired", "converted", "withdrawn", "released", "refused"} <= kinds


@pytest.mark.parametrize("seed", range(4, 7))
def test_how_many_bids_to_come_it_looks_out_for_changes_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    orders, until = tape(seed)
    found = plain(orders, until)
    for ahead, edges in ((4, 2), (12, 5)):
        monkeypatch.setattr(lookouts, "FEWEST_AHEAD", ahead)
        monkeypatch.setattr(lookout, "EDGES", edges)
        assert quick(orders, until)[0] == found


def test_a_listing_nobody_wants_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    orders, until = tape(1, leads=30)
    looks = []
    due = QuickBook.listings_due
    monkeypatch.setattr(QuickBook, "listings_due", lambda book, at: looks.extend(found := due(book, at)) or found)
    quick([one for one in orders if one[1].kind in ("open", "sharing", "tune", "list")], until)
    converted = sum(listing.state == "converted" for listing in looks)
    assert len(looks) == 30 + converted, "each ends, and no step wakes it"
