"""What has no proper form is refused with a word of ours, before anything is done, and never breaks the door."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exchange.access.throttle import CALLS
from exchange.web.door.operations import OPERATIONS
from exchange.web.problems import CODES
from tests.web.application import app_in
from tests.web.calls import Machine, sale_of
from tests.web.conftest import Visitor
from tests.web.market import Market
from tests.web.people import OWNER

BUY = "/leads/7K2KV/buy"


@pytest.fixture
def app(market: Market) -> Flask:
    return app_in(market.premises())


@pytest.fixture
def brandt(app: Flask, market: Market) -> Machine:
    return Machine(app, market, OWNER)


def refused(answer: Any, status: int = 400, code: str = "invalid") -> bool:
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] in CODES
    return (answer.status_code, answer.json["code"]) == (status, code)


NUMBERS = ["NaN", "Infinity", "-Infinity", "1e309", '"12"', "true", "12.5", "12.0", "1e3", "-0", "0", "-1",
           "9223372036854775808", "1" * 4000, "null", "[]", "{}"]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
def test_cents_are_whole_positive_numbers_and_nothing_else(brandt: Machine, market: Market, number: str) -> None:
    assert refused(brandt.post(BUY, f'{{"most_cents": {number}}}'))
    assert market.desk.row_of("listing", "7K2KV")["sold"] == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"most_cents": 9900, "most_cents": 1}',
        '{"most_cents": 9900, "price": 1, "currency": "USD"}',
        '{"most_cents": 9900, "listing_id": "7A1PV"}',
        "[" * 10_000 + "]" * 10_000,
        '{"most_cents": ' + "[" * 20 + "]" * 20 + "}",
        json.dumps({f"key{n}": n for n in range(3_000)}),
        b'{"most_cents": 9900, "\xff": 1}',
        '{"most_cents": 9900}}',
        "\ufeff{}",
    ],
)
def test_a_body_is_one_object_of_the_named_members(brandt: Machine, market: Market, text: str | bytes) -> None:
    assert refused(brandt.post(BUY, text))
    assert market.desk.row_of("listing", "7K2KV")["sold"] == 0


@pytest.mark.parametrize(
    "name", ["a\x00b", "a\ud800b", "a\u202eb", "a\nb", "\x1b[0m", "x" * 2_000, "e" + "\u0301" * 10_000]
)
def test_names_show_what_they_are(brandt: Machine, name: str) -> None:
    body = {"sector": "pkv", "limit_cents": 5000, "quantity": 1, "name": name}
    assert refused(brandt.post("/bids", json.dumps(body)))


@pytest.mark.parametrize("name", ["'; DROP TABLE bids; --", "{{7*7}}", "<script>alert(1)</script>", "Öl & Gas 80%"])
def test_odd_names_are_kept_as_they_are(brandt: Machine, name: str) -> None:
    placed = brandt.post("/bids", {"sector": "pkv", "limit_cents": 5000, "quantity": 1, "name": name}).json
    assert brandt.get(f"/bids/{placed['id']}").json["name"] == name


def test_a_body_has_a_size_and_a_type(brandt: Machine) -> None:
    big = json.dumps({"most_cents": 9900, "x": "y" * 70_000})
    assert refused(brandt.post(BUY, big), 413, "too_large")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"):
        answer = brandt.post(BUY, '{"most_cents": 9900}', **{"Content-Type": kind})
        assert refused(answer, 415, "wrong_type"), kind
    assert refused(brandt.post("/bids/bu-sued/pause", '{"on": 1}'))


def test_a_parameter_is_named_known_and_given_once(brandt: Machine) -> None:
    for query in ("sort=age&sort=age", "colour=red", "size=0", "size=201", "size=1_0", "size=%D9%A1", "size=007",
                  "size=+5", "sort=newest", "region=BY", "postcode=1234", "fit=1", "most_cents=", "region=",
                  "answer=smoker:no", "sector=bu&answer=smoker:perhaps", "sector=bu&answer=nothing:yes",
                  "after=price~1~x", "after=1", "seats=", "x=%00", "q=" + "y" * 5_000):  # fmt: skip
        assert refused(brandt.get(f"/market?{query}")), query
    assert refused(brandt.get("/wallet?listing_id=1"))
    assert refused(brandt.get("/entries?since=bu"))
    assert refused(brandt.post(f"{BUY}?most_cents=1", {"most_cents": 9900})), "body or query, not both"


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.name)
def test_other_verbs_are_refused_with_those_that_are_not(brandt: Machine, one) -> None:  # type: ignore[no-untyped-def]
    path = one.path.format(**dict.fromkeys(one.ids, "7K2KV"))
    verbs = {other.verb for other in OPERATIONS if other.path == one.path}
    allowed = verbs | {"OPTIONS"} | ({"HEAD"} if "GET" in verbs else set())
    for verb in ("DELETE", "PATCH", "TRACE"):
        answer = brandt.send(verb, path)
        assert refused(answer, 405, "method_not_allowed")
        assert set(answer.headers["Allow"].split(", ")) == allowed
    options = brandt.send("OPTIONS", path)
    if "owner" not in one.roles:
        assert refused(options, 403, "forbidden")
        return
    assert (options.status_code, set(options.headers["Allow"].split(", "))) == (200, allowed)


def test_head_says_the_same_without_a_body(brandt: Machine) -> None:
    answer = brandt.send("HEAD", "/market")
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.mimetype == "application/json"


def test_every_answer_says_what_is_left_to_ask(brandt: Machine, visitor: Visitor, app: Flask, market: Market) -> None:
    stranger = Machine(app, market, "")
    calls = [brandt.get("/market"), brandt.get("/nowhere"), brandt.post(BUY, "{"), brandt.send("DELETE", "/me"),
             stranger.get("/market"), stranger.get("/nowhere"), visitor("").get("/api/v1/me"),
             visitor(OWNER).get("/api/v1/me")]  # fmt: skip
    for answer in calls:
        assert answer.headers["RateLimit-Limit"] == str(CALLS.burst)
        assert int(answer.headers["RateLimit-Remaining"]) < CALLS.burst
        assert answer.headers["RateLimit-Reset"].isdecimal()


def test_sessions_and_strangers_have_a_limit_too(visitor: Visitor) -> None:
    for email, usual in ((OWNER, 200), ("", 401)):
        client = visitor(email)
        statuses = [client.get("/api/v1/me").status_code for _ in range(CALLS.burst + 2)]
        assert statuses == [usual] * CALLS.burst + [429] * 2


def test_who_is_not_known_is_told_how_to_come_in(visitor: Visitor) -> None:
    client = visitor("")
    for answer in (client.get("/api/v1/market"), client.post(f"/api/v1{BUY}", json={"most_cents": 1})):
        assert refused(answer, 401, "unauthorized")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_no_other_site_may_ask_from_a_browser(brandt: Machine, visitor: Visitor, market: Market) -> None:
    foreign = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for answer in (brandt.send("OPTIONS", BUY, **foreign), brandt.get("/market", **foreign)):
        assert [name for name, _ in answer.headers if name.startswith("Access-Control")] == []
    client: FlaskClient = visitor(OWNER)
    for headers in ({}, {"X-CSRFToken": "wrong"}, {"Sec-Fetch-Site": "cross-site"}):
        told = headers | {"Idempotency-Key": "key-of-a-forger"}
        assert client.post(f"/api/v1{BUY}", json={"most_cents": 9900}, headers=told).status_code == 403
    assert market.desk.row_of("listing", "7K2KV")["sold"] == 0


@pytest.mark.parametrize("evidence", ["\ud800 half a letter", "a NUL \x00 in it", "e\u0301" * 3_000])
def test_evidence_is_text_that_can_be_kept(brandt: Machine, market: Market, evidence: str) -> None:
    sale = sale_of(market, "7H5BU")
    body = json.dumps({"ground": "duplicate", "evidence": evidence})
    assert refused(brandt.post(f"/purchases/{sale}/claim", body))
    assert market.desk.row_of("sale", sale)["claim"] == "unclaimed"
