from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from exchange.instant import MINUTE_US
from exchange.orderbook.caps import Cap
from exchange.reports.bids import BidRow, bids_of
from tests.web.conftest import BRANDT, KRONE, Visitor, token_of
from tests.web.market import NOW, PICTURE, Market
from tests.web.people import untokened

pytestmark = pytest.mark.usefixtures("engine")

GOOD = {"sector": "wp", "name": "WP Süd", "region": ["DE-BW"], "limit": "20,50", "quantity": "3", "leads.day": "2"}


def bids(market: Market) -> dict[str, BidRow]:
    """Brandt & Vogel's bids by name."""
    with market.desk.store.read() as connection:
        return {bid.name: bid for bid in bids_of(connection, "brandt", NOW)}


def place(client: FlaskClient, **changed: object):  # type: ignore[no-untyped-def]
    form = {**GOOD, "key": "form-key-0001", "csrf_token": token_of(client), **changed}
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
    [("limit", "20,25"), ("limit", "viel"), ("limit", ""), ("quantity", "0"), ("quantity", "1.5"), ("leads.day", "x"),
     ("plz", "8a"), ("sector", "nope"), ("region", ["XX"]), ("name", "n" * 61)],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(brandt: FlaskClient, field: str, value: object) -> None:
    answer = place(brandt, **{field: value})
    assert answer.status_code == 422
    name = {"leads.day": "caps"}.get(field, field)
    assert f'id="e-{name}"' in answer.text
    assert f'href="#b-{name}"' in answer.text
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
    headers = {"X-CSRFToken": token_of(brandt)}
    assert brandt.post("/api/v1/bids/bu-sued/switch", json={"on": False}, headers=headers).json == {
        "id": "bu-sued",
        "on": False,
    }
    assert market.desk.row_of("bid", "bu-sued")["state"] == "paused"
    form = {"on": "1", "back": "/markt", "csrf_token": token_of(brandt)}
    assert brandt.post("/gebote/bu-sued/schalter", data=form).headers["Location"] == "/markt"
    assert market.desk.row_of("bid", "bu-sued")["state"] == "active"


def test_ending_a_bid_frees_what_it_held(brandt: FlaskClient, market: Market) -> None:
    held = market.desk.row_of("bid", "bu-sued")["reserved_cents"]
    before = market.desk.balance("brandt").available_cents
    brandt.post("/gebote/bu-sued/beenden", data={"csrf_token": token_of(brandt)})
    assert market.desk.balance("brandt").available_cents == before + held
    assert market.desk.row_of("bid", "bu-sued")["state"] == "cancelled"


def test_another_firms_bid_reads_like_one_that_does_not_exist(visitor: Visitor, market: Market) -> None:
    client = visitor(KRONE)
    headers = {"X-CSRFToken": token_of(client)}
    for bid_id in ("bu-sued", "none"):
        assert client.post(f"/api/v1/bids/{bid_id}/switch", json={"on": False}, headers=headers).status_code == 404
        for tail in ("schalter", "beenden"):
            form = {"on": "0", "csrf_token": token_of(client)}
            assert client.post(f"/gebote/{bid_id}/{tail}", data=form).status_code == 404
    assert "BU Süd" not in client.get("/gebote").text
    assert market.desk.row_of("bid", "bu-sued")["state"] == "active"


def test_a_bid_tells_when_it_acts(visitor: Visitor) -> None:
    assert "0 von 2 heute · greift 14:58" in visitor(BRANDT).get("/markt").text


def test_every_demand_of_the_form_becomes_a_term_and_comes_back(brandt: FlaskClient, market: Market) -> None:
    place(
        brandt,
        **{"is.heating": ["gas", "oil"], "min.built": "1970", "max.built": "1999", "age": "48", "seats": "exclusive",
           "budget": "90", "net.month": "60,50", "hours.0": "8–12, 13:30-18", "until": "2026-12-24",
           "not_from": ["quelle"]},
    )  # fmt: skip
    bid = bids(market)["WP Süd"]
    filters, terms = bid.filters, bid.terms
    assert [(c.key, c.operator, c.values) for c in filters.conditions] == [
        ("heating", "=", ("gas", "oil")),
        ("built", ">=", ("1970",)),
        ("built", "<=", ("1999",)),
    ]
    assert (filters.seats_at_most, filters.age_below_us, filters.not_from) == (1, 48 * 3_600_000_000, ("quelle",))
    assert terms.budget_cents == 9000
    assert [(cap.period, cap.leads, cap.net_cents) for cap in terms.caps] == [("day", 2, None), ("month", None, 6050)]
    assert terms.hours is not None
    assert terms.hours.windows == ((0, 480, 720), (0, 810, 1080))
    again = brandt.get(f"/gebote/{bid.bid_id}/aendern").text
    for said in ('value="gas" checked', 'value="1970"', 'value="48"', 'value="60,50"', "8:00–12:00, 13:30–18:00",
                 'value="2026-12-24"', 'value="90"', 'name="not_from" value="quelle" checked'):  # fmt: skip
        assert said in again


def changed(client: FlaskClient, bid_id: str, **fields: object):  # type: ignore[no-untyped-def]
    path = f"/gebote/{bid_id}/aendern"
    form = {"sector": "bu", "name": "BU Süd", "region": ["DE-BY", "DE-BW"], "seats": "exclusive", **fields}
    return client.post(path, data={**form, "csrf_token": token_of(client)})


def test_a_change_says_whether_the_place_is_kept_and_is_done(brandt: FlaskClient, market: Market) -> None:
    bid = bids(market)["BU Süd, exklusiv"]
    limit = f"{bid.limit_cents // 100}"
    terms = {"sector": "bu", "seats": "exclusive", "quantity": str(bid.quantity), "bid": "bu-sued"}
    regions = "".join(f"&region={code}" for code in bid.filters.regions or ())
    asked = "&".join(f"{name}={value}" for name, value in terms.items()) + regions
    assert "behält seinen Platz" in brandt.get(f"/gebote/vorschau?{asked}&limit={limit}").text
    assert "ans Ende der Reihe" in brandt.get(f"/gebote/vorschau?{asked}&limit=20").text
    assert changed(brandt, "bu-sued", limit="20", quantity="2").headers["Location"] == "/gebote/bu-sued"
    after = bids(market)["BU Süd"]
    assert (after.limit_cents, after.quantity) == (2000, 2)


def test_another_firms_bid_is_as_unknown_as_none(visitor: Visitor) -> None:
    krone = visitor(KRONE)
    for path in ("/gebote/{}", "/gebote/{}/aendern", "/gebote/vorschau?sector=bu&limit=20&bid={}"):
        foreign, missing = krone.get(path.format("bu-sued")), krone.get(path.format("no-such"))
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert untokened(foreign.text).replace("bu-sued", "no-such") == untokened(missing.text)
    form = {"csrf_token": token_of(krone)}
    assert krone.post("/gebote/bu-sued/beenden", data=form).status_code == 404


def test_a_bids_page_tells_what_it_bought_and_why_it_was_passed_over(visitor: Visitor, market: Market) -> None:
    market.desk.place("rlv", bid_id="one", buyer="brandt", limit_cents=3500, quantity=2, caps=(Cap("day", leads=1),))
    market.list(replace(PICTURE[5], lead_id="7S1RL"), person=2)
    market.go(NOW + 90 * MINUTE_US)
    text = visitor(BRANDT).get("/gebote/one").text
    assert 'href="/leads/7R6RL"' in text
    assert "35,00" in text
    assert "Obergrenze erreicht" in text
    assert "Höchstens je Tag" in text


def test_the_preview_speaks_while_the_form_is_still_empty(brandt: FlaskClient) -> None:
    assert "Sobald Limit und Anzahl" in brandt.get("/gebote/vorschau?sector=bu").text
    text = brandt.get("/gebote/vorschau?sector=pkv&limit=60&quantity=3").text
    assert "Passt auf" in text
    assert "Erster Kauf" in text or "Kauft sofort" in text


def test_without_a_bid_the_page_says_what_one_is_good_for(visitor: Visitor) -> None:
    text = visitor(KRONE).get("/gebote").text
    assert "Noch kein Dauergebot." in text
    assert "Zum Markt" in text
