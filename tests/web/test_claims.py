import re

import pytest
from flask.testing import FlaskClient

from exchange.instant import DAY_US, SECOND_US
from tests.web.conftest import BRANDT, Visitor, token_of
from tests.web.market import SENTENCE, Market

pytestmark = pytest.mark.usefixtures("engine")
LEAD = "/leads/7H5BU"
SAID = "Die Person sagt, sie habe nie angefragt."


def file(client: FlaskClient, ground: str = "not-asked", said: str = SAID, key: str = "claim-key-1"):
    form = {"ground": ground, "evidence": said, "key": key, "csrf_token": token_of(client)}
    return client.post(f"{LEAD}/reklamation", data=form)


def sale(market: Market) -> dict[str, object]:
    sale_id = next(e.value().sale_id for e in market.desk.entries("bu") if e.kind == "filled")
    return dict(market.desk.row_of("sale", sale_id))


def test_grounds_state_their_rule_and_the_barred_one_its_count(brandt: FlaskClient) -> None:
    text = brandt.get(LEAD).text
    assert "ab 6 Versuchen an 3 Tagen. Bisher keiner." in text
    assert re.search(r'value="unreachable" required data-testid="return-reason-unreachable" disabled', text)
    assert "Preisanpassung: 50\N{NO-BREAK SPACE}% des Nettopreises zurück." in text
    assert " checked" not in text


def test_the_check_page_says_ground_evidence_and_consequence(brandt: FlaskClient) -> None:
    text = brandt.get(f"{LEAD}/reklamation?ground=not-asked").text
    assert "Person hat nicht angefragt oder ist unbekannt" in text
    assert "0 Versuche an 0 Tagen erfasst" in text
    assert "Sie dürfen die Person nicht weiter ansprechen" in text
    assert "Bleibt sie bis 10.12.2026 aus, gilt die Reklamation als anerkannt." in text
    assert "51,77\N{NO-BREAK SPACE}€ brutto" in text
    wrong_sector = brandt.get(f"{LEAD}/reklamation?ground=wrong-sector").text
    assert "25,88\N{NO-BREAK SPACE}€ brutto" in wrong_sector


def test_without_a_ground_the_page_asks_for_one(brandt: FlaskClient) -> None:
    assert "Wählen Sie einen Grund" not in brandt.get(f"{LEAD}/reklamation").text
    answer = brandt.get(f"{LEAD}/reklamation?ground=bored")
    assert answer.status_code == 400
    assert "Wählen Sie einen Grund" in answer.text
    assert file(brandt, "bored").status_code == 400


def test_without_words_nothing_is_filed_and_what_was_typed_stays(brandt: FlaskClient, market: Market) -> None:
    answer = file(brandt, said="zu kurz")
    assert answer.status_code == 400
    assert "zu kurz</textarea>" in answer.text
    assert "Schreiben Sie 10 bis 2000 Zeichen" in answer.text
    assert sale(market)["claim"] == "unclaimed"


def test_unreachable_is_barred_for_forged_forms_too(brandt: FlaskClient, market: Market) -> None:
    assert file(brandt, "unreachable", "").status_code == 400
    assert sale(market)["claim"] == "unclaimed"


def test_after_filing_phone_mail_and_address_are_gone_everywhere(brandt: FlaskClient, market: Market) -> None:
    secrets = ("Lindner", "3920031", "k.lindner", "Seestra", "tel:", "mailto:", "Ich wechsle im Januar")
    assert file(brandt).status_code == 303
    for path in (LEAD, "/leads", "/leads/export.csv?state=claim", f"{LEAD}/nachweis.json"):
        text = brandt.get(path).text
        assert [word for word in secrets if word in text] == [], path
    assert brandt.get(f"{LEAD}/kontakt.vcf").status_code == 404
    text = brandt.get(LEAD).text
    assert SAID in text
    assert "eingereicht" in text
    assert "Anrufe werden nicht mehr erfasst" in text
    call = {"csrf_token": token_of(brandt), "result": "reached", "key": "after-claim-1"}
    assert brandt.post(f"{LEAD}/versuche", data=call).status_code == 403


@pytest.mark.parametrize(
    ("ground", "ruling", "state", "told"),
    [
        ("not-asked", "uphold", "anerkannt", "43,50\N{NO-BREAK SPACE}€ netto gutgeschrieben"),
        ("wrong-sector", "uphold", "teilweise anerkannt", "21,75\N{NO-BREAK SPACE}€ netto gutgeschrieben"),
        ("not-asked", "reject", "abgelehnt", "Sie dürfen die Person wieder ansprechen"),
    ],
)
def test_a_ruling_is_told(brandt: FlaskClient, market: Market, ground: str, ruling: str, state: str, told: str) -> None:
    file(brandt, ground)
    market.desk.rule("bu", sale_id=str(sale(market)["sale_id"]), ruling=ruling)
    text = brandt.get(LEAD).text
    assert f'data-testid="return-state">{state}<' in text
    assert told in text
    assert ("Lindner" in text) is (ruling == "reject")
    assert SENTENCE in text


def test_the_window_is_open_to_its_last_second(market: Market, visitor: Visitor) -> None:
    market.clock.at_us = int(str(sale(market)["closes_at"])) - SECOND_US
    client = visitor(BRANDT)
    assert "möglich" in client.get(LEAD).text
    assert file(client).status_code == 303


def test_a_second_later_it_is_refused_with_the_date(market: Market, visitor: Visitor) -> None:
    market.clock.at_us = int(str(sale(market)["closes_at"])) + SECOND_US
    client = visitor(BRANDT)
    assert "Frist abgelaufen" in client.get(LEAD).text
    answer = file(client)
    assert answer.status_code == 409
    assert "Die Frist endete am Do., 03.12.2026, 13:16. Es wurde nichts eingereicht." in answer.text
    assert sale(market)["claim"] == "unclaimed"


def test_under_a_day_the_time_left_is_amber(market: Market, visitor: Visitor) -> None:
    market.clock.at_us = int(str(sale(market)["closes_at"])) - DAY_US + SECOND_US
    assert '<span class="tag warn" data-testid="return-state">möglich' in visitor(BRANDT).get(LEAD).text


def test_what_was_filed_is_not_filed_again(brandt: FlaskClient) -> None:
    file(brandt)
    answer = file(brandt, key="claim-key-2")
    assert answer.status_code == 409
    assert "schon reklamiert" in answer.text
    assert brandt.get(f"{LEAD}/reklamation").status_code == 303


def test_what_was_said_stands_on_no_tape_and_in_no_table(brandt: FlaskClient, market: Market) -> None:
    file(brandt)
    text = "".join(entry.payload for code in market.desk.sectors() for entry in market.desk.entries(code))
    assert '"not-asked"' in text
    assert "angefragt" not in text
