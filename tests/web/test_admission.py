"""The operators' pages of admission: the queue, the suppression list, what sectors and suppliers may."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from exchange.reports.admission import held
from exchange.staging import Intake
from exchange.staging.listing import Plan
from tests.desk.floor import proven
from tests.staging.suppliers import NORD, counted, deliver, drawn, user, write
from tests.web.conftest import BRANDT, Visitor, order
from tests.web.market import Market
from tests.web.people import BY_ROLE, complete, send

HERE = "/betrieb/aufnahme"


@pytest.fixture
def olga(market: Market, visitor: Visitor) -> FlaskClient:
    complete(market)
    return visitor(BY_ROLE["operator"])


def test_leads_put_aside_are_decided_with_a_reason(
    olga: FlaskClient, visitor: Visitor, market: Market, tmp_path: Path
) -> None:
    assert send(olga, f"{HERE}/regeln/seiten", supplier="quelle", page="unsinn").status_code == 400
    assert send(olga, f"{HERE}/regeln/seiten", supplier="quelle", page="andere.example").status_code == 303
    intake, nord = Intake(market.desk), user(market, NORD)
    rows = drawn(2)
    delivery_id = deliver(intake, nord, write(tmp_path / "a.csv", rows))
    intake.commit(nord, delivery_id, 2, Plan(intake.house.now()))
    intake.list_due(delivery_id)
    with market.desk.store.read() as connection:
        first, second = (one.listing_id for one in held(connection))
    page = olga.get(HERE).text
    assert "Seite der Einwilligung ist für diesen Lieferanten unbekannt" in page
    assert not any(row[name] in page for row in rows for name in ("Nachname", "Telefon", "E-Mail"))
    assert send(olga, f"{HERE}/{first}", do="release", reason=" ").status_code == 400
    assert send(olga, f"{HERE}/{first}", do="release", reason="geprüft", know_page="1").status_code == 303
    assert send(olga, f"{HERE}/{first}", do="reject", reason="doch nicht").status_code == 409
    assert send(olga, f"{HERE}/{second}", do="reject", reason="falsche Seite").status_code == 303
    assert send(olga, f"{HERE}/L-NONE", do="reject", reason="falsche Seite").status_code == 404
    assert counted(intake, nord, delivery_id) == {"error": 1, "listed": 1}
    shown = visitor(NORD).get(f"/lieferungen/{delivery_id}/pruefen?stand=fehler").text
    assert "Vom Betrieb abgelehnt: falsche Seite" in shown
    assert "falsche Seite" in olga.get(f"{HERE}?stand=rejected").text
    assert proven(market.desk)


def test_a_person_is_looked_up_and_then_suppressed(olga: FlaskClient, market: Market, visitor: Visitor) -> None:
    form = {"phone": "", "email": "K.Lindner@Example.de"}
    looked = send(olga, f"{HERE}/sperrliste", do="look", **form).text
    assert 'data-testid="touched"' in looked
    added = send(olga, f"{HERE}/sperrliste", do="add", reason="objection", withdraw="1", **form)
    assert added.status_code == 303
    assert "K.Lindner" not in added.headers["Location"]
    page = olga.get(added.headers["Location"]).text
    assert "Gesperrt." in page
    assert "lindner" not in page.casefold()
    assert "tel:" not in visitor(BRANDT).get("/leads/7H5BU").text
    assert send(olga, f"{HERE}/sperrliste", do="look", phone="110", email="").status_code == 400
    row = page.split('name="id" value="')[1].split('"')[0]
    assert send(olga, f"{HERE}/sperrliste", do="row", id=row).status_code == 303
    assert send(olga, f"{HERE}/sperrliste", do="row", id=row).status_code == 404
    assert proven(market.desk)


def test_a_sector_asks_both_sides_for_permits(olga: FlaskClient, visitor: Visitor) -> None:
    form = {"likeness": "2", "phone_sectors": "4", "young_leads": "0", "least_score": "0", "pages": "1"}
    assert send(olga, f"{HERE}/regeln/sparte", sector="pkv", **(form | {"likeness": "9"})).status_code == 400
    assert send(olga, f"{HERE}/regeln/sparte", sector="pkv", buyer="34d", **form).status_code == 303
    assert send(olga, f"{HERE}/regeln/grenze", supplier="quelle", sector="pkv", per_day="40").status_code == 303
    page = olga.get(f"{HERE}/regeln").text
    assert "Käufer: 34d" in page
    assert "40" in page
    refused = order(visitor(BRANDT), "7K2KV", 99_999, "key-licence-1")
    assert (refused.status_code, refused.json["reason"]) == (403, "licence")
    assert "§ 34d GewO" in refused.json["detail"]
    assert send(olga, f"{HERE}/regeln/grenze", supplier="niemand", sector="pkv", per_day="4").status_code == 400


def test_the_lever_of_a_withdrawal_suppresses_too(olga: FlaskClient) -> None:
    form = {"listing": "7K2KV", "by": "enquirer", "reason": "Widerruf per Mail", "objects": "1"}
    assert send(olga, "/betrieb/rueckzug", **form).status_code == 303
    assert "Widerruf der Einwilligung" in olga.get(f"{HERE}/sperrliste").text
