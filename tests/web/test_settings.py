"""One's own settings: looks kept with the account, the password, where one is logged in."""

import re

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import BRANDT, Visitor, log_in, token_of
from tests.web.market import PASSWORD, Market
from tests.web.people import complete, send

pytestmark = pytest.mark.usefixtures("engine")

LOOK = {"lang": "de", "theme": "system", "density": "compact", "rate": "calm", "say": "leads", "keys": "1"}
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def body_of(client: FlaskClient, path: str = "/einstellungen") -> dict[str, str]:
    """What the page tells its scripts."""
    tag = re.search(r"<body[^>]*>", client.get(path).text)
    assert tag is not None
    return dict(re.findall(r'data-([a-z-]+)="([^"]*)"', tag[0]))


def test_without_a_choice_every_page_tells_the_defaults(brandt: FlaskClient) -> None:
    told = body_of(brandt, "/guthaben")
    assert (told["density"], told["rate"], told["say"], told["keys"]) == ("default", "live", "results", "1")
    assert "onekey-cents" not in told


def test_what_was_chosen_stands_on_every_page_and_every_machine(brandt: FlaskClient, visitor: Visitor) -> None:
    assert send(brandt, "/einstellungen", **LOOK, onekey="12,50").status_code == 303
    told = body_of(visitor(BRANDT), "/guthaben")
    assert (told["density"], told["rate"], told["say"], told["keys"]) == ("compact", "calm", "leads", "1")
    assert told["onekey-cents"] == "1250"
    assert "Gespeichert." in brandt.get("/einstellungen?fertig=look").text


def test_keys_can_be_switched_off_and_one_key_buying_taken_back(brandt: FlaskClient) -> None:
    send(brandt, "/einstellungen", **LOOK, onekey="12")
    send(brandt, "/einstellungen", **{name: one for name, one in LOOK.items() if name != "keys"})
    told = body_of(brandt)
    assert told["keys"] == "0"
    assert "onekey-cents" not in told


@pytest.mark.parametrize("amount", ["0", "-1", "a lot", "10000,01", "1e3"])
def test_a_ceiling_that_is_none_is_named_at_its_field(brandt: FlaskClient, amount: str) -> None:
    answer = send(brandt, "/einstellungen", **LOOK, onekey=amount)
    assert answer.status_code == 400
    assert "Fehler: " in answer.text
    assert 'aria-describedby="e-onekey"' in answer.text
    assert "onekey-cents" not in body_of(brandt)


def test_a_choice_nobody_offered_is_refused(brandt: FlaskClient) -> None:
    assert send(brandt, "/einstellungen", **(LOOK | {"density": "tiny"})).status_code == 400
    assert body_of(brandt)["density"] == "default"


def test_another_password_ends_the_other_sessions_and_keeps_this_one(visitor: Visitor) -> None:
    here, there = visitor(BRANDT), visitor(BRANDT)
    new = "seven lime lanterns"
    form = {"current_password": PASSWORD, "password": new, "again": new}
    assert send(here, "/einstellungen/passwort", **form).status_code == 303
    assert here.get("/guthaben").status_code == 200
    assert there.get("/guthaben").status_code == 302
    assert log_in(visitor(""), BRANDT, PASSWORD).status_code == 401
    assert log_in(visitor(""), BRANDT, new).status_code == 302


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"current_password": "not the password"}, "Das Passwort stimmt nicht."),
        ({"again": "something else entirely"}, "Die beiden Eingaben sind verschieden."),
        ({"password": "short", "again": "short"}, "12 bis 256 Zeichen"),
        ({"password": "qwertzuiop123", "again": "qwertzuiop123"}, "Listen, die zuerst probiert werden"),
        ({"password": "Sabine Brandt Vogel 1", "again": "Sabine Brandt Vogel 1"}, "fast nur aus Namen"),
    ],
)
def test_a_password_that_is_not_taken(brandt: FlaskClient, visitor: Visitor, form: dict[str, str], said: str) -> None:
    good = {"current_password": PASSWORD, "password": "seven lime lanterns", "again": "seven lime lanterns"}
    answer = send(brandt, "/einstellungen/passwort", **(good | form))
    assert answer.status_code == 400
    assert said in answer.text
    assert log_in(visitor(""), BRANDT, PASSWORD).status_code == 302


def test_guessing_the_old_password_from_an_open_page_is_slowed_down(brandt: FlaskClient) -> None:
    form = {"password": "seven lime lanterns", "again": "seven lime lanterns"}
    for _ in range(5):
        assert "stimmt nicht" in send(brandt, "/einstellungen/passwort", current_password="guess", **form).text
    assert "Zu viele Versuche" in send(brandt, "/einstellungen/passwort", current_password=PASSWORD, **form).text


def test_sessions_say_where_one_is_logged_in_and_each_can_be_ended(visitor: Visitor) -> None:
    here, there = visitor(BRANDT), visitor("")
    form = {"email": BRANDT, "password": PASSWORD, "csrf_token": token_of(there)}
    there.post("/anmelden", data=form, headers={"User-Agent": FIREFOX})
    text = here.get("/einstellungen/sitzungen").text
    assert "Firefox, Windows" in text
    assert text.count("Diese Sitzung") == 1
    found = re.findall(r"/einstellungen/sitzungen/([0-9a-f]{16})/beenden", text)
    assert len(found) == 1
    assert send(here, f"/einstellungen/sitzungen/{found[0]}/beenden").status_code == 303
    assert there.get("/guthaben").status_code == 302
    assert here.get("/guthaben").status_code == 200


def test_all_others_are_ended_at_once(visitor: Visitor) -> None:
    here, *others = (visitor(BRANDT) for _ in range(3))
    send(here, "/einstellungen/sitzungen/andere-beenden")
    assert [client.get("/guthaben").status_code for client in others] == [302, 302]
    assert here.get("/guthaben").status_code == 200


def test_a_guessed_session_is_unknown(brandt: FlaskClient) -> None:
    for guess in ("%", "_" * 16, "0" * 16, "0"):
        assert send(brandt, f"/einstellungen/sitzungen/{guess}/beenden").status_code == 404
    assert brandt.get("/guthaben").status_code == 200


def test_the_houses_people_are_logged_out_after_a_quarter_of_an_hour(visitor: Visitor, market: Market) -> None:
    complete(market)
    client = visitor("o.betrieb@example.de")
    market.clock.at_us += 14 * 60_000_000
    assert client.get("/betrieb").status_code == 200
    market.clock.at_us += 15 * 60_000_000
    assert client.get("/betrieb").status_code == 302
