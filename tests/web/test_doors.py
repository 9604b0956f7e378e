"""What stands at every door: headers on whatever is answered, proxies believed by number, names that are ours."""

import asyncio
import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from exchange.web.access import CSP, HEADERS
from exchange.web.app import create_app
from exchange.web.asgi import Doors
from tests.web.conftest import BRANDT, Visitor, token_of
from tests.web.market import PASSWORD, Market

pytestmark = pytest.mark.usefixtures("engine")


def browser(market: Market, **settings: Any) -> FlaskClient:
    """A stranger's browser at an exchange with other settings."""
    return create_app(replace(market.premises(), **settings)).test_client()


def test_headers_stand_on_every_route_and_every_error(brandt: FlaskClient) -> None:
    app = brandt.application
    paths = {rule.rule.replace("<", "").replace(">", "") for rule in app.url_map.iter_rules()}
    paths |= {"/nowhere", "/static/css/base.css", "/static/../x", "/api/v1/nowhere", "/markt/%00", "/leads?after=%ff"}
    for path in sorted(paths):
        for method in ("GET", "POST", "DELETE", "OPTIONS"):
            with brandt.open(path, method=method) as answer:
                missing = {name for name, value in HEADERS.items() if answer.headers.get(name) != value}
                assert not missing, (method, path, answer.status_code)
                assert "unsafe" not in CSP
                if not path.startswith("/static/"):
                    assert answer.headers["Cache-Control"] == "no-store", (method, path)


def test_over_tls_browsers_are_bound_to_it(market: Market) -> None:
    answer = browser(market, secure=True).get("/anmelden")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_logging_out_clears_what_the_browser_keeps(brandt: FlaskClient) -> None:
    answer = brandt.post("/abmelden", data={"csrf_token": token_of(brandt)})
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def guesses(client: FlaskClient, many: int, **headers: str) -> list[int]:
    """What a row of wrong passwords is answered."""
    form = {"email": BRANDT, "password": "wrong wrong wrong", "csrf_token": token_of(client)}
    return [client.post("/anmelden", data=form, headers=headers).status_code for _ in range(many)]


def test_without_proxies_of_ours_nobody_is_believed_where_they_come_from(market: Market) -> None:
    client = browser(market)
    for n in range(5):
        guesses(client, 1, **{"X-Forwarded-For": f"192.0.2.{n}"})
    assert guesses(client, 1, **{"X-Forwarded-For": "192.0.2.9"}) == [429]


def test_behind_one_proxy_its_word_alone_counts(market: Market) -> None:
    client = browser(market, proxies=1)
    for n in range(5):
        guesses(client, 1, **{"X-Forwarded-For": f"198.51.100.{n}, 192.0.2.7"})
    assert guesses(client, 1, **{"X-Forwarded-For": "203.0.113.1, 192.0.2.7"}) == [429]
    assert guesses(client, 1, **{"X-Forwarded-For": "203.0.113.1, 192.0.2.8"}) == [401]


def test_behind_two_proxies_the_last_but_one_counts(market: Market) -> None:
    client = browser(market, proxies=2)
    assert guesses(client, 5, **{"X-Forwarded-For": "192.0.2.7, 10.0.0.1"}) == [401] * 5
    assert guesses(client, 1, **{"X-Forwarded-For": "192.0.2.7, 10.0.0.2"}) == [429]
    assert guesses(client, 1, **{"X-Forwarded-For": "192.0.2.8, 10.0.0.1"}) == [401]


def test_other_names_than_ours_are_refused(market: Market) -> None:
    client = browser(market, hosts=("boerse.example", ".intern.example"))
    for host, status in (
        ("boerse.example", 200),
        ("boerse.example:443", 200),
        ("a.intern.example", 200),
        ("evil.example", 400),
        ("boerse.example.evil.example", 400),
        ("evilboerse.example", 400),
    ):
        answer = client.get("/anmelden", headers={"Host": host})
        assert answer.status_code == status, host
        assert answer.headers["Content-Security-Policy"] == CSP
        assert "evil" not in answer.text


def stream_status(market: Market, host: str) -> int:
    """What the live stream answers a stranger who asks under a name."""
    premises = replace(market.premises(), hosts=("boerse.example",))
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "path": "/stream",
        "method": "GET",
        "query_string": b"",
        "headers": [(b"host", host.encode())],
    }
    asyncio.run(Doors(create_app(premises), premises)(scope, receive, send))
    assert (b"content-security-policy", CSP.encode()) in sent[0]["headers"]
    return int(sent[0]["status"])


def test_the_stream_has_the_same_names_and_headers(market: Market) -> None:
    assert stream_status(market, "boerse.example") == 401
    assert stream_status(market, "evil.example") == 400


def test_a_browser_that_is_known_gets_in_while_strangers_use_up_the_accounts_limit(
    visitor: Visitor, market: Market
) -> None:
    """A hundred wrong passwords from fifty addresses close the account to strangers, not to its owner."""
    mine = visitor(BRANDT)
    stranger = visitor("")
    form = {"email": BRANDT, "password": "wrong wrong wrong", "csrf_token": token_of(stranger)}
    statuses = {
        stranger.post("/anmelden", data=form, environ_base={"REMOTE_ADDR": f"192.0.2.{n % 50}"}).status_code
        for n in range(120)
    }
    assert statuses == {401, 429}
    right = {**form, "password": PASSWORD}
    assert stranger.post("/anmelden", data=right, environ_base={"REMOTE_ADDR": "192.0.2.200"}).status_code == 429
    mine.post("/abmelden", data={"csrf_token": token_of(mine)})
    again = {"email": BRANDT, "password": PASSWORD, "csrf_token": token_of(mine)}
    assert mine.post("/anmelden", data=again, environ_base={"REMOTE_ADDR": "192.0.2.3"}).status_code == 302


def test_a_known_browser_is_no_way_in_and_has_its_own_limit(visitor: Visitor) -> None:
    mine = visitor(BRANDT)
    mine.post("/abmelden", data={"csrf_token": token_of(mine)})
    assert guesses(mine, 11) == [401] * 10 + [429]


def test_a_remember_cookie_of_the_framework_opens_and_breaks_nothing(visitor: Visitor) -> None:
    client = visitor("")
    client.set_cookie("remember_token", "u-1|" + "0" * 128)
    assert client.get("/markt").status_code == 302


def test_over_tls_a_form_must_come_from_a_page_of_ours(market: Market) -> None:
    client = browser(market, secure=True, proxies=1)
    tls = {"X-Forwarded-Proto": "https", "Host": "boerse.example"}
    form = {"email": BRANDT, "password": PASSWORD}
    page = client.get("/anmelden", headers=tls, base_url="https://boerse.example")
    form["csrf_token"] = re.search(r'name="csrf-token" content="([^"]+)"', page.text)[1]  # type: ignore[index]
    for referrer, status in (("https://boerse.example/anmelden", 302), ("https://evil.example/", 400), ("", 400)):
        headers = tls | {"Referer": referrer}
        answer = client.post("/anmelden", data=form, headers=headers, base_url="https://boerse.example")
        assert answer.status_code == status, referrer
