import re

import pytest
from flask.testing import FlaskClient

from exchange.instant import DAY_US, SECOND_US
from tests.web.conftest import KRONE, Visitor, token_of
from tests.web.market import NOW, SENTENCE, Market

pytestmark = pytest.mark.usefixtures("engine")


def test_the_list_names_who_asked(brandt: FlaskClient) -> None:
    text = brandt.get("/leads").text
    assert text.index("Katharina Lindner") < text.index("Jonas Oberhuber")
    assert "Dauergebot „BU Süd, exklusiv“" in text


def test_contact_stands_on_the_leads_page(brandt: FlaskClient) -> None:
    text = brandt.get("/leads/7H5BU").text
    assert re.search(r'href="tel:\+49171\d+"', text)
    assert 'href="mailto:k.lindner@example.de"' in text
    assert "Ich wechsle im Januar die Praxis" in text
    assert SENTENCE in text


def test_another_firms_lead_reads_like_one_that_does_not_exist(visitor: Visitor) -> None:
    client = visitor(KRONE)
    foreign, missing = client.get("/leads/7H5BU"), client.get("/leads/7QQQQ")
    assert foreign.status_code == missing.status_code == 404
    assert "Lindner" not in foreign.text
    assert client.get("/leads/7H5BU/kontakt.vcf").status_code == 404
    claim = {"ground": "duplicate", "csrf_token": token_of(client, "/markt")}
    assert client.post("/leads/7H5BU/reklamation", data=claim).status_code == 404


def test_the_receipt_names_the_entry_of_the_tape(brandt: FlaskClient, market: Market) -> None:
    text = brandt.get("/leads/7H5BU").text
    seq = re.search(r'data-testid="receipt-seq">(\d+)<', text)
    digest = re.search(r'data-testid="receipt-hash">([0-9a-f]+)<', text)
    assert seq is not None
    assert digest is not None
    (entry,) = market.desk.entries("bu", int(seq[1]), int(seq[1]))
    assert entry.kind == "filled"
    assert entry.hash == digest[1]


def test_prices_are_told_net_and_gross(brandt: FlaskClient) -> None:
    text = brandt.get("/leads/7H5BU").text
    for amount in ("55,00", "43,50", "8,27", "51,77", "44,00"):
        assert f"{amount}\N{NO-BREAK SPACE}€" in text


def test_the_card_for_the_telephone(brandt: FlaskClient) -> None:
    answer = brandt.get("/leads/7H5BU/kontakt.vcf")
    assert answer.mimetype == "text/vcard"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.text.startswith("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Katharina Lindner\r\n")


def file_claim(client: FlaskClient, ground: str = "not-asked") -> int:
    form = {"ground": ground, "key": "claim-key-1", "csrf_token": token_of(client, "/leads/7H5BU")}
    return client.post("/leads/7H5BU/reklamation", data=form).status_code


def test_after_a_claim_the_contact_is_hidden_again(brandt: FlaskClient, market: Market) -> None:
    assert file_claim(brandt) == 303
    text = brandt.get("/leads/7H5BU").text
    assert "eingereicht" in text
    assert "Lindner" not in text
    assert "tel:" not in text
    market.desk.rule("bu", sale_id=f"bu-{_seq(brandt)}", ruling="uphold")
    text = brandt.get("/leads/7H5BU").text
    assert "anerkannt" in text
    assert "Lindner" not in text
    assert "43,50\N{NO-BREAK SPACE}€ netto gutgeschrieben" in text
    assert SENTENCE in text


def _seq(client: FlaskClient) -> str:
    found = re.search(r'data-testid="receipt-seq">(\d+)<', client.get("/leads/7H5BU").text)
    assert found is not None
    return found[1]


def test_the_window_for_claims_is_half_open(brandt: FlaskClient, market: Market, visitor: Visitor) -> None:
    sold_at = market.desk.row_of("sale", f"bu-{_seq(brandt)}")["sold_at"]
    market.clock.at_us = sold_at + 14 * DAY_US - SECOND_US
    client = visitor("s.brandt@brandt-vogel.example")
    assert "möglich" in client.get("/leads/7H5BU").text
    market.clock.at_us += SECOND_US
    assert "Frist abgelaufen" in client.get("/leads/7H5BU").text
    assert market.clock.at_us > NOW
