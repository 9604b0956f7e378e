"""Keys for machines: shown once, no more than their scopes, gone at once when revoked."""

import re

import pytest
from flask.testing import FlaskClient

from exchange.access.throttle import CALLS
from exchange.instant import DAY_US
from tests.web.conftest import BRANDT, Visitor
from tests.web.market import PASSWORD, Market
from tests.web.people import send, user_id

pytestmark = pytest.mark.usefixtures("engine")

FORM = {"name": "CRM", "days": "90", "scope": "read", "current_password": PASSWORD}


def made(client: FlaskClient, *scopes: str) -> str:
    """A new key, as the page shows it once."""
    answer = send(client, "/einstellungen/schluessel", **(FORM | {"scope": list(scopes) or ["read"]}))
    found = re.search(r'value="(lb_[0-9a-f]{10}_[\w-]{43})"', answer.text)
    assert found is not None
    return found[1]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "Idempotency-Key": "key-of-a-machine"}


def test_a_key_is_shown_once_and_only_its_hash_is_kept(brandt: FlaskClient, market: Market) -> None:
    key = made(brandt)
    page = brandt.get("/einstellungen/schluessel").text
    assert key not in page
    assert key[:13] in page
    with market.desk.store.read() as connection:
        assert key.split("_", 2)[2] not in str(connection.exec_driver_sql("SELECT * FROM api_keys").all())


def test_a_key_buys_without_session_and_form_token(brandt: FlaskClient, visitor: Visitor, market: Market) -> None:
    key = made(brandt, "read", "buy")
    answer = visitor("").post("/api/v1/leads/7K2KV/buy", json={"most_cents": 9900}, headers=bearer(key))
    assert (answer.status_code, answer.json["ask_cents"]) == (200, 9200)
    assert "Set-Cookie" not in answer.headers
    with market.desk.store.read() as connection:
        who = connection.exec_driver_sql("SELECT user_id FROM orders_by_user").scalar_one()
    assert who == user_id(market, BRANDT)


def test_a_key_does_no_more_than_its_scopes(brandt: FlaskClient, visitor: Visitor, market: Market) -> None:
    key = made(brandt, "read")
    answer = visitor("").post("/api/v1/leads/7K2KV/buy", json={"most_cents": 9900}, headers=bearer(key))
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")
    assert market.desk.row_of("listing", "7K2KV")["sold"] == 0


def test_a_key_opens_no_page_and_a_cookie_does_not_help_a_wrong_key(brandt: FlaskClient, visitor: Visitor) -> None:
    key = made(brandt, "read", "buy", "bids")
    assert visitor("").get("/guthaben", headers=bearer(key)).status_code == 302
    assert brandt.get("/api/v1/openapi.json", headers=bearer("lb_0000000000_wrong")).status_code == 401
    # Whoever sends a key is the key: the form token of a session is not skipped by naming one.
    post = brandt.post("/gebote/bu-sued/schalter", data={"on": "0"}, headers=bearer(key))
    assert post.status_code == 400


@pytest.mark.parametrize("wrong", ["", "lb_", "lb_x_y", "x", "lb_0123456789_" + "a" * 43, "Basic abc", "ü" * 50])
def test_a_key_that_is_none_is_refused_and_never_said_again(visitor: Visitor, wrong: str) -> None:
    answer = visitor("").get("/api/v1/openapi.json", headers={"Authorization": f"Bearer {wrong}".encode()})
    assert answer.status_code == 401
    assert answer.json["code"] == "unauthorized"
    assert not wrong or len(wrong) < 5 or wrong not in answer.text


def test_the_secret_of_a_key_must_fit_its_name(brandt: FlaskClient, visitor: Visitor) -> None:
    first, second = made(brandt), made(brandt)
    mixed = first[:14] + second[14:]
    assert visitor("").get("/api/v1/openapi.json", headers=bearer(first)).status_code == 200
    assert visitor("").get("/api/v1/openapi.json", headers=bearer(mixed)).status_code == 401


def test_revoking_holds_at_once(brandt: FlaskClient, visitor: Visitor) -> None:
    key = made(brandt)
    assert visitor("").get("/api/v1/openapi.json", headers=bearer(key)).status_code == 200
    send(brandt, f"/einstellungen/schluessel/{key[3:13]}/widerrufen")
    assert visitor("").get("/api/v1/openapi.json", headers=bearer(key)).status_code == 401
    assert "Widerrufen" in brandt.get("/einstellungen/schluessel").text


def test_a_key_ends_with_its_time_and_with_its_user(brandt: FlaskClient, visitor: Visitor, market: Market) -> None:
    key, client = made(brandt), visitor("")
    market.entrance.disable(BRANDT)
    assert client.get("/api/v1/openapi.json", headers=bearer(key)).status_code == 401


def test_a_key_holds_no_longer_than_it_said(brandt: FlaskClient, visitor: Visitor, market: Market) -> None:
    key, client = made(brandt), visitor("")
    market.clock.at_us += 90 * DAY_US - 1
    assert client.get("/api/v1/openapi.json", headers=bearer(key)).status_code == 200
    market.clock.at_us += 1
    assert client.get("/api/v1/openapi.json", headers=bearer(key)).status_code == 401


def test_answers_say_what_is_left_and_when_it_is_whole(brandt: FlaskClient, visitor: Visitor, market: Market) -> None:
    key, client = made(brandt), visitor("")
    first = client.get("/api/v1/openapi.json", headers=bearer(key))
    assert (first.headers["RateLimit-Limit"], first.headers["RateLimit-Remaining"]) == ("120", "119")
    assert first.headers["RateLimit-Reset"] == "1"
    for _ in range(CALLS.burst - 1):
        client.get("/api/v1/openapi.json", headers=bearer(key))
    over = client.get("/api/v1/openapi.json", headers=bearer(key))
    assert (over.status_code, over.json["code"], over.headers["Retry-After"]) == (429, "too_many", "1")
    assert over.headers["RateLimit-Remaining"] == "0"
    market.clock.at_us += CALLS.refill_us
    assert client.get("/api/v1/openapi.json", headers=bearer(key)).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [{"current_password": "wrong"}, {"name": " "}, {"scope": []}, {"scope": ["everything"]}, {"days": "366"}],
)
def test_making_one_needs_the_password_and_sound_fields(brandt: FlaskClient, wrong: dict[str, str]) -> None:
    answer = send(brandt, "/einstellungen/schluessel", **(FORM | wrong))
    assert answer.status_code == 400
    assert "lb_" not in answer.text


def test_a_key_stands_in_no_log_and_no_error(
    brandt: FlaskClient, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    key = made(brandt, "read", "buy")

    def fail(_self: object, *_: object, **__: object) -> None:
        raise RuntimeError("a mistake of ours")

    with monkeypatch.context() as patched:
        patched.setattr("exchange.desk.buying.Buying.buy", fail)
        answer = visitor("").post("/api/v1/leads/7K2KV/buy", json={"most_cents": 9900}, headers=bearer(key))
    assert answer.status_code == 500
    assert key not in answer.text + caplog.text
    assert key[14:] not in answer.text + caplog.text
    assert "api.buy_lead" in caplog.text
