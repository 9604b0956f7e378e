import pytest
from flask.testing import FlaskClient

from exchange.instant import MINUTE_US, SECOND_US
from tests.web.conftest import BRANDT, KRONE, Visitor, order, token_of
from tests.web.market import Market, _lead

pytestmark = pytest.mark.usefixtures("engine")


def balance(market: Market, firm: str = "brandt") -> int:
    return market.desk.balance(firm).available_cents


def test_a_purchase_costs_the_ask_with_vat(brandt: FlaskClient, market: Market) -> None:
    before = balance(market)
    answer = order(brandt, "7K2KV", 9200, "key-00000001")
    assert answer.status_code == 200
    assert (answer.json["ask_cents"], answer.json["saved_cents"]) == (9200, 0)
    assert before - balance(market) == 9200 + 1748
    assert answer.json["available_cents"] == balance(market)
    assert answer.json["href"] == "/leads/7K2KV"


def test_a_price_that_fell_on_the_way_is_the_buyers_gain(brandt: FlaskClient, market: Market) -> None:
    market.clock.at_us += 25 * SECOND_US
    answer = order(brandt, "7K2KV", 9200, "key-00000001")
    assert (answer.json["ask_cents"], answer.json["saved_cents"]) == (8650, 550)


def test_a_repeated_request_buys_once(brandt: FlaskClient, market: Market) -> None:
    first = order(brandt, "7K2KV", 9200, "key-00000001")
    paid = balance(market)
    again = order(brandt, "7K2KV", 9200, "key-00000001")
    assert again.json == first.json
    assert balance(market) == paid


def test_a_key_for_two_requests_is_refused(brandt: FlaskClient) -> None:
    order(brandt, "7K2KV", 9200, "key-00000001")
    answer = order(brandt, "7F3BU", 9200, "key-00000001")
    assert (answer.status_code, answer.json["code"]) == (422, "key_reused")


def test_sold_to_another_a_moment_ago(visitor: Visitor, market: Market) -> None:
    brandt, krone = visitor(BRANDT), visitor(KRONE)
    order(krone, "7K2KV", 9200, "key-00000001")
    market.clock.at_us += 230_000
    answer = order(brandt, "7K2KV", 9200, "key-00000001")
    assert (answer.status_code, answer.json["code"], answer.json["reason"]) == (409, "not_open", "sold")
    assert answer.json["lost_by_ms"] == 230
    assert "krone" not in answer.text


def test_who_was_late_by_long_is_not_told_by_how_much(visitor: Visitor, market: Market) -> None:
    brandt, krone = visitor(BRANDT), visitor(KRONE)
    order(krone, "7K2KV", 9200, "key-00000001")
    market.clock.at_us += 3 * SECOND_US
    assert "lost_by_ms" not in order(brandt, "7K2KV", 9200, "key-00000001").json


def test_a_most_below_the_ask_buys_nothing(brandt: FlaskClient, market: Market) -> None:
    before = balance(market)
    answer = order(brandt, "7K2KV", 9000, "key-00000001")
    assert (answer.status_code, answer.json["code"]) == (409, "price_above_limit")
    assert (answer.json["ask_cents"], answer.json["most_cents"]) == (9200, 9000)
    assert balance(market) == before


def test_missing_money_is_told_to_the_cent(brandt: FlaskClient, market: Market) -> None:
    spare = balance(market)
    sketch = _lead("7X2BF", "baufi", 0, "80331 DE-BY", 1, "9000 50", purpose="purchase", loan="900000")
    market.list(sketch)
    answer = order(brandt, "7X2BF", 450_000, "key-00000001")
    assert (answer.status_code, answer.json["code"]) == (402, "insufficient_funds")
    assert answer.json["gross_cents"] - answer.json["available_cents"] == 535_500 - spare


def test_one_seat_a_firm(brandt: FlaskClient) -> None:
    order(brandt, "7A1PV", 4800, "key-00000001")
    answer = order(brandt, "7A1PV", 4800, "key-00000002")
    assert (answer.status_code, answer.json["code"], answer.json["href"]) == (409, "already_bought", "/leads/7A1PV")


def test_an_ended_listing_is_gone(brandt: FlaskClient, visitor: Visitor, market: Market) -> None:
    market.desk.withdraw("pkv", listing_id="7K2KV", by="quelle")
    answer = order(brandt, "7K2KV", 9200, "key-00000001")
    assert (answer.status_code, answer.json["reason"]) == (410, "withdrawn")
    market.clock.at_us += 90 * MINUTE_US
    answer = order(visitor(BRANDT), "7D5AV", 9200, "key-00000002")
    assert (answer.status_code, answer.json["reason"]) == (410, "expired")


def test_a_halted_market_is_locked(brandt: FlaskClient, market: Market) -> None:
    market.desk.halt("pkv", reason="Prüfung")
    assert order(brandt, "7K2KV", 9200, "key-00000001").status_code == 423


def test_an_unknown_listing_and_one_not_covered_read_the_same(visitor: Visitor, market: Market) -> None:
    hidden_lead = _lead("7X3BU", "bu", 0, "70435 DE-BW", 1, "124 36", occupation="x", age="40", pension="1")
    market.list(hidden_lead, recipients=("krone",))
    client = visitor(BRANDT)
    hidden, missing = (order(client, name, 9200, "key-0000000" + name[-1]) for name in ("7X3BU", "7X9ZZ"))
    assert hidden.status_code == missing.status_code == 404
    assert hidden.json == missing.json


WRONG_BODIES = [
    *({"most_cents": most} for most in ("9200", 92.0, True, 0, -1, 10**30, None)),
    {"most_cents": 9200, "price": 1},
    {},
    [],
    None,
]


@pytest.mark.parametrize("body", WRONG_BODIES)
def test_a_wrong_body_changes_nothing(brandt: FlaskClient, market: Market, body: object) -> None:
    headers = {"X-CSRFToken": token_of(brandt), "Idempotency-Key": "key-00000001"}
    answer = brandt.post("/api/v1/leads/7K2KV/buy", json=body, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (400, "invalid")
    assert answer.mimetype == "application/problem+json"
    assert market.desk.row_of("listing", "7K2KV")["sold"] == 0


@pytest.mark.parametrize("key", ["", "short", "k" * 256, "with blank inside"])
def test_an_order_needs_a_key(brandt: FlaskClient, key: str) -> None:
    headers = {"X-CSRFToken": token_of(brandt), "Idempotency-Key": key}
    assert brandt.post("/api/v1/leads/7K2KV/buy", json={"most_cents": 9200}, headers=headers).status_code == 400


def test_a_lost_answer_is_found_by_its_key(visitor: Visitor) -> None:
    brandt = visitor(BRANDT)
    told = order(brandt, "7K2KV", 9200, "key-00000001").json
    assert brandt.get("/api/v1/purchases?key=key-00000001").json == told
    assert brandt.get("/api/v1/purchases?key=key-00000002").status_code == 404
    assert visitor(KRONE).get("/api/v1/purchases?key=key-00000001").status_code == 404


def test_a_lost_refusal_is_found_too(brandt: FlaskClient) -> None:
    told = order(brandt, "7K2KV", 9000, "key-00000001").json
    assert brandt.get("/api/v1/purchases?key=key-00000001").json == told


def test_machines_without_a_session_are_told_so(visitor: Visitor) -> None:
    answer = visitor("").get("/api/v1/purchases?key=key-00000001")
    assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")


def test_five_orders_a_second_and_no_more(brandt: FlaskClient) -> None:
    statuses = [order(brandt, "7K2KV", 100, f"key-{n:08d}").status_code for n in range(25)]
    assert statuses == [409] * 20 + [429] * 5


def test_buying_without_scripts(brandt: FlaskClient, market: Market) -> None:
    form = {"most_cents": "9200", "key": "key-00000001", "csrf_token": token_of(brandt)}
    bought = brandt.post("/leads/7K2KV/kauf", data=form)
    assert (bought.status_code, bought.headers["Location"]) == (303, "/leads/7K2KV")
    form |= {"most_cents": "100", "key": "key-00000002"}
    refused = brandt.post("/leads/7F3BU/kauf", data=form)
    assert refused.status_code == 409
    assert "Preis ist 59,50\N{NO-BREAK SPACE}€." in refused.text
    assert "Es wurde nichts abgebucht." in refused.text
