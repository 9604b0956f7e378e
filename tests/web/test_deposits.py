"""Deposits through the pages: from a refused purchase to money in the wallet, and nobody else's business."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from exchange.config import PaymentSettings
from exchange.payments.reference import read_reference
from exchange.web.app import create_app
from tests.web.conftest import Visitor, log_in
from tests.web.market import PASSWORD, Market
from tests.web.people import BY_ROLE, OTHER_OWNER, OWNER, complete, send

pytestmark = pytest.mark.usefixtures("engine")

SECOND = "p.zweite@example.de"


@pytest.fixture(autouse=True)
def people(market: Market) -> None:
    complete(market)
    market.entrance.add_user(email=SECOND, name="Pia Zweite", role="operator", organisation=None, password=PASSWORD)


def announced(client: FlaskClient, amount: str, **more: str) -> str:
    """Announce a deposit; its reference."""
    answer = send(client, "/guthaben/einzahlung", amount=amount, **more)
    assert answer.status_code == 303
    found = re.search(r"/einzahlung/(RF\d+)", answer.headers["Location"])
    assert found is not None
    assert read_reference(found[1]) == found[1]
    return found[1]


def test_what_is_missing_stands_in_the_field_and_the_way_back_is_kept(brandt: FlaskClient) -> None:
    form = brandt.get("/guthaben/einzahlung?fehlt=23.18&lead=7K2KV")
    assert 'value="23,18"' in form.text
    assert 'href="/markt/7K2KV' in form.text or "/leads/7K2KV" in form.text
    answer = send(brandt, "/guthaben/einzahlung", amount="23,18", lead="7K2KV")
    assert answer.headers["Location"].endswith("?lead=7K2KV")
    assert "Zurück zum Lead 7K2KV" in brandt.get(answer.headers["Location"]).text
    for bad in ("?lead=javascript:alert(1)&fehlt=x", "?lead=//example.org", "?lead="):
        assert "Zurück zum Lead" not in brandt.get(f"/guthaben/einzahlung{bad}").text


def test_how_to_pay_is_said_in_words_and_as_a_code(brandt: FlaskClient) -> None:
    reference = announced(brandt, "", preset="250")
    page = brandt.get(f"/guthaben/einzahlung/{reference}").text
    assert "250,00\N{NO-BREAK SPACE}€ überweisen" in page
    assert "DE89 3704 0044 0532 0130 00" in page
    assert 'data-testid="giro-code"' in page
    assert reference in brandt.get("/guthaben").text
    assert send(brandt, f"/guthaben/einzahlung/{reference}/zurueck").status_code == 303
    assert "Abgebrochen" in brandt.get(f"/guthaben/einzahlung/{reference}").text
    assert reference not in brandt.get("/guthaben").text


@pytest.mark.parametrize("amount", ["", "0", "0,99", "-5", "viel", "9" * 12])
def test_what_is_no_amount_is_said_at_the_field(brandt: FlaskClient, amount: str) -> None:
    answer = send(brandt, "/guthaben/einzahlung", amount=amount)
    assert (answer.status_code, 'id="e-amount"' in answer.text) == (400, True)


def test_an_operator_confirms_and_the_money_is_there(brandt: FlaskClient, market: Market, visitor: Visitor) -> None:
    before, reference = market.desk.balance("brandt").available_cents, announced(brandt, "123,45")
    operator = visitor(BY_ROLE["operator"])
    assert "Brandt &amp; Vogel" in operator.get("/betrieb/einzahlungen").text
    for _ in range(2):
        answer = send(operator, f"/betrieb/einzahlungen/{reference}", amount="123,45")
        assert answer.headers["Location"].endswith("fertig=booked")
    assert market.desk.balance("brandt").available_cents == before + 12_345
    assert "Gutgeschrieben" in brandt.get(f"/guthaben/einzahlung/{reference}").text
    assert send(operator, f"/betrieb/einzahlungen/{reference}", amount="1").status_code == 400
    assert send(operator, "/betrieb/einzahlungen/RF18539007547034", amount="1").status_code == 404


def test_much_money_takes_two_operators(brandt: FlaskClient, market: Market, visitor: Visitor) -> None:
    before, reference = market.desk.balance("brandt").available_cents, announced(brandt, "5000")
    first, second = visitor(BY_ROLE["operator"]), visitor(SECOND)
    path = f"/betrieb/einzahlungen/{reference}"
    assert send(first, path, amount="5000").headers["Location"].endswith("fertig=checked")
    assert send(first, path, amount="5000").status_code == 403
    assert market.desk.balance("brandt").available_cents == before
    page = second.get("/betrieb/einzahlungen").text
    assert 'value="5000"' not in page  # the second operator looks for themselves
    assert send(second, path, amount="4999").status_code == 400
    assert send(second, path, amount="5000").headers["Location"].endswith("fertig=booked")
    assert market.desk.balance("brandt").available_cents == before + 500_000


def test_another_firms_reference_is_not_there(brandt: FlaskClient, visitor: Visitor) -> None:
    reference, rival = announced(brandt, "50"), visitor(OTHER_OWNER)
    assert rival.get(f"/guthaben/einzahlung/{reference}").status_code == 404
    assert send(rival, f"/guthaben/einzahlung/{reference}/zurueck").status_code == 404
    assert brandt.get("/guthaben/einzahlung/RF00").status_code == 404


def test_advisors_are_told_who_tops_up(visitor: Visitor) -> None:
    advisor = visitor("j.berater@brandt-vogel.example")
    assert "lädt der Inhaber Ihrer Firma auf" in advisor.get("/guthaben/einzahlung").text
    assert send(advisor, "/guthaben/einzahlung", amount="50").status_code == 403
    assert send(advisor, "/guthaben/limit", limit="50", sure="1").status_code == 403


def test_a_public_house_shows_no_example_account(market: Market) -> None:
    public = replace(market.premises(), secure=True)
    assert public.deposits.provider.wants == "payments.iban"
    own = replace(public, payments=PaymentSettings(iban="GB82WEST12345698765432"))
    assert own.deposits.provider.wants == ""


def test_without_an_account_the_page_says_what_to_set(market: Market) -> None:
    client = create_app(replace(market.premises(), payments=PaymentSettings(iban="DE00"))).test_client()
    log_in(client, OWNER, PASSWORD)
    assert "payments.iban" in client.get("/guthaben/einzahlung").text
    assert send(client, "/guthaben/einzahlung", amount="50").status_code == 400
