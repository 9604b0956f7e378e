"""The second factor through the pages: set up, asked for at log-in, once more before what matters, and reset."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from exchange.access.codes import code_of, step_of
from exchange.instant import MINUTE_US, SECOND_US
from exchange.reports.audit import audit_rows
from tests.web.application import app_in
from tests.web.conftest import BRANDT, Visitor, log_in, token_of
from tests.web.market import PASSWORD, Market
from tests.web.people import BY_ROLE, complete, send, user_id

AT, RESETS, SECOND = "/einstellungen/zweiter-faktor", "/betrieb/zweiter-faktor", "p.zweite@example.de"
OLGA = BY_ROLE["operator"]


class App:
    """Somebody's authenticator app; its code is another one each time it is looked at."""

    def __init__(self, market: Market, client: FlaskClient) -> None:
        self.clock = market.clock
        assert send(client, AT).headers["Location"] == f"{AT}/einrichten"
        found = re.search(r">([A-Z2-7 ]{39})<", client.get(f"{AT}/einrichten").text)
        assert found is not None
        self.secret = found[1].replace(" ", "")
        answer = send(client, f"{AT}/einrichten", code=self.code())
        self.backup = re.findall(r"<li>([0-9A-Z-]{29})</li>", answer.text)
        assert len(self.backup) == 10

    def code(self) -> str:
        self.clock.at_us += 30 * SECOND_US
        return code_of(self.secret, step_of(self.clock.now()))


def knock(client: FlaskClient, email: str = BRANDT, **more: str):  # type: ignore[no-untyped-def]
    """Address and password, which lead to the page for the code."""
    answer = log_in(client, email, PASSWORD, **more)
    assert answer.headers["Location"].startswith("/anmelden/code")
    return answer


def test_set_up_asked_for_and_switched_off_again(visitor: Visitor, market: Market) -> None:
    owner, elsewhere = visitor(BRANDT), visitor(BRANDT)
    assert owner.get(f"{AT}/einrichten").headers["Location"] == AT
    app = App(market, owner)
    assert elsewhere.get("/markt").status_code == 302  # other sessions have ended
    assert app.backup[0] not in owner.get(AT).text
    assert "Noch 10 Ersatzcodes sind unbenutzt." in owner.get(AT).text

    client = visitor("")
    assert client.get("/anmelden/code").status_code == 400
    knock(client, next="/leads")
    page = client.get("/anmelden/code?next=/leads").text
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert client.get("/leads").status_code == 302  # half a log-in opens nothing
    wrong = [send(client, "/anmelden/code", code=text) for text in ("", app.backup[1][:-1], "ä" * 6)]
    assert {answer.status_code for answer in wrong} == {401}
    assert all("Dieser Code stimmt nicht oder wurde schon benutzt." in answer.text for answer in wrong)
    answer = send(client, "/anmelden/code", code=f" {(code := app.code())[:3]} {code[3:]}\n", next="/leads")
    assert answer.headers["Location"] == "/leads"
    assert client.get_cookie("device") is not None
    assert client.get("/leads").status_code == 200

    other = visitor("")
    knock(other)
    used = app.backup[0].lower().replace("-", " ")
    assert send(other, "/anmelden/code", code=used, next="//evil.example").headers["Location"] == "/markt"
    again = visitor("")
    knock(again)
    assert send(again, "/anmelden/code", code=used).status_code == 401
    renewed = send(other, f"{AT}/codes").text
    assert len(re.findall(r"<li>([0-9A-Z-]{29})</li>", renewed)) == 10

    for form in ({"current_password": "wrong", "code": app.code()}, {"current_password": PASSWORD, "code": "x"}):
        assert send(other, f"{AT}/abschalten", **form).status_code == 400
    answer = send(other, f"{AT}/abschalten", current_password=PASSWORD, code=app.code())
    assert "abgeschaltet" in other.get(answer.headers["Location"]).text
    assert log_in(visitor(""), BRANDT, PASSWORD).headers["Location"] == "/markt"


def test_the_sheet_on_an_open_page_asks_for_the_code_too(visitor: Visitor, market: Market) -> None:
    app, client = App(market, visitor(BRANDT)), visitor("")
    told = {"Accept": "application/json"}

    def ask(path: str, **form: str):  # type: ignore[no-untyped-def]
        return client.post(path, data={"csrf_token": token_of(client), **form}, headers=told)

    late = ask("/anmelden/code", code=app.code())
    assert (late.status_code, late.json["late"]) == (400, True)
    assert ask("/anmelden", email=BRANDT, password=PASSWORD).json == {"code": True}
    assert ask("/anmelden/code", code="x").json["problem"].startswith("Dieser Code stimmt nicht")
    for _ in range(2):  # another tab was quicker
        assert ask("/anmelden/code", code=app.code()).json == {"user": user_id(market, BRANDT)}


def test_operators_set_one_up_before_anything_else(visitor: Visitor, market: Market) -> None:
    complete(market)
    entrance = replace(market.entrance, factor_for=frozenset({"operator"}))
    client = app_in(replace(market.premises(), entrance=entrance)).test_client()
    log_in(client, OLGA, PASSWORD)
    for path in ("/betrieb", "/markt", "/einstellungen", "/betrieb/teilnehmer"):
        assert client.get(path).headers["Location"] == AT, path
    assert send(client, "/betrieb/halt", sector="pkv").headers["Location"] == AT
    assert client.get("/api/v1/openapi.json").status_code == 403
    assert client.get("/markt", headers={"Sec-Fetch-Mode": "cors"}).status_code == 403
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert entrance.followers([cookie.value]) == {}
    page = client.get(AT).text
    assert "Zweiter Faktor nötig" in page
    assert "/betrieb/teilnehmer" not in page
    app = App(market, client)
    assert client.get("/betrieb").status_code == 200
    assert list(entrance.followers([cookie.value])) == [cookie.value]
    send(client, f"{AT}/abschalten", current_password=PASSWORD, code=app.code())
    assert client.get("/betrieb").headers["Location"] == AT
    assert client.post("/abmelden", data={"csrf_token": token_of(client)}).status_code == 302
    analyst = app_in(replace(market.premises(), entrance=entrance)).test_client()
    log_in(analyst, BY_ROLE["analyst"], PASSWORD)
    assert analyst.get("/auswertung").status_code == 200


def test_what_matters_asks_once_more_and_goes_on(visitor: Visitor, market: Market) -> None:
    complete(market)
    payouts = "/betrieb/auszahlungen"
    operator, form = visitor(OLGA), {"supplier": "quelle", "amount": "100,00", "reference": 'AZ "11"'}
    assert send(operator, payouts, **form).status_code == 409  # fresh: nothing is payable
    market.clock.at_us += 5 * MINUTE_US
    asked = send(operator, payouts, **form, current_password="of another form")
    assert (asked.status_code, "Bitte bestätigen" in asked.text) == (200, True)
    for kept in ('name="amount" value="100,00"', 'name="reference" value="AZ &#34;11&#34;"', f'action="{payouts}"'):
        assert kept in asked.text
    assert send(operator, payouts, **form, proof="wrong").status_code == 403
    assert send(operator, payouts, **form, proof=PASSWORD).status_code == 409
    assert send(operator, payouts, **form).status_code == 409

    owner, key = visitor(BRANDT), {"name": "CRM", "days": "90", "scope": "read", "current_password": PASSWORD}
    app, made = App(market, owner), "Ihr neuer Schlüssel"
    market.clock.at_us += 5 * MINUTE_US
    asked = send(owner, "/einstellungen/schluessel", **key)
    assert 'autocomplete="one-time-code"' in asked.text
    assert PASSWORD not in asked.text
    del key["current_password"]
    assert send(owner, "/einstellungen/schluessel", **key, proof=PASSWORD).status_code == 403
    assert made in send(owner, "/einstellungen/schluessel", **key, proof=app.code()).text
    assert send(owner, "/einstellungen/schluessel", **key).status_code == 400  # fresh, and the form wants its password
    advisor, key = visitor(BY_ROLE["advisor"]), key | {"current_password": PASSWORD}
    market.clock.at_us += 5 * MINUTE_US
    assert made in send(advisor, "/einstellungen/schluessel", **key).text  # no second factor: its own proof


@pytest.mark.usefixtures("engine")
def test_two_operators_reset_one_and_its_owner_is_told(visitor: Visitor, market: Market) -> None:
    complete(market)
    market.entrance.add_user(email=SECOND, name="Pia Zweite", role="operator", organisation=None, password=PASSWORD)
    owner, who = visitor(BRANDT), user_id(market, BRANDT)
    App(market, owner)
    first, second = visitor(OLGA), visitor(SECOND)
    assert "Sabine Brandt" in first.get(f"{RESETS}?suche=vogel").text
    assert [first.get(f"{RESETS}?suche={one}").status_code for one in ("%00", "%25_%5C", "\U0001f600")] == [200] * 3
    assert send(first, f"{RESETS}/{user_id(market, SECOND)}").status_code == 404  # has none
    assert send(first, f"{RESETS}/{user_id(market, OLGA)}").status_code == 400
    assert send(second, f"{RESETS}/{who}/wort").status_code == 409  # nobody asked
    assert send(first, f"{RESETS}/{who}").status_code == 303
    assert send(second, f"{RESETS}/{who}").status_code == 409
    assert 'data-testid="resets-waiting">1<' in second.get("/betrieb/teilnehmer").text
    assert send(first, f"{RESETS}/{who}/wort").status_code == 403
    assert send(second, f"{RESETS}/{who}/wort", do="drop").status_code == 303
    assert send(first, f"{RESETS}/{who}").status_code == 303
    assert owner.get("/markt").status_code == 200
    assert send(second, f"{RESETS}/{who}/wort").status_code == 303
    assert owner.get("/markt").status_code == 302
    with market.desk.store.read() as connection:
        actions = [row.action for row in audit_rows(connection, action="second_factor")[0]]
    asked = "second_factor.ask_reset"
    assert sorted(actions) == sorted([asked] * 2 + [f"second_factor.{one}" for one in ("on", "drop_reset", "reset")])

    owner = visitor(BRANDT)
    told = 'data-testid="factor-reset"'
    assert told in owner.get("/markt").text
    send(owner, f"{AT}/gelesen")
    assert told not in owner.get("/markt").text


def test_a_disabled_user_has_no_half_log_in(visitor: Visitor, market: Market) -> None:
    app, client = App(market, visitor(BRANDT)), visitor("")
    knock(client)
    market.entrance.disable(BRANDT)
    assert send(client, "/anmelden/code", code=app.code()).status_code == 400
