import re

import pytest
from flask.testing import FlaskClient

from exchange.aftersale import Counter
from exchange.aftersale.attempts import GRACE_US, UNDO_US
from exchange.instant import DAY_US, from_text
from tests.web.conftest import BRANDT, Visitor, token_of
from tests.web.market import Market

pytestmark = pytest.mark.usefixtures("engine")
LEAD = "/leads/7H5BU"


def press(client: FlaskClient, result: str = "unreached", key: str = "press-key-1"):
    form = {"csrf_token": token_of(client), "result": result, "key": key}
    return client.post(f"{LEAD}/versuche", data=form)


def test_one_click_writes_a_call_down_with_time_and_user(brandt: FlaskClient) -> None:
    assert press(brandt).status_code == 303
    text = brandt.get(LEAD).text
    assert 'data-testid="attempt-count">1<' in text
    assert re.search(r"Heute, 14:31</span>.*?Nicht erreicht</span><span class=\"t3 by\">S\. Brandt", text, re.DOTALL)
    assert "Bisher 1 an 1 Tag." in text


def test_a_form_sent_twice_is_one_call(brandt: FlaskClient) -> None:
    press(brandt)
    press(brandt)
    assert 'data-testid="attempt-count">1<' in brandt.get(LEAD).text


def test_a_call_moves_the_day_until_which_the_proof_is_kept(
    brandt: FlaskClient, market: Market, visitor: Visitor
) -> None:
    assert "mind. 19.11.2031" in brandt.get(LEAD).text
    market.clock.at_us += 9 * DAY_US
    client = visitor(BRANDT)
    press(client)
    assert "mind. 28.11.2031" in client.get(LEAD).text
    assert client.get(f"{LEAD}/nachweis.json").json["keep_until"] == "2031-11-28"


def undo_path(client: FlaskClient) -> str:
    found = re.search(rf'action="({LEAD}/versuche/[^"]+/zurueck)"', client.get(LEAD).text)
    assert found is not None
    return found[1]


def test_a_call_is_taken_back_within_ten_seconds(brandt: FlaskClient, market: Market) -> None:
    press(brandt)
    path = undo_path(brandt)
    market.clock.at_us += UNDO_US
    form = {"csrf_token": token_of(brandt)}
    assert "zurueck" not in brandt.get(LEAD).text
    assert brandt.post(path, data=form).status_code == 303
    assert "attempt-count" not in brandt.get(LEAD).text
    press(brandt, key="press-key-2")
    path = undo_path(brandt)
    market.clock.at_us += UNDO_US + GRACE_US + 1
    assert brandt.post(path, data=form).status_code == 409
    assert 'data-testid="attempt-count">1<' in brandt.get(LEAD).text


def test_results_nobody_offers_are_refused(brandt: FlaskClient) -> None:
    assert press(brandt, "married").status_code == 400
    assert press(brandt, key="").status_code == 400


@pytest.mark.parametrize(
    ("typed", "told"), [("1.250", "1.250,00"), ("1250,5", "1.250,50"), ("1.234.567,89", "1.234.567,89"), ("", "")]
)
def test_an_outcome_is_reported_with_what_it_is_worth(brandt: FlaskClient, typed: str, told: str) -> None:
    form = {"csrf_token": token_of(brandt), "outcome": "contract", "worth": typed}
    assert brandt.post(f"{LEAD}/ergebnis", data=form).status_code == 303
    text = brandt.get(LEAD).text
    assert 'data-testid="outcome-state">Abschluss<' in text
    assert f"{told}\N{NO-BREAK SPACE}€" in text if told else True


@pytest.mark.parametrize("form", [{"outcome": "contract", "worth": "viel"}, {"outcome": ""}, {"outcome": "nothing"}])
def test_reports_that_mean_nothing_are_refused(brandt: FlaskClient, form: dict[str, str]) -> None:
    assert brandt.post(f"{LEAD}/ergebnis", data=form | {"csrf_token": token_of(brandt)}).status_code == 400


def test_after_a_withdrawal_there_is_nothing_to_call_with(brandt: FlaskClient, market: Market) -> None:
    Counter(market.desk).withdraw("7H5BU", from_text("2026-11-19T12:30:00Z"))
    text = brandt.get(LEAD).text
    assert "Einwilligung widerrufen am Do., 19.11.2026, 13:30. Nicht kontaktieren." in text
    assert 'class="banner bad" role="alert"' in text
    assert "tel:" not in text
    assert "mailto:" not in text
    assert "data-copy" not in text
    assert f"{LEAD}/versuche" not in text
    assert press(brandt).status_code == 403
    assert brandt.get(f"{LEAD}/kontakt.vcf").status_code == 404
    assert "Widerrufen" in text
    assert brandt.get(f"{LEAD}/nachweis.json").json["withdrawn_at"] == "2026-11-19T12:30:00.000000Z"
