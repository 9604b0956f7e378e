"""All seats of a shared lead in one purchase, and exclusive leads that are offered to several later."""

import re

import pytest
from flask.testing import FlaskClient

from exchange.instant import MINUTE_US
from exchange.orderbook.sharing import ConversionRule
from tests.desk.floor import proven
from tests.web.conftest import BRANDT, KRONE, Visitor, order, token_of
from tests.web.market import Market, _lead

pytestmark = pytest.mark.usefixtures("engine")

SHARED = "7A1PV"
SPAN_US = 20 * MINUTE_US


@pytest.fixture
def sharing(market: Market) -> Market:
    for sector in market.desk.sectors():
        market.desk.set_sharing(sector, buyout_bp=25_000, seat_bp=6_000)
    return market


def buy_out(client: FlaskClient, most_cents: int, key: str):
    headers = {"X-CSRFToken": token_of(client), "Idempotency-Key": key}
    return client.post(f"/api/v1/leads/{SHARED}/buyout", json={"most_cents": most_cents}, headers=headers)


def test_a_whole_lead_costs_the_factor_and_nobody_else_gets_a_seat(sharing: Market, visitor: Visitor) -> None:
    brandt, krone = visitor(BRANDT), visitor(KRONE)
    told = brandt.get(f"/api/v1/market/{SHARED}").json
    price = told["buyout_cents"]
    assert price == told["ask_cents"] * 5 // 2
    assert f'name="whole_cents" value="{price}"' in brandt.get(f"/markt/{SHARED}/box?form=row").text
    below = buy_out(brandt, price - 1, "key-00000001")
    assert (below.status_code, below.json["code"], below.json["ask_cents"]) == (409, "price_above_limit", price)
    bought = buy_out(brandt, price + 500, "key-00000002")
    assert (bought.status_code, bought.json["ask_cents"], bought.json["saved_cents"]) == (200, price, 500)
    assert buy_out(brandt, price + 500, "key-00000002").json == bought.json
    late = order(krone, SHARED, 99_999, "key-00000003")
    assert (late.status_code, late.json["reason"]) == (409, "sold")
    assert krone.get(f"/api/v1/market/{SHARED}").json["buyout_cents"] is None
    assert proven(sharing.desk)


def test_it_is_offered_only_where_no_seat_is_sold_and_the_sector_has_a_factor(market: Market, visitor: Visitor) -> None:
    brandt, krone = visitor(BRANDT), visitor(KRONE)
    assert 'data-testid="buyout"' not in brandt.get(f"/markt/{SHARED}/box?form=row").text
    assert buy_out(brandt, 99_999, "key-00000001").json["reason"] == "no_buyout"
    market.desk.set_sharing("pv", buyout_bp=25_000, seat_bp=0)
    assert 'data-testid="buyout"' in brandt.get(f"/markt/{SHARED}/box?form=sheet").text
    order(krone, SHARED, 99_999, "key-00000002")
    assert 'data-testid="buyout"' not in brandt.get(f"/markt/{SHARED}/box?form=row").text
    taken = buy_out(brandt, 99_999, "key-00000003")
    assert (taken.status_code, taken.json["reason"]) == (409, "seat_sold")


def test_without_scripts_the_same_form_buys_all_seats(sharing: Market, visitor: Visitor) -> None:
    brandt = visitor(BRANDT)
    page = brandt.get(f"/markt/{SHARED}/box?form=row").text
    whole = re.search(r'name="whole_cents" value="(\d+)"', page)
    assert whole is not None
    form = {"most_cents": "1", "whole_cents": whole[1], "buyout": "1", "key": "k" * 12}
    bought = brandt.post(f"/leads/{SHARED}/kauf", data=form | {"csrf_token": token_of(brandt)})
    assert bought.status_code == 303
    assert sharing.desk.row_of("listing", SHARED)["bought_out"]


def test_a_lead_says_when_it_is_offered_to_several_and_then_is(sharing: Market, visitor: Visitor) -> None:
    brandt, krone = visitor(BRANDT), visitor(KRONE)
    sketch = _lead("7X9KV", "pkv", 0, "80331 DE-BY", 1, "192 56", product="full", status="employee", age="36")
    sharing.list(sketch, conversion=ConversionRule(SPAN_US, 3))
    assert 'data-testid="converts"' in brandt.get("/markt/7X9KV/box?form=row").text
    first = brandt.get("/api/v1/market/7X9KV").json
    sharing.clock.at_us += SPAN_US
    sharing.desk.settle("pkv")
    assert brandt.get("/api/v1/market/7X9KV").json["state"] == "converted"
    second = brandt.get("/api/v1/market/7X9KV~2").json
    assert (second["seats"], second["state"]) == (3, "open")
    assert second["start_cents"] < first["start_cents"]
    bought = order(krone, "7X9KV~2", second["ask_cents"], "key-00000004")
    assert bought.status_code == 200, bought.json
    assert "7X9KV~2" in krone.get("/leads").text
    assert krone.get(bought.json["href"]).status_code == 200
    assert proven(sharing.desk)
