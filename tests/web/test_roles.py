"""Every route against every role, and every id of one firm against another firm."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from exchange.access.users import user_by_email
from exchange.schema import metadata
from exchange.web.roles import MATRIX, ROLES
from tests.web.application import app_in
from tests.web.calls import delivery, hook_of
from tests.web.conftest import Visitor, token_of
from tests.web.market import Market
from tests.web.people import BY_ROLE, OTHER_OWNER, OWNER, complete, user_id

pytestmark = pytest.mark.usefixtures("engine")

SEEN_BY_ALL = {
    "board.show",
    "board.confirm",
    "board.box",
    "board.alike",
    "board.watch",
    "leads.buy_here",
    "api.buy_lead",
    "api.buy_out_lead",
    "api.show_listing",
    "specification.show",
}
"""Routes that name a listing of the market, which every firm its consent covers may see and buy."""


@pytest.fixture
def app(market: Market) -> Flask:
    complete(market)
    return app_in(market.premises())


def routes(app: Flask) -> list[tuple[str, str, str, list[str]]]:
    """Endpoint, method, path with blanks, and the blanks' names."""
    return sorted(
        (rule.endpoint, method, rule.rule, sorted(rule.arguments))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def path_of(rule: str, ids: dict[str, str]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: ids.get(found[1], "nothing"), rule)


def call(client: FlaskClient, method: str, path: str, **form: Any) -> Any:
    """A request as its page would send it."""
    if method == "GET":
        return client.get(path)
    token = token_of(client)
    if path.startswith("/api/"):
        return client.open(
            path, method=method, json=form, headers={"X-CSRFToken": token, "Idempotency-Key": "key-of-a-test"}
        )
    return client.open(path, method=method, data={"csrf_token": token, **form})


def test_every_route_has_a_line_and_every_line_a_route(app: Flask) -> None:
    assert {endpoint for endpoint, *_ in routes(app)} == set(MATRIX)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_comes_where_the_table_says_and_nowhere_else(app: Flask, role: str, visitor: Visitor) -> None:
    wrong, client = [], visitor(BY_ROLE[role])
    for endpoint, method, rule, _ in routes(app):
        if endpoint in ("static", "auth.leave", "auth.login") or endpoint not in MATRIX:
            continue
        answer = call(client, method, path_of(rule, {}))
        asked_to_log_in = answer.status_code == 401 or "/anmelden" in answer.headers.get("Location", "")
        refused = answer.status_code == 403 or (role == "stranger" and asked_to_log_in)
        if refused == (role in MATRIX[endpoint].roles) or answer.status_code >= 500:
            wrong.append((endpoint, method, answer.status_code))
    assert wrong == []


def own_ids(market: Market, client: FlaskClient) -> dict[str, str]:
    """Things that belong to the first firm, by the name routes give their kind."""
    with market.desk.store.read() as connection:
        owner = user_by_email(connection, OWNER)
        session = connection.exec_driver_sql("SELECT token_hash FROM sessions").scalars().first()
        sale = connection.exec_driver_sql("SELECT sale_id FROM sales WHERE listing_id = '7H5BU'").scalar_one()
    assert owner is not None
    hook_id, post_id = hook_of(market, OWNER)
    _, key = market.premises().keyring.make(owner, name="CRM", scopes=("read",), days=30)
    call(client, "POST", "/leads/7H5BU/versuche", channel="phone", result="missed")
    attempt = re.search(r"/versuche/([^/\"]+)/zurueck", client.get("/leads/7H5BU").text)
    return {
        "listing_id": "7H5BU",
        "bid_id": "bu-sued",
        "sale_id": str(sale),
        "user_id": user_id(market, "j.berater@brandt-vogel.example"),
        "key_id": key.key_id,
        "session_id": str(session)[:16],
        "attempt_id": attempt[1] if attempt else "attempt-0000",
        "hook_id": hook_id,
        "post_id": post_id,
        "reference": market.premises().deposits.announce(owner, 5_000),
        "delivery_id": delivery(market, owner.organisation),
        "batch_id": delivery(market, owner.organisation),
        "row": "4217093",
    }


def plain(answer: Any, ids: dict[str, str], names: list[str]) -> str:
    """An answer's body without form tokens and without the ids that were asked for."""
    text = re.sub(r'(content|value)="[^"]{40,}"', "", answer.text)
    text = re.sub(r"\d\d:\d\d:\d\d", "", text)
    for name in names:
        text = text.replace(ids[name], "ID")
    return text


def test_another_firms_ids_answer_exactly_like_missing_ones(app: Flask, market: Market, visitor: Visitor) -> None:
    theirs = own_ids(market, visitor(OWNER))
    missing = {name: "none" + one[4:] if len(one) > 6 else "9Z9ZZ" for name, one in theirs.items()}
    before = market.desk.row_of("bid", "bu-sued")
    wrong, tried, client = [], 0, visitor(OTHER_OWNER)
    for endpoint, method, rule, names in routes(app):
        if not names or endpoint in SEEN_BY_ALL | {"static"} or "owner" not in MATRIX[endpoint].roles:
            continue
        assert set(names) <= set(theirs), f"{endpoint}: say in own_ids what belongs to the other firm"
        form = {"on": True if rule.startswith("/api/") else "1", "role": "advisor"}
        if rule.startswith("/api/"):
            del form["role"]
        foreign = call(client, method, path_of(rule, theirs), **form)
        none = call(client, method, path_of(rule, missing), **form)
        tried += 1
        if foreign.status_code != none.status_code or plain(foreign, theirs, names) != plain(none, missing, names):
            wrong.append((endpoint, method, foreign.status_code, none.status_code))
        if foreign.status_code < 400:
            wrong.append((endpoint, method, "was let through"))
    assert wrong == []
    assert tried > 12
    assert market.desk.row_of("bid", "bu-sued") == before


def test_a_role_taken_away_is_gone_at_the_next_request(app: Flask, market: Market, visitor: Visitor) -> None:
    client = visitor("j.berater@brandt-vogel.example")
    assert client.get("/guthaben").status_code == 200
    with market.desk.store.read() as connection:
        owner = user_by_email(connection, OWNER)
    assert owner is not None
    someone = user_id(market, "j.berater@brandt-vogel.example")
    market.premises().staff.change(owner, someone, role="supplier", daily_limit_cents=None)
    assert client.get("/guthaben").status_code == 403


def test_nothing_changes_by_looking(app: Flask, market: Market, visitor: Visitor) -> None:
    def state() -> list[Any]:
        with market.desk.store.read() as connection:
            tables = ("tape", "transfers", "bids", "sales", "listings", "wallets", "users", "api_keys", "links")
            return [connection.execute(select(metadata.tables[name])).all() for name in tables]

    client = visitor(OWNER)
    ids, before = own_ids(market, client), state()
    for _, method, rule, _ in routes(app):
        if method == "GET":
            client.get(path_of(rule, ids))
    assert state() == before
