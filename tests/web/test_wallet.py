import pytest
from flask.testing import FlaskClient

from tests.web.conftest import KRONE, Visitor
from tests.web.market import Market

pytestmark = pytest.mark.usefixtures("engine")


def test_what_may_be_spent_is_what_the_desk_says(brandt: FlaskClient, market: Market) -> None:
    cents = market.desk.balance("brandt").available_cents
    assert f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}" in brandt.get("/guthaben").text


def test_the_legs_of_a_purchase_are_one_line(brandt: FlaskClient) -> None:
    text = brandt.get("/guthaben").text
    assert text.count(">Kauf<") == 1
    assert "\N{MINUS SIGN}34,51\N{NO-BREAK SPACE}€" in text
    assert 'href="/leads/7H4RL"' in text


def test_every_movement_is_listed_with_what_it_left(brandt: FlaskClient) -> None:
    text = brandt.get("/guthaben").text
    assert "+3.000,00\N{NO-BREAK SPACE}€" in text
    assert text.count("Reserviert für Dauergebot") == 4
    assert "BU Süd, exklusiv" in text


def test_one_firm_does_not_see_anothers_money(visitor: Visitor) -> None:
    text = visitor(KRONE).get("/guthaben").text
    assert "BU Süd" not in text
    assert "7H4RL" not in text
