"""The curve studio over HTTP: drawing by form, previews, drafts, four eyes, activation, limits, and the same by API."""

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from exchange.desk import OfferedLead
from exchange.instant import HOUR_US, MINUTE_US, SECOND_US
from exchange.reports.tunings import in_force
from exchange.web.app import create_app
from exchange.web.market_office import form_instant
from tests.desk.floor import proven
from tests.web.calls import CURVE, Machine
from tests.web.conftest import Visitor, token_of
from tests.web.market import NOW, PASSWORD, Market
from tests.web.people import BY_ROLE, complete

OTTO = "otto@example.de"
WHY = "Käufer warten bis zum Ende"


@pytest.fixture
def olga(market: Market, visitor: Visitor) -> FlaskClient:
    complete(market)
    market.entrance.add_user(email=OTTO, name="Otto Zweiter", role="operator", organisation=None, password=PASSWORD)
    return visitor(BY_ROLE["operator"])


@pytest.fixture
def otto(olga: FlaskClient, visitor: Visitor) -> FlaskClient:
    return visitor(OTTO)


def form_of(client: FlaskClient, path: str = "/kurven/bu") -> dict[str, str]:
    """The studio's form as a browser would send it back untouched."""
    page = client.get(path).text
    form = page[page.index('<form id="studio"') : page.index('id="checks-part"')]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="radio"' not in tag or " checked" in tag):
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def preview(client: FlaskClient, form: dict[str, str] | None = None, **changed: str) -> dict[str, Any]:
    """What the studio's script is answered."""
    told = (form or form_of(client)) | {
        name.replace("_", "-") if "pt_" in name else name: text for name, text in changed.items()
    }
    answer = client.post("/kurven/bu/vorschau", data=told, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    return answer.get_json()


def post(client: FlaskClient, act: str, **form: str):  # type: ignore[no-untyped-def]
    return client.post(f"/kurven/bu/{act}", data={"csrf_token": token_of(client), **form})


def save(client: FlaskClient, **changed: str):  # type: ignore[no-untyped-def]
    drawn = preview(client, family="points")["values"] if not changed else preview(client, **changed)["values"]
    return client.post("/kurven/bu/entwurf", data=form_of(client) | drawn)


def drawn(market: Market, name: str) -> int:
    """The curve a lead listed now gets."""
    lead = OfferedLead(
        listing_id=name,
        region="DE-BY",
        postcode="86150",
        seats=1,
        start_cents=5800,
        floor_cents=1500,
        asked_at=market.clock.now() - SECOND_US,
        draw=0,
    )
    (answer,) = market.desk.list_leads("bu", supplier="quelle", leads=[lead])
    return answer.outcomes[0].curve


def test_a_form_sent_back_untouched_is_the_curve_it_was_drawn_from(olga: FlaskClient) -> None:
    for family in ("steps", "points", "hyperbolic", "two-phase"):
        before = form_of(olga) | preview(olga, family=family)["values"]
        after = preview(olga, before)
        assert after["problems"] == {}
        assert {name: before[name] for name in after["values"]} == after["values"]


def test_what_is_typed_and_moved_comes_back_drawn(olga: FlaskClient) -> None:
    form = form_of(olga) | preview(olga, family="points")["values"]
    typed = preview(olga, form, pt_price_2="40,00", pt_min_2="24")
    assert (typed["values"]["pt-price-2"], typed["values"]["pt-min-2"]) == ("40,00", "24")
    assert 'data-testid="handle-2"' in typed["parts"]["chart"]
    pushed = preview(olga, form, handle="point-1", to_us=str(10 * MINUTE_US), to_cents="4412")
    assert (pushed["values"]["pt-min-1"], pushed["values"]["pt-price-1"]) == ("10", "44,00")
    longer = preview(olga, form, duration="2 h", grace="5")
    assert (longer["values"]["duration"], longer["values"]["pt-min-1"]) == ("120", "5")
    more = preview(olga, form, act="add")
    assert len([name for name in more["values"] if name.startswith("pt-min-")]) == 8
    fewer = preview(olga, form, act="remove-1")
    assert len([name for name in fewer["values"] if name.startswith("pt-min-")]) == 6
    half = preview(olga, form, family="exponential")["values"]
    assert preview(olga, form_of(olga) | half, half_life_us="30")["values"]["half_life_us"] == "30"


def test_what_does_not_fit_is_said_where_it_is(olga: FlaskClient) -> None:
    form = form_of(olga) | preview(olga, family="points")["values"]
    rising = preview(olga, form, pt_price_2="54,50")
    assert rising["problems"] == {"pt-price-2": "rises"} or rising["problems"] == {"pt-price-2": "outside"}
    assert 'aria-invalid="true"' in rising["parts"]["points"]
    assert "Der Preis steigt hier" in preview(olga, form, pt_price_3="54,00")["parts"]["points"]
    for name, text, word in (
        ("duration", "lang", "time"),
        ("start", "55,10", "grid"),
        ("floor", "60", "above"),
        ("grace", "90", "room"),
        ("pt_min_2", "5", "order"),
        ("act", "remove-9", "range"),
    ):
        assert list(preview(olga, form, **{name: text})["problems"].values()) == [word], name
    kept = olga.post("/kurven/bu/entwurf", data=form | {"pt-price-3": "54,00"})
    assert kept.status_code == 400
    assert "markierten Felder" in kept.text


def test_without_scripts_the_page_comes_back_drawn(olga: FlaskClient) -> None:
    answer = olga.post("/kurven/bu/vorschau", data=form_of(olga) | {"family": "linear"})
    assert answer.status_code == 200
    assert re.search(r'name="family" value="linear" checked', answer.text)


def test_from_the_draft_to_the_market(olga: FlaskClient, otto: FlaskClient, market: Market, visitor: Visitor) -> None:
    assert save(olga).status_code == 303
    assert "Entwurf v15" in olga.get("/kurven/bu").text
    refused = post(olga, "entwurf/anfordern", revision="1", reason=WHY, when="approval")
    assert refused.status_code == 400
    assert "Grenze ist verletzt" in refused.text
    assert save(olga, pt_price_5="10,50").status_code == 303
    assert post(olga, "entwurf/anfordern", revision="2", reason=" ", when="approval").status_code == 400
    at = form_instant(NOW, 2)
    assert post(olga, "entwurf/anfordern", revision="2", reason=WHY, when="at", at=at).status_code == 303
    assert "wartet auf Freigabe" in olga.get("/kurven/bu").text
    assert post(olga, "entwurf/freigeben", revision="3").status_code == 403
    assert post(otto, "entwurf/freigeben", revision="2").status_code == 409
    assert post(otto, "entwurf/freigeben", revision="3").status_code == 303
    page = otto.get("/kurven/bu").text
    assert WHY in page
    assert "geplant v15" in page
    market.go(NOW + HOUR_US)
    assert drawn(market, "N1") == 14
    market.go(NOW + 2 * HOUR_US)
    assert drawn(market, "N2") == 15
    otto = visitor(OTTO)
    assert post(otto, "aktivieren", version="14", reason="Erlös fiel").status_code == 303
    assert drawn(market, "N3") == 14
    assert "Zurückgeholt von Otto Zweiter" in otto.get("/kurven/bu").text
    assert proven(market.desk)


def test_a_plan_is_called_off_and_limits_are_set(olga: FlaskClient, market: Market, visitor: Visitor) -> None:
    at = form_instant(NOW, 3)
    assert post(olga, "aktivieren", version="14", reason="wie gehabt", at=at).status_code == 303
    with market.desk.store.read() as connection:
        ((from_at, _),) = in_force(connection, "bu", NOW).plans
    assert post(olga, "absagen", from_at=str(from_at), reason="doch nicht").status_code == 303
    assert post(olga, "absagen", from_at=str(from_at), reason="doch nicht").status_code == 400
    limits = {"fall": "50", "pace": "10", "hold": "60", "least": "", "cost": "8,50", "revision": "0"}
    assert post(olga, "grenzen", **limits, reason="neu gerechnet").status_code == 303
    assert post(olga, "grenzen", **limits, reason="neu gerechnet").status_code == 409
    otto = visitor(OTTO)
    assert "Größter Fall je Stufe: 20 → 50 %" in otto.get("/kurven/bu").text
    assert "Eine andere Person muss sie in Kraft setzen." in olga.get("/kurven/bu").text
    looser = limits | {"revision": "1"}
    assert post(olga, "grenzen", **looser, reason="nun doch").status_code == 403
    assert post(otto, "grenzen", **looser, reason="geprüft").headers["Location"].endswith("fertig=limits")
    assert 'data-testid="looser"' not in olga.get("/kurven/bu").text
    page = olga.get("/kurven/bu").text
    assert "Nie unter den Kosten von 8,50" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert save(olga).status_code == 303
    assert post(olga, "entwurf/anfordern", revision="1", reason=WHY, when="known").status_code == 303
    assert post(olga, "entwurf/zuruecknehmen", revision="2").status_code == 303
    assert post(olga, "entwurf/verwerfen", revision="3").status_code == 303
    assert post(olga, "entwurf/nichts", revision="3").status_code == 400


def test_a_house_with_one_operator_is_told_so(market: Market, visitor: Visitor) -> None:
    complete(market)
    olga = visitor(BY_ROLE["operator"])
    assert "Nur ein Marktbetreiber" in olga.get("/kurven/bu").text
    assert olga.get("/kurven").status_code == 302
    assert olga.get("/kurven/nirgends").status_code == 404
    assert visitor(BY_ROLE["owner"]).get("/kurven/bu").status_code == 403


def test_the_same_by_api(olga: FlaskClient, market: Market) -> None:
    app = create_app(market.premises())
    first, second = (Machine(app, market, email, "read", "curves") for email in (BY_ROLE["operator"], OTTO))
    tried = first.post("/curves/bu/preview", CURVE)
    assert tried.json["steps"][0] == {"elapsed_us": 0, "ask_cents": 5800}
    assert {one["state"] for one in tried.json["checks"]} == {"ok", "open"}
    assert (
        first.send("PUT", "/curves/bu/draft", CURVE | {"curve": {"family": "linear"}, "revision": None}).status_code
        == 400
    )
    assert first.send("PUT", "/curves/bu/draft", CURVE | {"revision": None}).json["revision"] == 1
    assert second.send("PUT", "/curves/bu/draft", CURVE | {"revision": None}).status_code == 409
    asked = first.post("/curves/bu/draft/request", {"revision": 1, "reason": WHY, "then": "activate"})
    assert (asked.json["state"], asked.json["revision"]) == ("asked", 2)
    assert first.post("/curves/bu/draft/approve", {"revision": 2}).status_code == 403
    assert second.post("/curves/bu/draft/approve", {"revision": 2}).json == {"version": 15}
    assert drawn(market, "N1") == 15
    assert second.post("/curves/bu/activate", {"version": 14, "reason": "Erlös fiel"}).json == {"done": "roll_back"}
    told = Machine(app, market, BY_ROLE["analyst"], "read").get("/curves/bu").json
    assert [one["state"] for one in told["history"]] == ["active", "past", "past"]
    assert told["history"][1]["reason"] == WHY
    assert [one["version"] for one in told["versions"]] == [14, 15]
    assert (
        Machine(app, market, OTTO, "read").post("/curves/bu/activate", {"version": 15, "reason": "ohne"}).status_code
        == 403
    )
