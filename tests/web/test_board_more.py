"""Watched leads, answers, own bids, what waiting brings, what is offered instead: all that stands beside the rows."""

import re

import pytest
from flask.testing import FlaskClient

from exchange.access.users import user_by_email
from tests.web.conftest import BRANDT, KRONE, Visitor, token_of
from tests.web.market import PICTURE, Market, _lead
from tests.web.test_board import CANARIES, ids

pytestmark = pytest.mark.usefixtures("engine")


def watch(client: FlaskClient, listing_id: str, on: str = "1") -> int:
    headers = {"X-CSRFToken": token_of(client)}
    return client.post(f"/markt/{listing_id}/merken", data={"on": on}, headers=headers).status_code


def test_what_is_watched_is_the_users_own(visitor: Visitor) -> None:
    brandt, krone = visitor(BRANDT), visitor(KRONE)
    assert watch(brandt, "7K2KV") == 200
    assert watch(brandt, "7K2KV") == 200, "twice is once"
    assert ids(brandt.get("/markt?watched=1").text) == ["7K2KV"]
    assert ids(krone.get("/markt?watched=1").text) == []
    assert watch(brandt, "7K2KV", "0") == 200
    assert ids(brandt.get("/markt?watched=1").text) == []


def test_watching_needs_a_form_token_and_a_lead_one_may_see(visitor: Visitor, market: Market) -> None:
    market.list(_lead("8N1BU", "bu", 0, "70435 DE-BW", 1, "124 36", occupation="Koch", age="40"), recipients=("krone",))
    brandt = visitor(BRANDT)
    assert brandt.post("/markt/7K2KV/merken", data={"on": "1"}).status_code == 400
    assert watch(brandt, "8N1BU") == 404
    assert watch(brandt, "nothing") == 404
    assert watch(visitor(KRONE), "8N1BU") == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sector=bu&is.smoker=no", ["7F3BU", "7C3BU"]),
        ("sector=bu&min.age=20", ["7F3BU"]),
        ("sector=bu&is.request=new&is.request=compare&max.age=20", ["7C3BU"]),
        ("sector=wp&max.built=1990&is.heating=oil", []),
        ("is.smoker=no", [sketch.lead_id for sketch in PICTURE]),
        ("sector=bu&min.age=x", ["7F3BU", "7C3BU"]),
        ("fit=1", ["7F3BU", "7K2KV", "7R6RL"]),
    ],
)
def test_answers_and_own_bids_filter(brandt: FlaskClient, query: str, found: list[str]) -> None:
    assert ids(brandt.get(f"/markt?{query}").text) == found


def test_another_sector_asks_other_questions(brandt: FlaskClient) -> None:
    text = brandt.get("/markt?sector=bu&is.smoker=no").text
    links = dict(re.findall(r'<a href="([^"]*)"[^>]* data-tab="([a-z]*)"', text))
    assert all("smoker" not in href for href, code in links.items() if code != "bu")


def test_the_opened_lead_says_what_waiting_brings(brandt: FlaskClient, market: Market) -> None:
    text = brandt.get("/markt/7K2KV/box").text
    assert 'data-testid="waiting"' in text
    assert "Ihr Gebot nimmt diesen Lead um 14:58, wenn niemand schneller ist." in text
    assert "zu wenige frühere Leads (PKV exklusiv)" in text
    market.desk.halt("pkv", reason="Preise werden geprüft")
    assert 'data-testid="waiting"' not in brandt.get("/markt/7K2KV/box").text, "nobody knows when it goes on"


def test_what_is_offered_instead_holds_no_contact(brandt: FlaskClient, market: Market) -> None:
    market.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9_900)
    answer = brandt.get("/markt/7K2KV/aehnlich")
    assert answer.json == {
        "count": 1,
        "href": "/markt?sector=pkv",
        "leads": [
            {
                "id": "7E8KV",
                "title": "Beihilfe, Anwärter/in",
                "where": "970•• Würzburg",
                "ask": "59,50\N{NO-BREAK SPACE}€",
            }
        ],
    }
    assert not [word for word in CANARIES if word in answer.text]
    assert brandt.get("/markt/nothing/aehnlich").status_code == 404


def test_a_users_limit_stands_in_the_rail_and_on_the_rows(visitor: Visitor, market: Market) -> None:
    with market.desk.store.read() as connection:
        owner = user_by_email(connection, BRANDT)
    assert owner is not None
    market.premises().staff.change(owner, owner.user_id, role="owner", daily_limit_cents=6_000)
    text = visitor(BRANDT).get("/markt").text
    assert "0,00\N{NO-BREAK SPACE}€ von 60,00\N{NO-BREAK SPACE}€" in text
    assert re.search(r'data-testid="buy-7K2KV"[^>]*>Limit<', text)
    assert re.search(r'data-testid="buy-7F3BU"[^>]*>Kaufen<', text)
