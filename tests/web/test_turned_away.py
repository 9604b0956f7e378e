"""Who is turned away leaves a line in the process's log; what was typed leaves none."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient

from tests.staging.suppliers import NORD
from tests.web.conftest import BRANDT, Visitor, token_of

TYPED = "wrong wrong wrong"


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    told = [record.getMessage() for record in caplog.records if record.name == "exchange.doors"]
    caplog.clear()
    return told


def test_each_way_of_being_turned_away_is_said_once(
    brandt: FlaskClient, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = visitor("")
    form = {"email": BRANDT, "password": TYPED, "csrf_token": token_of(stranger)}
    asked = [
        (stranger.post("/anmelden", data=form), 401, "POST auth.login, user unknown"),
        (stranger.post("/anmelden", data=form | {"csrf_token": TYPED}), 400, "POST auth.login, user unknown"),
        (stranger.get("/api/v1/bids", headers={"Authorization": "Bearer lb_x"}), 401, "GET api."),
        (brandt.post("/abmelden", headers={"Sec-Fetch-Site": "cross-site"}), 403, "POST auth."),
    ]
    said = "\n".join(lines(caplog))
    for answer, status, line in asked:
        assert answer.status_code == status
        assert f"turned away: {status} at {line}" in said
    assert said.count("turned away") == 4
    assert not any(secret in said for secret in (TYPED, BRANDT, "brandt", "lb_x"))


def test_what_is_nobodys_and_what_is_asked_without_a_right_name_the_user(
    brandt: FlaskClient, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    assert brandt.get("/leads/none-such").status_code == 404
    (missing,) = lines(caplog)
    assert "turned away: 404 at GET leads." in missing
    assert "user u-" in missing
    assert "none-such" not in missing


def test_a_file_that_is_none_is_said(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    nord = visitor(NORD)
    caplog.clear()
    form = {"csrf_token": token_of(nord), "file": (BytesIO(b"MZ\x00\x00"), "kw47.xlsx")}
    assert nord.post("/lieferungen/neu", data=form, content_type="multipart/form-data").status_code == 400
    (refused,) = lines(caplog)
    assert "turned away: 400 at POST supply." in refused
    assert "kw47" not in refused
