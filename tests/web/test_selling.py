"""Suppliers' own pages and operations: figures with their cases, one lead's story, earnings, advice; never a buyer."""

import csv
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exchange.catalogue import SECTORS
from exchange.instant import DAY_US, HOUR_US
from exchange.intake.columns import REQUIRED, ColumnMap, match
from exchange.staging import Intake
from exchange.staging.listing import Plan
from exchange.web.formats import Lang
from exchange.web.supply_template import template_of
from tests.staging.suppliers import NORD, counted, deliver, drawn, user, write
from tests.web.application import app_in
from tests.web.calls import Machine, sale_of
from tests.web.conftest import Visitor, log_in
from tests.web.market import NOW, PICTURE, Market
from tests.web.people import send
from tests.web.test_audiences import text_of

OTHER = "a@quelle.example"
PAGES = ("", "/quellen", "/leads", "/erloese", "/preise", "/preise?sparte=pv&plz=86150&a-roof=pitched&preis=20")
SOLAR = next(sketch for sketch in PICTURE if sketch.sector == "pv")


@pytest.fixture
def app(market: Market) -> Flask:
    return app_in(market.premises())


@pytest.fixture
def nord(visitor: Visitor) -> FlaskClient:
    return visitor(NORD)


def another(market: Market) -> None:
    """A second supplier with a user."""
    market.desk.join("andere", name="Andere Quelle", supplier=True)
    market.entrance.add_user(
        email=OTHER, name="A", role="supplier", organisation="andere", password="seven lime lanterns"
    )


def many_ended(market: Market, sold: int, expired: int) -> None:
    """Exclusive leads of one sector that have ended, the first of them sold at once for 40 euros."""
    for number in range(sold + expired):
        sketch = replace(SOLAR, lead_id=f"8S{number:03d}", seats=1, start_cents=4000, floor_cents=1000)
        market.list(sketch)
        if number < sold:
            market.desk.buy("pv", buyer="krone", listing_id=sketch.lead_id, most_cents=4000)
    market.go(market.clock.now() + 3 * HOUR_US)


def test_few_cases_give_counts_and_no_rate(nord: FlaskClient) -> None:
    text = text_of(nord.get("/lieferungen").text)
    assert "Erlös nach Gebühr 141,30 € netto" in text
    assert "Verkaufsquote – 2 von 2 beendeten Leads" in text
    assert "erst ab 20 Fällen" in text
    assert "In diesem Zeitraum wurde kein Verkauf reklamiert." in text


@pytest.mark.usefixtures("engine")
def test_enough_cases_give_rates_and_advice(market: Market, app: Flask) -> None:
    program = Machine(app, market, NORD)
    assert program.get("/supply/advice?sector=pv").json["enough"] is False
    many_ended(market, sold=20, expired=32)
    total = program.get("/supply/figures?days=7").json["total"]
    ended = total["ended"]
    assert total["sell_through_bp"] == total["ended_sold"] * 10_000 // ended
    assert ended >= 52
    by = {(one["by"], one["name"]): one for one in program.get("/supply/figures?days=7").json["groups"]}
    assert by["sector", "pv"]["seats"] == 20
    assert by["sector", "pv"]["price_bp"] == 10_000
    told = program.get("/supply/advice?sector=pv&floor_cents=4000&postcode=86150&answers=roof:pitched").json
    assert (told["cases"], told["sold"], told["at_floor"]) == (52, 20, 20)
    assert told["same_region"] == told["same_answers"] == 52
    assert {one["cents"] for one in told["fetched"]} == {4000}
    assert program.get("/supply/advice?sector=pv&floor_cents=4001").json["at_floor"] == 0
    assert program.get("/supply/advice?sector=pv&seats=3").json["enough"] is False


def test_every_page_names_no_buyer_in_both_languages(nord: FlaskClient, market: Market) -> None:
    for lang in ("de", "en"):
        send(nord, "/darstellung", lang=lang, next="/lieferungen")
        for page in (*PAGES, "/leads/7H5BU"):
            answer = nord.get(f"/lieferungen{page}")
            assert answer.status_code == 200, page
            assert not re.search("Brandt|Kronenberg|Lindner", answer.text), page


def test_a_leads_story_and_its_consent_taken_back(nord: FlaskClient, market: Market) -> None:
    page = nord.get("/lieferungen/leads/7H5BU").text
    text = text_of(page)
    assert "Wer gekauft hat, erfahren Lieferanten nicht." in text
    assert "43,50 € 4,35 € 39,15 €" in text
    assert len(re.findall(r'data-testid="consent-hash">[0-9a-f]{64}<', page)) == 1
    assert "Verkauf eines Platzes" in text
    asked = text_of(nord.get("/lieferungen/leads/7A1PV/widerruf").text)
    assert "3 offene Plätze werden sofort geschlossen" in asked
    assert "0 Käufer werden benachrichtigt" in asked
    assert send(nord, "/lieferungen/leads/7A1PV/widerruf", reason="x").status_code == 400
    assert market.desk.row_of("listing", "7A1PV")["state"] == "open"
    answer = send(nord, "/lieferungen/leads/7A1PV/widerruf", reason="Anruf der Person")
    assert answer.status_code == 303
    assert market.desk.row_of("listing", "7A1PV")["state"] == "withdrawn"
    assert "Einwilligung widerrufen am" in nord.get(answer.location).text


def test_a_claim_that_was_upheld_is_in_story_and_figures(nord: FlaskClient, market: Market, app: Flask) -> None:
    sale_id = sale_of(market, "7H5BU")
    market.desk.claim("bu", sale_id=sale_id, buyer="brandt", ground="number-not-in-service")
    assert "spätestens" in text_of(nord.get("/lieferungen/leads/7H5BU").text)
    market.desk.rule("bu", sale_id=sale_id, ruling="uphold")
    text = text_of(nord.get("/lieferungen/leads/7H5BU").text)
    assert "Erlös dieses Leads 0,00 €" in text
    assert "anerkannt Rufnummer nicht vergeben, 43,50 € netto zurückgebucht" in text
    program = Machine(app, market, NORD)
    total = program.get("/supply/figures?days=7").json["total"]
    assert total["claims"] == [{"ground": "number-not-in-service", "state": "upheld", "count": 1}]
    assert total["revenue_cents"] == program.get("/supply/earnings").json["pending_cents"] == 14130 - 3915


def test_another_suppliers_leads_answer_like_missing_ones(visitor: Visitor, market: Market, app: Flask) -> None:
    another(market)
    client = visitor("")
    log_in(client, OTHER, "seven lime lanterns")
    program = Machine(app, market, OTHER)
    for page in ("/lieferungen/leads/{}", "/lieferungen/leads/{}/widerruf", "/lieferungen/leads/{}/einwilligung.json"):
        theirs, none = client.get(page.format("7H5BU")), client.get(page.format("7Q0QQ"))
        assert (theirs.status_code, none.status_code) == (404, 404)
    assert send(client, "/lieferungen/leads/7K2KV/widerruf", reason="Anruf der Person").status_code == 404
    assert market.desk.row_of("listing", "7K2KV")["state"] == "open"
    theirs, none = program.get("/supply/leads/7H5BU"), program.get("/supply/leads/7Q0QQ")
    assert (theirs.status_code, theirs.text.replace("7H5BU", "7Q0QQ")) == (404, none.text)
    assert program.get("/supply/leads").json == {"listings": [], "next": None}
    assert program.get("/supply/figures").json["total"]["ended"] == 0
    assert program.get("/supply/earnings").json["pending_cents"] == 0
    for file in ("leads.csv", "erloese.csv?tage=7"):
        assert "7H5BU" not in client.get(f"/lieferungen/{file}").text


@pytest.mark.usefixtures("engine")
def test_the_list_by_filter_page_and_file(nord: FlaskClient, market: Market, app: Flask) -> None:
    program = Machine(app, market, NORD)
    first = program.get("/supply/leads?size=5").json
    second = program.get(f"/supply/leads?size=60&after={first['next']}").json
    assert len({one["id"] for one in first["listings"] + second["listings"]}) == 13
    assert [one["id"] for one in program.get("/supply/leads?state=sold").json["listings"]] == ["7H4RL", "7H5BU"]
    assert program.get("/supply/leads?source=nirgends").json["listings"] == []
    lines = list(csv.reader(StringIO(nord.get("/lieferungen/leads.csv?stand=sold").text)))
    assert [line[0] for line in lines] == ["lead", "7H4RL", "7H5BU"]
    assert lines[2][10] == "39.15"
    told = program.get("/supply/leads/7H5BU").json
    assert told["sales"][0]["part_cents"] == told["earned_cents"] == told["pending_cents"] == 3915
    assert told["consent"]["uses"] == [{"at": told["sales"][0]["sold_at"], "kind": "sale"}]


@pytest.mark.usefixtures("engine")
def test_earnings_become_payable_after_the_claim_window(nord: FlaskClient, market: Market, app: Flask) -> None:
    program = Machine(app, market, NORD)
    before = program.get("/supply/earnings?days=7").json
    assert before["pending_cents"] == 14130 == sum(one["amount_cents"] for one in before["coming"])
    assert sum(day["sold_cents"] for day in before["days"]) == 14130
    lines = list(csv.reader(StringIO(nord.get("/lieferungen/erloese.csv?tage=7").text)))
    assert (lines[0][0], len(lines[0]), lines[7][:2]) == ("day", 6, ["2026-11-19", "141.30"])
    market.go(NOW + 30 * DAY_US)
    after = Machine(app, market, NORD).get("/supply/earnings?days=90").json
    assert (after["pending_cents"], after["paid_cents"], after["coming"]) == (0, 0, [])
    released_cents = sum(day["released_cents"] for day in after["days"])
    assert released_cents == after["payable_cents"] > 14130  # standing bids bought meanwhile


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_columns_of_a_template_are_understood(lang: Lang) -> None:
    for sector in SECTORS.values():
        header, example = csv.reader(StringIO(template_of(sector, lang).decode("utf-8-sig")), delimiter=";")
        found = match(header, sector, ColumnMap())
        assert {name for _, name in found.positions} >= {*REQUIRED}, sector.code
        assert (found.ignored, len(header)) == (0, len(example))


def test_a_template_is_a_file(nord: FlaskClient) -> None:
    answer = nord.get("/lieferungen/vorlage.csv?sparte=pv&sprache=en")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="vorlage-pv-en.csv"'
    assert answer.data.startswith(b"\xef\xbb\xbfFirst name;")
    assert nord.get("/lieferungen/vorlage.csv?sparte=xx").status_code == 404
    assert "/lieferungen/vorlage.csv?sparte=pv&amp;sprache=de" in nord.get("/lieferungen/neu").text


def test_a_plan_called_off_lists_nothing(nord: FlaskClient, market: Market, tmp_path: Path) -> None:
    room, who = Intake(market.desk), user(market)
    delivery_id = deliver(room, who, write(tmp_path / "kw47.csv", drawn(3)))
    room.commit(who, delivery_id, 3, Plan(NOW + DAY_US))
    assert "Plan für 3 Leads absagen" in nord.get(f"/lieferungen/{delivery_id}/ergebnis").text
    answer = send(nord, f"/lieferungen/{delivery_id}/absagen")
    assert (answer.status_code, counted(room, who, delivery_id)) == (303, {"ready": 3})
    assert "weniger als 50 solche Leads" in nord.get(answer.location).text
    market.go(NOW + 2 * DAY_US)
    assert room.list_due(delivery_id) == 0
