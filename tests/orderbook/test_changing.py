"""What keeps a bid's place in the queue, what loses it, and whose bid it is."""

import pytest

from exchange.orderbook.book import Book
from exchange.orderbook.changing import loses_place
from exchange.orderbook.decide import decide
from exchange.orderbook.filters import Filters
from exchange.orderbook.match import settle
from exchange.orderbook.order import CancelBid, ChangeBid, Facts, PauseBid, UnpauseBid
from exchange.orderbook.outcome import Decided, Refused
from tests.orderbook.market import MONDAY, RICH, after, bid, fills, lead, open_book, trade

BAVARIA, BERLIN_TOO = Filters(regions=("DE-BY",)), Filters(regions=("DE-BY", "DE-BE"))


def change(name: str, buyer: str, limit: int, quantity: int = 1, **more: object) -> ChangeBid:
    return ChangeBid(bid_id=name, buyer=buyer, limit_cents=limit, quantity=quantity, **({"facts": RICH} | more))


def two_equal_bids(**more: object) -> Book:
    book = open_book()
    trade(book, bid("B1", "anna", 6000, **more), MONDAY)
    trade(book, bid("B2", "ben", 6000, filters=BERLIN_TOO), MONDAY)
    return book


def winner(book: Book) -> str | None:
    entries = trade(book, lead("L1", 9000, 3000), after(10)) + settle(book, after(900))
    return fills(entries)[0][2]


def refusal(entries: list[Decided]) -> list[str]:
    return [value.code for _, _, value in entries if isinstance(value, Refused)]


def test_a08_wider_regions_take_the_end_of_the_queue() -> None:
    book = two_equal_bids(filters=BAVARIA)
    trade(book, change("B1", "anna", 6000, filters=BERLIN_TOO), after(1))
    assert winner(book) == "B2"


def test_a09_narrower_regions_keep_the_place_and_leave_the_rest_at_once() -> None:
    book = two_equal_bids(filters=BERLIN_TOO)
    trade(book, change("B1", "anna", 6000, filters=BAVARIA), after(1))
    entries = trade(book, lead("L0", 5000, 3000, region="DE-BE", postcode="10115"), after(2))
    assert [name for _, _, name, _, _ in fills(entries)] == ["B2"]


def test_b06_a_higher_budget_keeps_the_place() -> None:
    book = two_equal_bids(quantity=9, budget_cents=6000)
    trade(book, change("B1", "anna", 6000, 9, budget_cents=60_000), after(1))
    assert winner(book) == "B1"


@pytest.mark.parametrize(
    ("after_change", "loses"),
    [
        ({}, False),
        ({"limit_cents": 5950}, True),
        ({"limit_cents": 6050}, True),
        ({"quantity": 3}, True),
        ({"quantity": 1}, False),
        ({"filters": Filters()}, True),
        ({"budget_cents": 100}, False),
        ({"until_at": MONDAY}, False),
    ],
)
def test_what_loses_the_place(after_change: dict[str, object], loses: bool) -> None:
    before = bid("B1", "anna", 6000, 2, filters=BAVARIA)
    known: dict[str, object] = {"limit_cents": 6000, "quantity": 2, "filters": BAVARIA}
    changed = ChangeBid(bid_id="B1", buyer="anna", facts=RICH, **(known | after_change))
    assert loses_place(before, changed) is loses


@pytest.mark.parametrize("order", [CancelBid, PauseBid, UnpauseBid])
def test_x04_a10_anothers_bid_answers_like_a_missing_one(order: type) -> None:
    book = two_equal_bids()
    assert refusal(trade(book, order("B1", "ben"), after(1))) == ["unknown"]
    assert refusal(trade(book, order("nope", "ben"), after(1))) == ["unknown"]
    assert refusal(trade(book, change("B1", "ben", 100), after(1))) == ["unknown"]
    assert book.bids["B1"].state == "active"


def test_a_change_the_wallet_does_not_cover_leaves_the_bid_and_its_room() -> None:
    book = open_book()
    trade(book, bid("B1", "anna", 6000, 5, budget_cents=4000), MONDAY)
    trade(book, lead("L1", 9000, 3000), MONDAY)
    settle(book, after(400))
    poor = Facts(available_cents=0)
    assert refusal(trade(book, change("B1", "anna", 8000, 5, facts=poor), after(400))) == ["insufficient_funds"]
    assert fills(settle(book, after(600)))[0][4] == 4000


def test_k01_a_clock_that_steps_back_moves_nothing_back() -> None:
    book = open_book()
    trade(book, lead("L1", 9000, 3000), MONDAY)
    settle(book, after(300))
    before = book.listings["L1"].ask_cents
    assert settle(book, after(200)) == []
    assert book.listings["L1"].ask_cents == before
    with pytest.raises(ValueError, match="before the instant"):
        decide(book, CancelBid("B1", "anna"), after(200))
