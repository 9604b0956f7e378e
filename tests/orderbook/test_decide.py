"""Orders: the fixed order of refusals, reservations, and that a wrong form changes nothing."""

import pytest

from exchange.errors import Invalid
from exchange.lead import ConsentScope
from exchange.orderbook.book import Book
from exchange.orderbook.caps import Cap
from exchange.orderbook.decide import decide
from exchange.orderbook.filters import Filters
from exchange.orderbook.order import (
    CancelAll,
    ChangeMember,
    Facts,
    HaltSector,
    Order,
    ResumeSector,
    StandingBid,
    WithdrawListing,
)
from exchange.orderbook.outcome import Decided, Placed, Refused
from tests.orderbook.market import MONDAY, after, bid, buy, fills, lead, open_book, trade


def refusal(entries: list[Decided]) -> str | None:
    return next((value.code for _, _, value in entries if isinstance(value, Refused)), None)


def reserved(order: StandingBid, vat_bp: int) -> int:
    (placed,) = [v for _, _, v in trade(open_book(vat_bp=vat_bp), order, MONDAY) if isinstance(v, Placed)]
    return placed.reserved_cents


def market_with_lead(**more: object) -> Book:
    book = open_book()
    trade(book, lead("L1", 9000, 3000, **more), MONDAY)
    return book


def test_refusals_of_a_purchase_come_in_their_order() -> None:
    book = market_with_lead(seats=2)
    poor = Facts(available_cents=0, limit_left_cents=0)
    ladder = [buy("anna", "nowhere", 1, poor), buy("nord", "L1", 1, poor), buy("anna", "L1", 1, poor)]
    assert [refusal(trade(book, order, after(1))) for order in ladder] == ["unknown", "own_lead", "price_above_limit"]
    assert refusal(trade(book, buy("anna", "L1", 9000, poor), after(1))) == "cap_reached"
    assert refusal(trade(book, buy("anna", "L1", 9000, Facts(8999)), after(1))) == "insufficient_funds"
    assert refusal(trade(book, buy("anna", "L1", 9000), after(1))) is None
    assert refusal(trade(book, buy("anna", "L1", 1, poor), after(2))) == "already_bought"
    trade(book, HaltSector("operator", "feed"), after(3))
    assert refusal(trade(book, buy("nord", "L1", 1, poor), after(3))) == "halted"
    trade(book, ResumeSector("operator"), after(3))
    trade(book, WithdrawListing("L1", "nord"), after(4))
    assert refusal(trade(book, buy("nord", "L1", 1, poor), after(4))) == "not_open"
    trade(book, ChangeMember("anna", "anna", suspended=True), after(5))
    assert refusal(trade(book, buy("anna", "L1", 1, poor), after(5))) == "forbidden"


def test_a_firm_that_the_consent_does_not_cover_does_not_know_the_lead() -> None:
    book = market_with_lead(consent=ConsentScope(recipients=("bert",)))
    assert refusal(trade(book, buy("anna", "L1", 9000), after(1))) == "unknown"
    assert refusal(trade(book, buy("bert", "L1", 9000), after(1))) is None


@pytest.mark.parametrize(
    ("more", "vat_bp", "cents"),
    [
        ({"limit": 5000, "quantity": 2}, 0, 10_000),
        ({"limit": 5000, "quantity": 2}, 1900, 11_900),
        ({"limit": 4450, "quantity": 3}, 1900, 3 * 5296),
        ({"limit": 5000, "quantity": 3, "budget_cents": 6000}, 0, 6000),
        ({"limit": 5000, "quantity": 3, "budget_cents": 6000}, 1900, 6000 + 1140 + 3),
        ({"limit": 5000, "quantity": 1, "budget_cents": 60_000}, 1900, 5950),
    ],
)
def test_a_bid_reserves_what_its_fills_can_cost(more: dict[str, int], vat_bp: int, cents: int) -> None:
    limit, quantity = more.pop("limit"), more.pop("quantity")
    assert reserved(bid("B1", "anna", limit, quantity, **more), vat_bp) == cents


def test_a_bid_that_the_wallet_does_not_cover_is_refused() -> None:
    book = open_book()
    assert refusal(trade(book, bid("B1", "anna", 5000, 2, facts=Facts(9_999)), MONDAY)) == "insufficient_funds"
    assert "B1" not in book.bids


@pytest.mark.parametrize(
    "wrong",
    [
        bid("B1", "anna", 5025),
        bid("B1", "anna", 0),
        bid("B1", "anna", 5000, 0),
        bid("B1", "anna", 5000, filters=Filters(regions=())),
        bid("B1", "anna", 5000, filters=Filters(regions=("DE-XX",))),
        bid("B1", "anna", 5000, filters=Filters(postcodes=("8x",))),
        bid("B1", "anna", 5000, budget_cents=0),
        bid("B1", "anna", 5000, caps=(Cap("day"),)),
        bid("B1", "anna", 5000, until_at=MONDAY),
        buy("anna", "L1", 0),
        lead("L2", 3000, 4000),
        lead("L2", 3025, 1000),
        lead("L2", 3000, 1000, seats=4),
        lead("L2", 3000, 1000, region="DE-XX"),
        lead("L2", 3000, 1000, curve=7),
        lead("L1", 3000, 1000),
    ],
)
def test_a_wrong_form_changes_nothing(wrong: Order) -> None:
    book = market_with_lead()
    before = (book.seq, len(book.open), len(book.bids))
    with pytest.raises(Invalid):
        decide(book, wrong, MONDAY)
    assert (book.seq, len(book.open), len(book.bids)) == before


def test_the_past_must_be_settled_before_an_order_is_decided() -> None:
    book = market_with_lead()
    with pytest.raises(ValueError, match="before the instant"):
        decide(book, buy("anna", "L1", 9000), MONDAY - 1)


def test_cancelling_everything_ends_only_ones_own_bids() -> None:
    book = open_book()
    for name, who in (("B1", "anna"), ("B2", "anna"), ("B3", "bert")):
        trade(book, bid(name, who, 5000), MONDAY)
    trade(book, CancelAll("anna"), after(1))
    assert [book.bids[name].state for name in ("B1", "B2", "B3")] == ["cancelled", "cancelled", "active"]


def test_a_suspended_firms_bids_do_not_walk_until_it_is_back() -> None:
    book = open_book()
    trade(book, bid("B1", "anna", 9000, 2), MONDAY)
    trade(book, ChangeMember("anna", "anna", suspended=True), after(1))
    assert fills(trade(book, lead("L1", 8000, 3000), after(2))) == []
    assert fills(trade(book, ChangeMember("anna", "anna", suspended=False), after(3))) == [
        (3, "L1", "B1", "anna", 8000)
    ]
