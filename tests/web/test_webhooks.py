"""Webhooks on pages and over JSON: shown once, tested, sent again; another firm's are as good as none."""

import re
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exchange.courier.courier import Courier
from exchange.courier.hook import HookCourier
from exchange.courier.spreader import Spreader
from exchange.hooks.target import Bounds
from exchange.instant import SECOND_US
from exchange.web.app import create_app
from tests.hooks.receiver import Receiver, receiving
from tests.hooks.test_signature import VERIFY
from tests.web.calls import Machine
from tests.web.conftest import log_in
from tests.web.market import PASSWORD, Market
from tests.web.people import BY_ROLE, OTHER_OWNER, OWNER, complete, send

SUPPLIER = BY_ROLE["supplier"]
SLASHES = "//"
PAGE = "/einstellungen/webhooks"
FORM = {"side": "supplier", "topic": ["lead.sold", "claim.filed"], "current_password": PASSWORD}
LOCAL = Bounds(local=True)

Enter = Callable[[str], FlaskClient]


@pytest.fixture
def app(market: Market) -> Flask:
    complete(market)
    market.desk.store.posts = True
    return create_app(replace(market.premises(), hook_bounds=LOCAL, resolve=public))


def public(_host: str, port: int) -> Any:
    """A resolver to whom every name is a public address."""
    return [(socket.AF_INET, ("1.1.1.1", port))]


@pytest.fixture
def enter(app: Flask) -> Enter:
    def go(email: str) -> FlaskClient:
        client = app.test_client()
        assert log_in(client, email, PASSWORD).status_code == 302
        return client

    return go


@pytest.fixture
def receiver() -> Any:
    with receiving() as receiver:
        yield receiver


def made(client: FlaskClient, url: str, **more: Any) -> tuple[str, str]:
    """A new webhook: its id and its secret, as the page shows it once."""
    answer = send(client, PAGE, **(FORM | {"url": url} | more))
    assert answer.status_code == 200, answer.text
    secret = re.search(r'value="(whsec_[A-Za-z0-9+/=]{44})"', answer.text)
    hook = re.search(rf'{PAGE}/(wh-[0-9a-f]{{16}})"', answer.text)
    assert secret is not None
    assert hook is not None
    return hook[1], secret[1]


def go(market: Market) -> int:
    """What the house's courier does within a second."""
    store = market.desk.store
    Courier(store, Spreader(store)).round()
    assert store.vault is not None
    return HookCourier(store, store.vault, LOCAL, draw=lambda: 9_999).round()


def test_a_suppliers_way(enter: Enter, market: Market, receiver: Receiver) -> None:
    client = enter(SUPPLIER)
    hook_id, secret = made(client, receiver.url)
    assert secret not in client.get(f"{PAGE}/{hook_id}").text + client.get(PAGE).text
    assert receiver.url in client.get(PAGE).text

    send(client, f"{PAGE}/{hook_id}/test")
    assert "Wartet" in client.get(f"{PAGE}/{hook_id}").text
    go(market)
    (got,) = receiver.got
    VERIFY([secret], got.headers, got.body, now=market.clock.at_us // SECOND_US)
    assert "Zugestellt" in client.get(f"{PAGE}/{hook_id}").text

    receiver.answers, receiver.says = [500], b"<script>no</script> thanks"
    market.clock.at_us += SECOND_US  # the trial has an id of chance, which alone would say what came first
    market.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9_900)
    go(market)
    page = client.get(f"{PAGE}/{hook_id}").text
    assert all(word in page for word in ("Platz verkauft", "Wird wiederholt", "1 Versuch", "500", "Gestört"))
    assert "&lt;script&gt;no" in page
    assert "krone" not in page + str(receiver.got)
    assert "Kronenberg" not in page + str(receiver.got)

    (post_id,) = set(re.findall(rf"{hook_id}/nachrichten/([0-9a-f-]{{36}})/nochmal", page)) - {
        got.headers["webhook-id"]
    }
    send(client, f"{PAGE}/{hook_id}/nachrichten/{post_id}/nochmal")
    market.clock.at_us += 15 * SECOND_US
    go(market)
    assert receiver.ids[-1] == receiver.ids[-2] == post_id
    tries = re.findall(r"<li>([^<]*)</li>", client.get(f"{PAGE}/{hook_id}").text.split("<table")[1])
    assert [re.sub(r"[\d.]+ ms", "0 ms", one.partition(" · ")[2]) for one in tries[:2]] == [
        "500 nicht angenommen · 0 ms · nächster Versuch 19.11.2026, 14:31:19", "200 · 0 ms",
    ]  # fmt: skip
    assert "Wird wiederholt" not in client.get(f"{PAGE}/{hook_id}").text.split("<table")[1]

    send(client, f"{PAGE}/{hook_id}/schalter", on="0")
    market.desk.buy("pv", buyer="krone", listing_id="7A1PV", most_cents=9_900)
    before = len(receiver.got)
    assert go(market) == 0
    assert "Zurückgehalten" in client.get(f"{PAGE}/{hook_id}").text
    assert "braucht Sie" not in client.get("/lieferungen").text
    send(client, f"{PAGE}/{hook_id}/schalter", on="1")
    go(market)
    assert len(receiver.got) == before + 1

    renewed = send(client, f"{PAGE}/{hook_id}/geheimnis", current_password=PASSWORD)
    assert secret not in renewed.text
    assert "unterschreibt mit bis" in renewed.text
    send(client, f"{PAGE}/{hook_id}/nochmal", since="week")
    send(client, f"{PAGE}/{hook_id}/entfernen")
    assert hook_id not in client.get(PAGE).text
    assert client.get(f"{PAGE}/{hook_id}").status_code == 404


def test_one_that_was_disabled_says_so_where_suppliers_begin(enter: Enter, market: Market, receiver: Receiver) -> None:
    client = enter(SUPPLIER)
    hook_id, _ = made(client, receiver.url)
    receiver.answers = [410]
    market.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9_900)
    go(market)
    assert "1 Webhook ist abgeschaltet und braucht Sie" in client.get("/lieferungen").text
    assert "410" in client.get(f"{PAGE}/{hook_id}").text


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"url": "http://hooks.example.de/"}, "muss mit https beginnen"),
    ({"url": "https://user@hooks.example.de/"}, "ohne Anmeldedaten"),
    ({"url": f"https:{SLASHES}169.254.169.254/latest"}, "keine Zahlen"),
    ({"url": "https://hooks.example.de:8080/"}, "Dieser Port"),
    ({"topic": []}, "Mindestens ein Ereignis"),
    ({"topic": ["lead.bought"]}, "Mindestens ein Ereignis"),
    ({"current_password": "wrong"}, "Das Passwort stimmt nicht"),
    ({"side": "buyer"}, "nicht möglich"),
]
"""What a form may not say, and what is said to it."""


def test_what_is_wrong_is_said_and_nothing_is_made(enter: Enter) -> None:
    client = enter(SUPPLIER)
    for wrong, says in WRONG:
        answer = send(client, PAGE, **(FORM | {"url": "https://hooks.example.de/"} | wrong))
        assert (answer.status_code, says in answer.text) == (400, True), says
        assert "whsec_" not in answer.text
    assert "Noch kein Webhook" in client.get(PAGE).text


def test_a_name_that_points_inwards_is_refused_when_it_is_saved(market: Market) -> None:
    def inwards(_host: str, port: int) -> Any:
        return [(socket.AF_INET, ("1.1.1.1", port)), (socket.AF_INET, ("10.0.0.7", port))]

    complete(market)
    client = create_app(replace(market.premises(), hook_bounds=Bounds(), resolve=inwards)).test_client()
    log_in(client, SUPPLIER, PASSWORD)
    answer = send(client, PAGE, **FORM, url="https://hooks.example.de/")
    assert (answer.status_code, "nicht öffentlich" in answer.text) == (400, True)


def test_over_json(app: Flask, market: Market, receiver: Receiver) -> None:
    machine = Machine(app, market, SUPPLIER, "hooks")
    body = {"url": receiver.url, "topics": ["lead.sold"], "side": "supplier"}
    new = machine.post("/webhooks", body, key="").json
    hook_id, secret = new["webhook"]["id"], new["secret"]
    assert machine.post("/webhooks", body, key="").json["code"] == "conflict", "one an address"
    inner = machine.post("/webhooks", body | {"url": f"https:{SLASHES}10.0.0.1/"}, key="")
    assert (inner.status_code, "public name" in inner.json["detail"]) == (400, True)
    assert secret not in machine.get("/webhooks").text + machine.get(f"/webhooks/{hook_id}").text

    sent = machine.post(f"/webhooks/{hook_id}/test", key="").json["message_id"]
    go(market)
    (message,) = machine.get(f"/webhooks/{hook_id}/messages").json["messages"]
    assert (message["id"], message["state"], message["status"], message["attempts"]) == (sent, "sent", 200, 1)
    assert receiver.got[0].body.decode() == message["body"]

    changed = {"url": receiver.url, "topics": ["claim.filed", "lead.sold"], "on": False}
    answer = machine.send("PUT", f"/webhooks/{hook_id}", changed, key="").json
    assert (answer["state"], answer["why"], answer["topics"]) == ("off", "owner", ["lead.sold", "claim.filed"])
    machine.send("PUT", f"/webhooks/{hook_id}", changed | {"on": True}, key="")
    renewed = machine.post(f"/webhooks/{hook_id}/secret", key="").json
    assert renewed["secret"].startswith("whsec_")
    assert renewed["overlap_until"] is not None

    receiver.answers = [500, 500]
    market.desk.buy("pkv", buyer="krone", listing_id="7K2KV", most_cents=9_900)
    go(market)
    (failed,) = machine.get(f"/webhooks/{hook_id}/messages?state=retrying").json["messages"]
    assert (failed["error"], failed["next_at"] is not None) == ("hook_status", True)
    since = {"since": "2026-11-19T00:00:00Z"}
    assert machine.post(f"/webhooks/{hook_id}/replay", since, key="").json == {"count": 1}
    page = machine.get(f"/webhooks/{hook_id}/messages?size=1").json
    assert [one["id"] for one in page["messages"]] == [failed["id"]] or page["next"] is not None
    rest = machine.get(f"/webhooks/{hook_id}/messages?size=1&after={page['next']}").json
    assert {page["messages"][0]["id"], rest["messages"][0]["id"]} == {sent, failed["id"]}
    assert machine.post(f"/webhooks/{hook_id}/remove", key="").json == {"id": hook_id}
    assert machine.get(f"/webhooks/{hook_id}").status_code == 404


def test_a_buyer_hears_of_its_purchases_only(app: Flask, market: Market, receiver: Receiver) -> None:
    owner = Machine(app, market, OWNER, "hooks")
    body = {"url": receiver.url, "topics": ["lead.bought"], "side": "buyer"}
    assert owner.post("/webhooks", body | {"side": "supplier", "topics": ["lead.sold"]}, key="").status_code == 403
    assert owner.post("/webhooks", body, key="").status_code == 200
    for firm, sector, listing in (("brandt", "pkv", "7K2KV"), ("krone", "pv", "7A1PV")):
        market.desk.buy(sector, buyer=firm, listing_id=listing, most_cents=9_900)
    go(market)
    (got,) = receiver.got
    assert b"7K2KV" in got.body


def test_another_firms_webhook_answers_like_none(app: Flask, market: Market, enter: Enter, receiver: Receiver) -> None:
    """Pages and JSON, owner and supplier: the table of routes proves it for owners (test_roles, test_api_access)."""
    theirs, _ = made(enter(SUPPLIER), receiver.url)
    stranger, none = Machine(app, market, OTHER_OWNER, "hooks"), "wh-0000000000000000"
    change = {"url": "https://hooks.example.de/", "topics": ["lead.bought"], "on": False}
    for verb, path, body in (
        ("GET", "", None),
        ("PUT", "", change),
        ("GET", "/messages", None),
        *(("POST", end, None) for end in ("/remove", "/secret", "/test", f"/messages/{theirs}/replay")),
        ("POST", "/replay", {"since": "2026-11-19T00:00:00Z"}),
    ):
        foreign, missing = (stranger.send(verb, f"/webhooks/{one}{path}", body, key="") for one in (theirs, none))
        assert (foreign.status_code, missing.status_code) == (404, 404), path
        assert foreign.text.replace(theirs, none) == missing.text
    assert Machine(app, market, SUPPLIER, "hooks").get(f"/webhooks/{theirs}").json["state"] == "on"


def test_a_house_without_webhooks_says_so(market: Market) -> None:
    complete(market)
    client = create_app(market.premises()).test_client()
    log_in(client, SUPPLIER, PASSWORD)
    assert "versendet zurzeit keine Webhooks" in client.get(PAGE).text


def test_suppliers_make_keys_for_what_suppliers_do(enter: Enter) -> None:
    page = enter(SUPPLIER).get("/einstellungen/schluessel").text
    assert set(re.findall(r'name="scope" value="(\w+)"', page)) == {"read", "supply", "hooks"}
