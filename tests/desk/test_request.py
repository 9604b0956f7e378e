"""What a request must be before the desk takes it."""

import pytest

from exchange.desk import request
from exchange.errors import Invalid
from exchange.orderbook.order import Facts, InstantBid, StandingBid
from tests.desk.floor import open_market, proven

pytestmark = pytest.mark.usefixtures("engine")


def buying(buyer: str, listing: str, key: str | None = None, most: int = 9_000):
    return request(InstantBid(buyer, buyer, listing, most, Facts(0)), buyer, key)


@pytest.mark.parametrize(
    "order",
    [
        StandingBid("B1", "anna", 10**18, 1, Facts(0), group="anna"),
        StandingBid("B1", "anna", 50, -(10**18), Facts(0), group="anna"),
        InstantBid("anna", "anna", "L\x00", 50, Facts(0)),
        InstantBid("anna", "anna", "L\ud800", 50, Facts(0)),
    ],
    ids=["huge", "huge below zero", "NUL", "surrogate"],
)
def test_what_no_tape_can_hold_is_a_wrong_form(order) -> None:
    with pytest.raises(Invalid):
        request(order, "anna")


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb"])
def test_what_is_no_key(key: str) -> None:
    with pytest.raises(Invalid):
        buying("anna", "L1", key)


def test_text_is_decided_as_the_tape_will_say_it() -> None:
    desk = open_market()
    desk.halt("pv", reason="Preisquelle pru\u0308fen")
    with desk.store.begin(["pv"]) as tx:
        assert tx.book("pv").halt_reason == "Preisquelle pr\u00fcfen"
    proven(desk)
