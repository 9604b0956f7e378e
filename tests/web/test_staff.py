"""The firm's users: invited by a link, limited by day, let in no more."""

import re

import pytest
from flask.testing import FlaskClient

from exchange.instant import DAY_US, HOUR_US
from tests.web.conftest import BRANDT, KRONE, Visitor, log_in, order
from tests.web.market import PASSWORD, Market
from tests.web.people import OTHER_OWNER, complete, send, user_id

pytestmark = pytest.mark.usefixtures("engine")

NEW = {"name": "Jan Vogel", "email": "j.vogel@brandt-vogel.example", "role": "advisor", "current_password": PASSWORD}
HIS = "eleven quiet otters"


def token_in(text: str) -> str:
    found = re.search(r"/zugang#([\w-]{43})", text)
    assert found is not None
    return found[1]


def redeem(client: FlaskClient, token: str, password: str = HIS):  # type: ignore[no-untyped-def]
    return send(client, "/zugang", token=token, password=password, again=password)


def test_an_invitation_lets_somebody_in_once(brandt: FlaskClient, visitor: Visitor, market: Market) -> None:
    shown = send(brandt, "/einstellungen/nutzer/einladen", **NEW)
    token = token_in(shown.text)
    assert token not in brandt.get("/einstellungen/nutzer").text
    with market.desk.store.read() as connection:
        assert token not in str(connection.exec_driver_sql("SELECT * FROM links").all())
    assert log_in(visitor(""), NEW["email"], HIS).status_code == 401
    assert redeem(visitor(""), token).headers["Location"] == "/anmelden?gesetzt=1"
    assert log_in(visitor(""), NEW["email"], HIS).headers["Location"] == "/markt"
    assert "gilt nicht mehr" in redeem(visitor(""), token, "another quiet otter").text


def test_a_link_is_not_used_up_by_looking_or_by_a_poor_password(brandt: FlaskClient, visitor: Visitor) -> None:
    token = token_in(send(brandt, "/einstellungen/nutzer/einladen", **NEW).text)
    visitor("").get("/zugang")
    assert "Namen" in redeem(visitor(""), token, "jan vogel jan vogel").text
    assert redeem(visitor(""), token).status_code == 302


def test_links_end_by_time_and_by_a_newer_one(brandt: FlaskClient, visitor: Visitor, market: Market) -> None:
    first = token_in(send(brandt, "/einstellungen/nutzer/einladen", **NEW).text)
    path = f"/einstellungen/nutzer/{user_id(market, NEW['email'])}/link"
    second = token_in(send(brandt, path, current_password=PASSWORD).text)
    assert redeem(visitor(""), first).status_code == 400
    market.clock.at_us += 3 * DAY_US
    assert redeem(visitor(""), second).status_code == 400


def test_a_reset_ends_sessions_and_holds_an_hour(visitor: Visitor, market: Market) -> None:
    complete(market)
    owner, his = visitor(BRANDT), visitor("j.berater@brandt-vogel.example")
    path = f"/einstellungen/nutzer/{user_id(market, 'j.berater@brandt-vogel.example')}/link"
    late = token_in(send(owner, path, current_password=PASSWORD).text)
    market.clock.at_us += HOUR_US
    assert redeem(visitor(""), late).status_code == 400
    owner, his = visitor(BRANDT), visitor("j.berater@brandt-vogel.example")
    assert redeem(visitor(""), token_in(send(owner, path, current_password=PASSWORD).text)).status_code == 302
    assert his.get("/guthaben").status_code == 302


def test_inviting_needs_the_password_and_sound_fields(brandt: FlaskClient) -> None:
    for wrong, said in (
        ({"current_password": "wrong"}, "Das Passwort stimmt nicht."),
        ({"email": KRONE}, "schon vergeben"),
        ({"email": "no address"}, "Adresse prüfen"),
        ({"role": "operator"}, "Rolle"),
        ({"name": " "}, "Name prüfen"),
    ):
        answer = send(brandt, "/einstellungen/nutzer/einladen", **(NEW | wrong))
        assert answer.status_code == 400
        assert said in answer.text
        assert "#" not in re.findall(r'value="([^"]*/zugang[^"]*)"', answer.text)


def test_nobody_of_another_firm_can_be_touched(visitor: Visitor, market: Market) -> None:
    complete(market)
    client, theirs = visitor(OTHER_OWNER), user_id(market, BRANDT)
    for path in (f"{theirs}", f"{theirs}/link", f"{theirs}/zutritt"):
        form = {"role": "advisor", "current_password": PASSWORD, "allowed": "0"}
        assert send(client, f"/einstellungen/nutzer/{path}", **form).status_code == 404
    assert BRANDT not in client.get("/einstellungen/nutzer").text


def test_nobody_takes_the_owners_role_from_oneself_or_shuts_oneself_out(brandt: FlaskClient, market: Market) -> None:
    mine = user_id(market, BRANDT)
    assert send(brandt, f"/einstellungen/nutzer/{mine}", role="advisor").status_code == 400
    assert send(brandt, f"/einstellungen/nutzer/{mine}/zutritt", allowed="0").status_code == 400
    assert brandt.get("/einstellungen/nutzer").status_code == 200


def test_somebody_locked_is_out_at_once_with_sessions_and_keys(visitor: Visitor, market: Market) -> None:
    complete(market)
    email = "j.berater@brandt-vogel.example"
    owner, his, path = visitor(BRANDT), visitor(email), f"/einstellungen/nutzer/{user_id(market, email)}/zutritt"
    send(owner, path, allowed="0")
    assert his.get("/guthaben").status_code == 302
    assert log_in(visitor(""), email, PASSWORD).status_code == 401
    send(owner, path, allowed="1")
    assert log_in(visitor(""), email, PASSWORD).status_code == 302


def limited(visitor: Visitor, market: Market, limit: str) -> FlaskClient:
    """An advisor of the firm, with a daily limit."""
    complete(market)
    email = "j.berater@brandt-vogel.example"
    send(visitor(BRANDT), f"/einstellungen/nutzer/{user_id(market, email)}", role="advisor", limit=limit)
    return visitor(email)


def test_a_daily_limit_counts_what_was_paid_and_holds_at_the_door(visitor: Visitor, market: Market) -> None:
    client = limited(visitor, market, "60")
    assert order(client, "7A1PV", 5000, "key-number-one").status_code == 200
    refused = order(client, "7R6RL", 3000, "key-number-two")
    assert (refused.status_code, refused.json["code"]) == (403, "cap_reached")
    assert market.desk.row_of("listing", "7R6RL")["sold"] == 0
    assert "Heute: 48,00" in visitor(BRANDT).get("/einstellungen/nutzer").text


def test_an_order_sent_again_is_not_counted_twice(visitor: Visitor, market: Market) -> None:
    client = limited(visitor, market, "60")
    for _ in range(3):
        assert order(client, "7A1PV", 5000, "key-number-one").status_code == 200


def test_what_a_refused_order_set_apart_is_free_again(visitor: Visitor, market: Market) -> None:
    client = limited(visitor, market, "60")
    assert order(client, "7A1PV", 4000, "key-number-one").json["code"] == "price_above_limit"
    assert order(client, "7A1PV", 5000, "key-number-two").status_code == 200


def test_the_limit_is_whole_again_at_midnight_in_berlin(visitor: Visitor, market: Market) -> None:
    client = limited(visitor, market, "50")
    assert order(client, "7A1PV", 5000, "key-number-one").status_code == 200
    assert order(client, "7W4WP", 5000, "key-number-two").status_code == 403
    with market.desk.store.read() as connection:
        (found,) = connection.exec_driver_sql("SELECT * FROM orders_by_user").mappings()
    assert (found["listing_id"], found["held_cents"]) == ("7A1PV", 4800)
    assert found["sale_id"]
