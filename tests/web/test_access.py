import re

import pytest
from flask.testing import FlaskClient

from exchange.instant import HOUR_US, MINUTE_US
from exchange.web.access import CSP
from tests.web.conftest import BRANDT, Visitor, log_in, token_of
from tests.web.market import PASSWORD, Market

pytestmark = pytest.mark.usefixtures("engine")

ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "////evil.example/%2e%2e",
    "https://evil.example",
    "https:evil.example",
    "http:/evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "/%5cevil.example",
    "/%5C%5Cevil.example",
    "/%2f%2fevil.example",
    "%2f%2fevil.example",
    "/%2fevil.example",
    "%68ttps://evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "/a\nb",
    "/\tevil.example",
    "/%09/evil.example",
    "/%0d%0aLocation:https://evil.example",
    " //evil.example",
    "/\u2028/evil.example",
    "/\uff0fevil.example",
    "evil.example",
    ".evil.example",
    "@evil.example",
)
"""What a link may try in ``next=`` to lead somewhere else."""


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def test_pages_ask_for_a_log_in_and_go_on_where_one_wanted_to(visitor: Visitor) -> None:
    client = visitor("")
    answer = client.get("/leads?after=x")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/anmelden?next=")
    assert log_in(client, BRANDT, PASSWORD, next="/leads").headers["Location"] == "/leads"


def test_unknown_user_and_wrong_password_read_the_same(visitor: Visitor) -> None:
    wrong, unknown = (log_in(visitor(""), email, "not the password") for email in (BRANDT, "nobody@example.de"))
    assert (wrong.status_code, unknown.status_code) == (401, 401)

    def body(answer):  # type: ignore[no-untyped-def]
        return re.sub(r'content="[^"]*"|value="[^"]*"', "", answer.text)

    assert body(wrong) == body(unknown)
    assert "E-Mail-Adresse oder Passwort stimmt nicht." in wrong.text


def test_the_address_is_kept_and_the_password_is_not(visitor: Visitor) -> None:
    text = log_in(visitor(""), BRANDT, "not the password").text
    assert f'value="{BRANDT}"' in text
    assert "not the password" not in text


def test_guessing_is_slowed_down_and_the_time_is_said(visitor: Visitor, market: Market) -> None:
    client = visitor("")
    assert [log_in(client, BRANDT, "wrong wrong wrong").status_code for _ in range(6)] == [401] * 5 + [429]
    assert re.search(r"Wieder möglich um \d\d:\d\d", log_in(client, BRANDT, PASSWORD).text)
    market.clock.at_us += 2 * MINUTE_US
    assert log_in(client, BRANDT, PASSWORD).status_code == 302


def test_guessing_does_not_lock_the_owner_out_elsewhere(visitor: Visitor) -> None:
    client = visitor("")
    token = token_of(client)
    for _ in range(8):
        client.post("/anmelden", data={"email": BRANDT, "password": "x" * 12, "csrf_token": token})
    form = {"email": BRANDT, "password": PASSWORD, "csrf_token": token}
    assert client.post("/anmelden", data=form, environ_base={"REMOTE_ADDR": "192.0.2.9"}).status_code == 302


def test_the_token_changes_at_log_in_and_only_its_hash_is_kept(visitor: Visitor, market: Market) -> None:
    client = visitor("")
    client.get("/anmelden")
    before = cookie_of(client)
    log_in(client, BRANDT, PASSWORD)
    after = cookie_of(client)
    assert before != after
    with market.desk.store.read() as connection:
        kept = str(connection.exec_driver_sql("select * from sessions").all())
    assert after not in kept


def test_the_cookie_is_hidden_from_scripts_and_from_other_sites(visitor: Visitor) -> None:
    header = visitor("").get("/anmelden").headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/" in header


def test_logging_out_ends_the_session_on_the_server(visitor: Visitor) -> None:
    client = visitor(BRANDT)
    stolen = cookie_of(client)
    client.post("/abmelden", data={"csrf_token": token_of(client)})
    thief = visitor("")
    thief.set_cookie("session", stolen)
    assert thief.get("/markt").status_code == 302


def test_a_session_ends_after_half_an_hour_without_a_sign_of_life(visitor: Visitor, market: Market) -> None:
    client = visitor(BRANDT)
    for _ in range(3):
        market.clock.at_us += 29 * MINUTE_US
        assert client.get("/gebote").status_code == 200
    market.clock.at_us += 30 * MINUTE_US
    assert client.get("/gebote").status_code == 302


def test_a_session_ends_after_eight_hours_whatever_happens(visitor: Visitor, market: Market) -> None:
    client = visitor(BRANDT)
    statuses = []
    for _ in range(20):
        market.clock.at_us += 25 * MINUTE_US
        statuses.append(client.get("/gebote").status_code)
    whole = 8 * HOUR_US // (25 * MINUTE_US)
    assert statuses == [200] * whole + [302] * (20 - whole)


def test_a_disabled_user_is_out_at_once(visitor: Visitor, market: Market) -> None:
    client = visitor(BRANDT)
    market.entrance.disable(BRANDT)
    assert client.get("/markt").status_code == 302
    assert log_in(visitor(""), BRANDT, PASSWORD).status_code == 401


def test_every_change_needs_the_form_token(brandt: FlaskClient, market: Market) -> None:
    for path in ("/gebote/bu-sued/schalter", "/gebote/bu-sued/beenden", "/darstellung", "/abmelden", "/gebote/neu"):
        assert brandt.post(path, data={"on": "0"}).status_code == 400, path
    answer = brandt.post("/api/v1/leads/7K2KV/buy", json={"most_cents": 9900}, headers={"Idempotency-Key": "k" * 12})
    assert answer.status_code == 403
    assert market.desk.row_of("listing", "7K2KV")["sold"] == 0


def test_another_browsers_form_token_is_worth_nothing(visitor: Visitor) -> None:
    first, second = visitor(BRANDT), visitor(BRANDT)
    answer = second.post("/darstellung", data={"lang": "en", "csrf_token": token_of(first, "/markt")})
    assert answer.status_code == 400


def test_a_request_from_another_site_is_refused(brandt: FlaskClient) -> None:
    data = {"lang": "en", "csrf_token": token_of(brandt, "/markt")}
    assert brandt.post("/darstellung", data=data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_headers_stand_on_every_answer(brandt: FlaskClient) -> None:
    for path in ("/markt", "/nowhere", "/static/css/base.css", "/api/v1/purchases"):
        with brandt.get(path) as answer:
            assert answer.headers["Content-Security-Policy"] == CSP, path
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "unsafe" not in CSP
    assert brandt.get("/markt").headers["Cache-Control"] == "no-store"


def test_pages_hold_no_inline_script_or_style(brandt: FlaskClient) -> None:
    for path in ("/markt", "/markt/7K2KV", "/leads", "/leads/7H5BU", "/gebote", "/gebote/neu", "/guthaben"):
        text = brandt.get(path).text
        assert not re.search(r'\sstyle=|\son[a-z]+="|<style', text), path
        assert set(re.findall(r"<script ([a-z]+)=", text)) == {"type"}, path


def test_nobody_is_sent_to_another_site(visitor: Visitor) -> None:
    for onwards in ELSEWHERE:
        assert log_in(visitor(""), BRANDT, PASSWORD, next=onwards).headers["Location"] == "/markt", onwards
    for onwards in ("/leads", "/leads?after=1~x", "/gebote/neu?plz=80,81", "/markt?region=DE-BY&sort=price"):
        assert log_in(visitor(""), BRANDT, PASSWORD, next=onwards).headers["Location"] == onwards


def test_language_and_theme_are_kept_with_the_account(visitor: Visitor) -> None:
    client = visitor(BRANDT)
    look = {"lang": "en", "theme": "dark", "back": "/gebote", "csrf_token": token_of(client, "/markt")}
    assert client.post("/darstellung", data=look).headers["Location"] == "/gebote"
    text = visitor(BRANDT).get("/markt").text
    assert '<html lang="en" data-theme="dark">' in text
    assert ">Standing bids" in text


def test_a_supplier_may_not_buy(visitor: Visitor) -> None:
    client = visitor("p.nord@quelle.example")
    headers = {"X-CSRFToken": token_of(client), "Idempotency-Key": "k" * 12}
    answer = client.post("/api/v1/leads/7K2KV/buy", json={"most_cents": 9900}, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")


def test_a_stranger_at_a_wrong_address_is_answered(visitor: Visitor) -> None:
    answer = visitor("").get("/nowhere")
    assert answer.status_code == 404
    assert "Diese Seite gibt es nicht." in answer.text
