"""The book that sleeps: entry by entry, cent by cent and row by row what the book of the house gives."""

import random
from dataclasses import replace

import pytest

from exchange.errors import Invalid
from exchange.instant import HOUR_US
from exchange.orderbook import order as o
from exchange.orderbook.book import Book
from exchange.orderbook.decide import decide
from exchange.orderbook.filters import Filters
from exchange.orderbook.match import settle
from exchange.orderbook.outcome import Placed
from exchange.orderbook.sleeping_book import SleepingBook
from exchange.replay import Replay
from exchange.store.rows import bid_row, listing_row, sale_state
from exchange.tape import Entry, Head, append
from tests.backtest.market import WORKDAYS, tape
from tests.orderbook.market import BERLIN_2026, RICH


def rows(book: Book) -> list[dict[str, object]]:
    """Everything the store would say of a book."""
    halted = book.halted_at is not None
    return [
        *(listing_row(one, lead_id="", sector=book.sector, halted=halted) for one in book.listings.values()),
        *(bid_row(bid, book) for bid in book.bids.values()),
        *(sale_state(sale) for sale in book.sales.values()),
    ]


def traded(seed: int, calendar) -> tuple[list[Entry], int]:  # type: ignore[no-untyped-def]
    """A tape decided by the book of the house: with claims and rulings, and bids put in and out at every turn."""
    rng, (orders, until) = random.Random(seed), tape(seed, leads=90, calendar=calendar)
    book, head, found = Book("pv"), Head(), []
    for at, order in orders:
        asked = [order]
        if book.sales and rng.random() < 0.2:
            sale = rng.choice(list(book.sales.values()))
            asked.append(o.FileClaim(sale.sale_id, sale.buyer, "wrong-sector"))
            asked.append(o.RuleClaim(sale.sale_id, "operator", rng.choice(("uphold", "reject"))))
        for one in asked:
            decided = settle(book, at)
            try:
                decided += decide(book, one, at)
            except Invalid:  # not taken, and so on no tape
                continue
            finally:
                head, entries = append(head, "pv", decided)
                found += entries
    return found, until


@pytest.mark.parametrize("calendar", [BERLIN_2026, WORKDAYS], ids=["always", "workdays"])
@pytest.mark.parametrize("seed", [0, 2, 3])
def test_a_tape_is_replayed_alike(seed: int, calendar) -> None:  # type: ignore[no-untyped-def]
    entries, until = traded(seed, calendar)
    plain, quick = Replay("pv"), Replay("pv", SleepingBook("pv"))
    for number, (mine, theirs) in enumerate(zip(plain.run(entries), quick.run(entries), strict=True)):
        assert mine == theirs
        if number % 97 == 0 and not plain.pending:
            quick.book.wake_all()
            assert rows(plain.book) == rows(quick.book), "in the middle of a day, in a halt too"
    assert (plain.head, plain.ledger.held_cents) == (quick.head, quick.ledger.held_cents)
    assert settle(plain.book, until) == settle(quick.book, until)
    assert rows(plain.book) == rows(quick.book)
    kinds = {entry.kind for entry in entries}
    assert {"filled", "skipped", "expired", "converted", "withdrawn", "claimed", "changed", "halted"} <= kinds


def opened(bids: list[o.StandingBid], until_h: int, monkeypatch: pytest.MonkeyPatch) -> tuple[int, SleepingBook]:
    """How often listings of a quiet day were looked at, with these bids entered first."""
    looks, wake_at = [], SleepingBook._wake_at
    monkeypatch.setattr(SleepingBook, "_wake_at", lambda book, *told: looks.append(told) or wake_at(book, *told))
    orders, _ = tape(1, leads=1)
    orders = [one for one in orders if one[1].kind in ("open", "tune", "list")]
    book, at = SleepingBook("pv"), orders[0][0]
    for order in [*(order for _, order in orders[:2]), *bids, orders[2][1]]:
        decide(book, order, at)
    settle(book, at + until_h * HOUR_US)
    return len(looks), book


def bid(limit_cents: int, **wanted) -> o.StandingBid:  # type: ignore[no-untyped-def]
    return o.StandingBid("B", "anna", limit_cents, 1, RICH, group="anna", **wanted)


def test_a_listing_nobody_wants_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, book = opened([], 20, monkeypatch)
    assert looks == 1
    (listing,) = book.open.values()
    assert listing.step == 0
    book.wake_all()
    assert listing.step > 10


def test_below_a_bid_that_does_not_want_it_a_listing_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, book = opened([bid(9_000, filters=Filters(only_from=("nobody",)))], 20, monkeypatch)
    book.wake_all()
    (listing,) = book.open.values()
    assert 1 < looks < listing.step // 2


def test_a_listing_a_bid_has_looked_at_is_known_by_what_it_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    unserved = Filters(only_from=("nobody",))
    _, book = opened([bid(9_000, filters=unserved)], 10, monkeypatch)
    (listing,) = book.open.values()
    book.wake_all()
    assert listing.ask_cents not in listing.cell.asks, "it is known by the last ask of its nap"
    later = replace(bid(listing.ask_cents - 50, filters=unserved), bid_id="C")
    assert [type(value) for _, _, value in decide(book, later, book.settled_until)] == [o.StandingBid, Placed]
    assert listing.cell.asks == [listing.ask_cents]


def test_a_listing_an_order_names_is_as_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    _, book = opened([], 20, monkeypatch)
    (listing,) = book.open.values()
    start_cents = listing.ask_cents
    assert book.named(listing.listing_id).ask_cents < start_cents
