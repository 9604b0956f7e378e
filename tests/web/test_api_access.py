"""Who may do what at the JSON door, made from its table: roles, scopes, and two firms."""

import re
from typing import Any

import pytest
from flask import Flask

from exchange.web.door.operations import OPERATIONS
from exchange.web.roles import MATRIX, ROLES
from tests.web.application import app_in
from tests.web.calls import BODIES, Machine, ids_of
from tests.web.market import Market, _lead
from tests.web.people import BY_ROLE, OTHER_OWNER, OWNER, complete

SELLING = {"post_lead", "post_batch", "withdraw_consent", "price_advice"}
"""What owners come to as well, but those of firms that bring no leads are refused."""
REFUSED = {"owner": SELLING, "supplier": {"make_webhook"}}
"""Where the role fits, but the firm does not sell, or suppliers ask for webhooks of purchases."""
SEEN_BY_ALL = {"show_listing", "buy_lead", "buy_out_lead"}
"""Operations on a listing of the market, which every firm its consent covers may see."""

NOT_THEIRS = SEEN_BY_ALL | {"withdraw_consent"}
"""Where another firm's thing is no secret, or the door is shut before anybody looks."""

IN_ORDER = sorted(OPERATIONS, key=lambda one: one.name in ("cancel_bid", "claim_purchase"))
"""What ends things comes last."""


@pytest.fixture
def app(market: Market) -> Flask:
    complete(market)
    return app_in(market.premises())


def test_routes_roles_and_table_are_the_same(app: Flask) -> None:
    routes = {
        (rule.endpoint.removeprefix("api."), verb, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.document"
        for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(one.name, one.verb, f"/api/v1{one.path}") for one in OPERATIONS}
    for one in OPERATIONS:
        assert (MATRIX[f"api.{one.name}"].roles, MATRIX[f"api.{one.name}"].scope) == (set(one.roles), one.scope)
    assert {one.name for one in OPERATIONS if one.body or one.bodies} == set(BODIES)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_comes_where_the_table_says_and_nowhere_else(app: Flask, market: Market, role: str) -> None:
    caller, ids = Machine(app, market, BY_ROLE[role]), ids_of(market)
    wrong = []
    for one in IN_ORDER:
        answer = caller.call(one, ids)
        shut = answer.status_code == (401 if role == "stranger" else 403)
        may = role in one.roles and one.name not in REFUSED.get(role, ())
        if shut == may or answer.status_code >= 500:
            wrong.append((one.name, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("scope", ["read", "buy", "bids", "hooks"])
def test_a_key_does_what_its_scope_says_and_nothing_else(app: Flask, market: Market, scope: str) -> None:
    caller, ids = Machine(app, market, OWNER, scope), ids_of(market)
    for one in IN_ORDER:
        answer = caller.call(one, ids)
        may = one.scope == scope and "owner" in one.roles
        assert (answer.status_code != 403) == may, (one.name, answer.text)


def plain(answer: Any, ids: dict[str, str]) -> str:
    text: str = answer.text
    for one in ids.values():
        text = text.replace(one, "ID")
    return text


def test_another_firms_things_answer_exactly_like_missing_ones(app: Flask, market: Market) -> None:
    theirs = ids_of(market)
    missing = {"listing_id": "7Q0QQ", "bid_id": "bu-none", "sale_id": "x" * len(theirs["sale_id"])}
    missing |= {"hook_id": "wh-" + "0" * 16, "post_id": "0" * 36}
    missing["batch_id"] = "d-" + "0" * (len(theirs["batch_id"]) - 2)
    other, before = Machine(app, market, OTHER_OWNER), market.desk.row_of("bid", "bu-sued")
    tried = []
    for one in OPERATIONS:
        if not one.ids or one.name in NOT_THEIRS or "owner" not in one.roles:
            continue
        foreign, none = other.call(one, theirs), other.call(one, missing)
        assert (foreign.status_code, none.status_code) == (404, 404), one.name
        assert plain(foreign, theirs) == plain(none, missing), one.name
        assert dict(foreign.headers).keys() == dict(none.headers).keys(), one.name
        tried.append(one.name)
    assert len(tried) == sum(bool(one.ids and "owner" in one.roles) for one in OPERATIONS) - len(NOT_THEIRS) >= 10
    assert market.desk.row_of("bid", "bu-sued") == before


def test_a_listing_that_does_not_concern_a_firm_is_missing_too(app: Flask, market: Market) -> None:
    hidden = _lead("7X3BU", "bu", 0, "70435 DE-BW", 1, "124 36", occupation="x", age="40", pension="1")
    market.list(hidden, recipients=("brandt",))
    named, other = Machine(app, market, OWNER), Machine(app, market, OTHER_OWNER)
    assert named.get("/market/7X3BU").status_code == 200
    foreign, none = other.get("/market/7X3BU"), other.get("/market/7X9ZZ")
    assert (foreign.status_code, foreign.text) == (404, none.text)
    assert "7X3BU" not in other.get("/market?size=200").text + other.get("/entries?since=bu:0").text
    assert "7X3BU" in named.get("/entries?since=bu:0").text
    assert other.post("/leads/7X3BU/buy", {"most_cents": 9900}).text == none.text


def test_a_key_of_one_firm_means_nothing_to_another(app: Flask, market: Market) -> None:
    first, other = Machine(app, market, OWNER), Machine(app, market, OTHER_OWNER)
    key = "key-of-both-firms"
    mine = first.post("/leads/7A1PV/buy", {"most_cents": 9900}, key=key).json
    theirs = other.post("/leads/7A1PV/buy", {"most_cents": 9900}, key=key)
    assert theirs.status_code == 200
    assert theirs.json["sale_id"] != mine["sale_id"]
    assert "Idempotent-Replayed" not in theirs.headers
    assert other.get(f"/purchases?key={key}").json["sale_id"] == theirs.json["sale_id"]


def test_contact_stands_in_the_purchase_alone(app: Flask, market: Market) -> None:
    """No other operation says who asked."""
    owner, ids = Machine(app, market, OWNER), ids_of(market)
    contact = owner.get(f"/purchases/{ids['sale_id']}").json["contact"]
    for one in OPERATIONS:
        if one.verb == "GET" and one.name != "show_purchase":
            said = owner.call(one, ids).text
            assert not [word for word in (contact["last_name"], contact["phone"], contact["email"]) if word in said]


def test_a_profile_cannot_be_written(app: Flask, market: Market) -> None:
    owner = Machine(app, market, OWNER)
    before = owner.get("/me").json
    for verb in ("PUT", "PATCH", "POST"):
        answer = owner.send(verb, "/me", {"role": "operator", "daily_limit_cents": 10**9, "firm": {"id": "krone"}})
        assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    assert owner.get("/me").json == before
