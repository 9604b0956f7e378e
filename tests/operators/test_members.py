"""A suspension and what it touches: bids rest and come back, listings stay until they are taken out."""

import pytest

from exchange.access.users import User, user_by_email
from exchange.operators.market import MarketOffice
from exchange.operators.register import Register
from exchange.orderbook.filters import Filters
from exchange.store.proof import prove
from tests.web.market import Market, _lead
from tests.web.people import BY_ROLE, complete


@pytest.fixture
def olga(market: Market) -> User:
    complete(market)
    with market.desk.store.read() as connection:
        found = user_by_email(connection, BY_ROLE["operator"])
    assert found is not None
    return found


def rlv(listing_id: str):  # type: ignore[no-untyped-def]
    return _lead(listing_id, "rlv", 0, "10115 DE-BE", 1, "76 23", sum="1", years="1", smoker="no", age="34")


def test_bids_of_a_suspended_buyer_rest_with_their_money_and_serve_again(market: Market, olga: User) -> None:
    market.bid("alle-rlv", "rlv", 9_000, "Alles", Filters(postcodes=("10",)))
    held = market.desk.row_of("bid", "alle-rlv")["reserved_cents"]
    Register(market.desk).change(olga, "brandt", group="brandt", suspended=True)
    market.list(rlv("S1"))
    row = market.desk.row_of("bid", "alle-rlv")
    assert (row["state"], row["filled"], row["reserved_cents"]) == ("active", 0, held)
    assert market.desk.row_of("listing", "S1")["state"] == "open"
    Register(market.desk).change(olga, "brandt", group="brandt", suspended=False)
    assert market.desk.row_of("bid", "alle-rlv")["filled"] >= 1, "compared like a new one"
    with market.desk.store.read() as connection:
        assert all(prove(connection, None))


def test_a_suspended_supplier_lists_nothing_new_and_open_leads_are_taken_out_on_request(
    market: Market, olga: User
) -> None:
    Register(market.desk).change(olga, "quelle", group="quelle", suspended=True)
    assert market.list(rlv("S2")) == [], "answered at the door"
    assert market.desk.row_of("listing", "7K2KV")["state"] == "open"
    assert market.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=20_000).refused is None
    gone = MarketOffice(market.desk).withdraw_offers(olga, "quelle", "Lieferant gesperrt")
    assert gone >= 8
    assert market.desk.row_of("listing", "7F3BU")["state"] == "withdrawn"
    assert market.desk.row_of("listing", "7K2KV")["state"] == "sold"
    assert MarketOffice(market.desk).withdraw_offers(olga, "quelle", "Lieferant gesperrt") == 0
