import re

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import KRONE, Visitor, order, token_of
from tests.web.market import SENTENCE, Market
from tests.web.people import untokened

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
    claim = {"ground": "duplicate", "csrf_token": token_of(client)}
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


def test_who_asked_is_told_after_the_purchase_and_not_before(brandt: FlaskClient) -> None:
    digits = f"39200{sum(map(ord, '7F3BU')) % 100:02d}"
    secrets = ("Sailer", "Miriam", "m.sailer", digits)
    paths = ("/markt", "/markt?sector=bu", "/markt/7F3BU", "/leads", "/leads/export.csv", "/leads/7F3BU", "/gebote")
    for path in paths:
        text = brandt.get(path).text
        assert [word for word in secrets if word in text] == [], path
    assert order(brandt, "7F3BU", 7000, "tell-me-who").status_code == 200
    text = brandt.get("/leads/7F3BU").text
    assert "Miriam Sailer" in text
    assert digits in re.search(r'data-testid="lead-phone">([^<]+)<', text)[1].replace(" ", "")  # type: ignore[index]
    assert "m.sailer@example.com" in text


@pytest.mark.parametrize(
    "path", ["", "/kontakt.vcf", "/nachweis.pdf", "/nachweis.json", "/reklamation", "/reklamation?ground=not-asked"]
)
def test_a_foreign_lead_answers_like_a_missing_one_everywhere(visitor: Visitor, path: str) -> None:
    client = visitor(KRONE)
    foreign, missing = client.get(f"/leads/7H5BU{path}"), client.get(f"/leads/7QQQQ{path}")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert untokened(foreign.text).replace("7H5BU", "") == untokened(missing.text).replace("7QQQQ", "")


@pytest.mark.parametrize("path", ["/versuche", "/versuche/a-1/zurueck", "/ergebnis", "/reklamation"])
def test_nothing_is_written_on_a_foreign_lead(visitor: Visitor, path: str) -> None:
    client = visitor(KRONE)
    form = {"csrf_token": token_of(client), "result": "reached", "outcome": "contract", "ground": "not-asked"}
    form |= {"key": "foreign-key-1", "evidence": "Das ist gar nicht unser Lead."}
    assert client.post(f"/leads/7H5BU{path}", data=form).status_code == 404
    assert client.post(f"/leads/7QQQQ{path}", data=form).status_code == 404


def test_a_shared_lead_names_no_other_buyer(brandt: FlaskClient) -> None:
    order(brandt, "7Z1KV", 2000, "shared-lead-1")
    text = brandt.get("/leads/7Z1KV").text
    assert "1 von 3 Käufern" in text
    assert "Kronenberg" not in text


def test_the_price_story_is_a_table_too(brandt: FlaskClient) -> None:
    text = brandt.get("/leads/7H5BU").text
    rows = re.findall(r'<tr( class="b")?><th scope="row">([0-9:]+)</th><td class="r">([0-9,]+)', text)
    assert len(rows) == 18
    assert [price for bought, _, price in rows if bought] == ["43,50"]


def test_the_list_has_filters_and_puts_first_who_is_to_be_called(brandt: FlaskClient, market: Market) -> None:
    call = {"csrf_token": token_of(brandt), "result": "reached", "key": "list-key-1"}
    assert brandt.post("/leads/7H5BU/versuche", data=call).status_code == 303
    text = brandt.get("/leads").text
    assert text.index("Jonas Oberhuber") < text.index("Katharina Lindner")
    assert "Katharina Lindner" not in brandt.get("/leads?state=open").text
    assert "Jonas Oberhuber" not in brandt.get("/leads?state=reached").text
    assert "Kein Lead mit diesem Stand" in brandt.get("/leads?state=lost").text
    assert "Katharina Lindner" in brandt.get("/leads?state=%27nonsense").text


def test_costs_are_told_by_source_under_a_pseudonym(brandt: FlaskClient) -> None:
    done = {"csrf_token": token_of(brandt), "outcome": "contract", "worth": "1.200,50"}
    assert brandt.post("/leads/7H5BU/ergebnis", data=done).status_code == 303
    text = brandt.get("/leads").text
    assert "1 Abschluss aus 2 Leads für 72,50" in text
    assert "1.200,50" in text
    assert re.search(r"Quelle [0-9A-F]{4}<", text)
    assert "quelle" not in text.replace("Quelle", "").replace("p.nord@quelle", "")
    assert "Anfragen Nord" not in text
