import json
from hashlib import sha256

import pytest
from flask.testing import FlaskClient

from exchange.instant import from_text, to_text
from exchange.lead import Consent, ConsentScope
from exchange.payload import canonical
from exchange.reports.consents import HASHED, record_of, shortened
from exchange.web import formats
from exchange.web.proof import kept_until
from exchange.web.proof_pdf import written
from tests.web.market import SENTENCE, Market

LEAD = "/leads/7H5BU"


def page_hash(client: FlaskClient) -> str:
    return client.get(LEAD).text.split('data-testid="consent-hash">')[1][:64]


@pytest.mark.usefixtures("engine")
def test_page_paper_and_file_carry_one_checksum(brandt: FlaskClient) -> None:
    found = brandt.get(f"{LEAD}/nachweis.json").json
    spelled = json.dumps(found["record"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert found["hash"] == sha256(spelled.encode()).hexdigest() == page_hash(brandt)
    assert found["hashed"] == HASHED
    paper = brandt.get(f"{LEAD}/nachweis.pdf")
    assert paper.mimetype == "application/pdf"
    assert paper.data.startswith(b"%PDF-")
    assert found["hash"].encode() in paper.data


@pytest.mark.usefixtures("engine")
def test_the_record_says_all_that_was_declared(brandt: FlaskClient, market: Market) -> None:
    found = brandt.get(f"{LEAD}/nachweis.json").json
    record = found["record"]
    assert record["text"] == SENTENCE
    assert record["version"] == "v3"
    assert record["given_at"] < record["confirmed_at"] < to_text(market.clock.at_us)
    assert (record["recipients"], record["channels"], record["ip"]) == (["*"], ["phone", "email"], "192.0.2.0")
    assert found["person"] == {"name": "Katharina Lindner", "address": "Seestraße 12, 88662 Überlingen"}
    text = brandt.get(LEAD).text
    assert found["received_by"].startswith("Quelle ")
    assert found["received_by"] in text
    for told in (SENTENCE, "vergleich.example/anfrage, Text v3", "per E-Mail-Link", "192.0.2.0", "Telefon, E-Mail"):
        assert told in text


@pytest.mark.usefixtures("engine")
def test_the_checksum_outlives_calls_and_claims(brandt: FlaskClient, market: Market) -> None:
    before = page_hash(brandt)
    sale_id = next(e.value().sale_id for e in market.desk.entries("bu") if e.kind == "filled")
    market.desk.claim("bu", sale_id=sale_id, buyer="brandt", ground="not-asked")
    assert page_hash(brandt) == before
    assert "person" not in brandt.get(f"{LEAD}/nachweis.json").json
    assert before.encode() in brandt.get(f"{LEAD}/nachweis.pdf").data


@pytest.mark.usefixtures("engine")
def test_the_paper_is_the_same_every_time(brandt: FlaskClient) -> None:
    assert brandt.get(f"{LEAD}/nachweis.pdf").data == brandt.get(f"{LEAD}/nachweis.pdf").data


@pytest.mark.parametrize(
    ("ip", "short"),
    [
        ("198.51.100.77", "198.51.100.0"),
        ("2001:db8:1:2:3::9", "2001:db8:1::"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_addresses_lose_their_last_part(ip: str, short: str) -> None:
    assert shortened(ip) == short


@pytest.mark.parametrize(
    ("used", "until"),
    [
        ("2026-11-19T13:00:00Z", "2031-11-19"),
        ("2026-11-19T23:30:00Z", "2031-11-20"),
        ("2028-02-29T12:00:00Z", "2033-03-01"),
        ("2026-12-31T22:59:59Z", "2031-12-31"),
    ],
)
def test_five_years_by_berlins_calendar(used: str, until: str) -> None:
    assert f"{formats.berlin(kept_until(from_text(used))):%Y-%m-%d}" == until


def test_a_declaration_without_confirmation_claims_none() -> None:
    consent = Consent("ja", "v1", 0, "https://example.de", "192.0.2.7", ConsentScope())
    record = record_of("L1", consent)
    assert "confirmed_at" not in record
    assert canonical(record)


def test_letters_the_typeface_lacks_become_their_base() -> None:
    assert written("Größe 5 € „ja“ Çelik Šarić") == "Größe 5 € „ja“ Çelik Šarić"
    assert written("Wiśniewska, Dvořák") == "Wisniewska, Dvorák"
    assert written("山") == "?"
