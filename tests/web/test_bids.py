import pytest
from flask.testing import FlaskClient

from tests.web.conftest import BRANDT, KRONE, Visitor, token_of
from tests.web.market import Market

pytestmark = pytest.mark.usefixtures("engine")

GOOD = {"sector": "wp", "name": "WP Süd", "region": ["DE-BW"], "limit": "20,50", "quantity": "3", "daily": "2"}


def place(client: FlaskClient, **changed: object):  # type: ignore[no-untyped-def]
    form = {**GOOD, "key": "form-key-0001", "csrf_token": token_of(client, "/gebote/neu"), **changed}
    return client.post("/gebote/neu", data=form)


def test_a_bid_from_the_form_rests_and_reserves(brandt: FlaskClient, market: Market) -> None:
    before = market.desk.balance("brandt").available_cents
    assert place(brandt).headers["Location"] == "/gebote"
    text = brandt.get("/gebote").text
    assert "WP Süd" in text
    assert "BW" in text
    assert before - market.desk.balance("brandt").available_cents == 3 * (2050 + 390)


def test_the_same_form_twice_is_one_bid(brandt: FlaskClient) -> None:
    place(brandt)
    place(brandt)
    assert brandt.get("/gebote").text.count(">WP Süd<") == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("limit", "20,25"), ("limit", "viel"), ("limit", ""), ("quantity", "0"), ("quantity", "1.5"), ("daily", "x"),
     ("plz", "8a"), ("sector", "nope"), ("region", ["XX"]), ("name", "n" * 61)],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(brandt: FlaskClient, field: str, value: object) -> None:
    answer = place(brandt, **{field: value})
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text
    assert f'href="#b-{field}"' in answer.text
    assert "<title>Fehler: " in answer.text


def test_a_bid_the_wallet_does_not_cover_is_refused_in_words(brandt: FlaskClient) -> None:
    answer = place(brandt, limit="90", quantity="999")
    assert answer.status_code == 409
    assert "Das Guthaben reicht nicht." in answer.text


def test_the_form_is_filled_from_the_boards_filters(brandt: FlaskClient) -> None:
    text = brandt.get("/gebote/neu?sector=bu&region=DE-BY&plz=80,81&limit=44&seats=exclusive").text
    assert '<option value="bu" selected>' in text
    assert 'value="DE-BY" checked' in text
    assert 'value="80,81"' in text
    assert '<option value="exclusive" selected>' in text


def test_the_switch_pauses_and_resumes(brandt: FlaskClient, market: Market) -> None:
    headers = {"X-CSRFToken": token_of(brandt, "/markt")}
    assert brandt.post("/api/v1/bids/bu-sued/switch", json={"on": False}, headers=headers).json == {
        "id": "bu-sued",
        "on": False,
    }
    assert market.desk.row_of("bid", "bu-sued")["state"] == "paused"
    form = {"on": "1", "back": "/markt", "csrf_token": token_of(brandt, "/markt")}
    assert brandt.post("/gebote/bu-sued/schalter", data=form).headers["Location"] == "/markt"
    assert market.desk.row_of("bid", "bu-sued")["state"] == "active"


def test_ending_a_bid_frees_what_it_held(brandt: FlaskClient, market: Market) -> None:
    held = market.desk.row_of("bid", "bu-sued")["reserved_cents"]
    before = market.desk.balance("brandt").available_cents
    brandt.post("/gebote/bu-sued/beenden", data={"csrf_token": token_of(brandt, "/gebote")})
    assert market.desk.balance("brandt").available_cents == before + held
    assert market.desk.row_of("bid", "bu-sued")["state"] == "cancelled"


def test_another_firms_bid_reads_like_one_that_does_not_exist(visitor: Visitor, market: Market) -> None:
    client = visitor(KRONE)
    headers = {"X-CSRFToken": token_of(client, "/markt")}
    for bid_id in ("bu-sued", "none"):
        assert client.post(f"/api/v1/bids/{bid_id}/switch", json={"on": False}, headers=headers).status_code == 404
        for tail in ("schalter", "beenden"):
            form = {"on": "0", "csrf_token": token_of(client, "/markt")}
            assert client.post(f"/gebote/{bid_id}/{tail}", data=form).status_code == 404
    assert "BU Süd" not in client.get("/gebote").text
    assert market.desk.row_of("bid", "bu-sued")["state"] == "active"


def test_a_bid_tells_when_it_acts(visitor: Visitor) -> None:
    assert "0 von 2 heute · greift 14:58" in visitor(BRANDT).get("/markt").text
