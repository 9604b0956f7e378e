"""Back-tests on their pages: asked for, played by another process, read, one at a time."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from exchange.background.runs import ASKED, read
from exchange.backtest.report import Asked
from exchange.backtest.runs import Runs
from exchange.instant import MINUTE_US
from exchange.web.app import create_app
from tests.web.conftest import log_in, token_of
from tests.web.market import NOW, PASSWORD, Market
from tests.web.people import BY_ROLE, complete

PAGE = "/auswertung/rueckrechnung"
FORM = {"sector": "rlv", "from": "2026-11-19", "to": "2026-11-20"}


@pytest.fixture
def client(market: Market, tmp_path: Path) -> FlaskClient:
    complete(market)
    market.go(NOW + 180 * MINUTE_US)
    premises = replace(market.premises(), backtests=tmp_path / "backtests")
    client = create_app(premises).test_client()
    log_in(client, BY_ROLE["analyst"], PASSWORD)
    return client


def ask(client: FlaskClient, **form: str):  # type: ignore[no-untyped-def]
    return client.post(PAGE, data={"csrf_token": token_of(client), **FORM, **form})


def ended(client: FlaskClient, path: str) -> dict[str, object]:
    for _ in range(600):
        told: dict[str, object] = client.get(f"{path}/stand").get_json()
        if told["state"] != "running":
            return told
        time.sleep(0.1)
    raise AssertionError("it never ended")


def test_a_back_test_is_asked_for_played_and_read(client: FlaskClient) -> None:
    assert "Noch keine." in client.get(PAGE).text
    begun = ask(client, seats="2", floor="30 %", hours="mo-fr", opens="08:00", closes="18:00", tick="1,00")
    assert begun.status_code == 303
    path = begun.headers["Location"]
    assert 'data-testid="backtest-running"' in client.get(path).text
    assert ask(client).status_code == 409, "one at a time"
    assert ended(client, path)["state"] == "done"
    page = client.get(path).text
    assert "alle wie auf dem Band" in page
    assert page.count('data-testid="difference-') == 4
    assert "Sofortkäufer: Was sie unter anderen Preisen" in page
    assert "andere Handelszeit, Mindestpreis 30,0" in page
    assert 'data-testid="backtest-run"' in client.get(PAGE).text
    assert client.get(f"{PAGE}/0123456789abcdef").status_code == 404
    run_id = path.rpartition("/")[2]
    told = client.get(f"/api/v1/backtests?run={run_id}").get_json()
    assert (told["runs"][0]["run_id"], told["runs"][0]["state"]) == (run_id, "done")
    assert told["report"]["own"]["leads"] == 2
    assert client.get("/api/v1/backtests?run=0123456789abcdef").status_code == 404


def test_a_program_asks_for_one_and_waits_for_it(client: FlaskClient) -> None:
    body = {"sector": "rlv", "from_day": "2026-11-19", "to_day": "2026-11-20", "seats": 2, "floor_bp": 3000}
    told = {"X-CSRFToken": token_of(client), "Idempotency-Key": "rueckrechnung-1"}

    def post(key: str = "rueckrechnung-1", **more: object):  # type: ignore[no-untyped-def]
        return client.post("/api/v1/backtests", json=body | more, headers=told | {"Idempotency-Key": key})

    begun = post()
    assert (begun.status_code, begun.get_json()["state"]) == (202, "running")
    assert post("rueckrechnung-2").get_json()["code"] == "conflict", "one at a time"
    place = begun.headers["Location"]
    again = post()
    assert (again.headers["Location"], again.headers["Idempotent-Replayed"]) == (place, "true")
    assert post(seats=3).get_json()["code"] == "key_reused"
    run_id = place.rpartition("=")[2]
    assert ended(client, f"{PAGE}/{run_id}")["state"] == "done"
    found = client.get(place).get_json()
    assert (found["runs"][0]["run_id"], found["report"]["own"]["leads"]) == (run_id, 2)
    wrong = {"sector": "xx", "curve": "99", "from_day": "2026-02-30", "to_day": "2026-11-18", "floor_cents": 100}
    wrong["hours"] = {"days": "mo-fr", "opens": "20:00", "closes": "08:00"}  # type: ignore[assignment]
    for name, value in wrong.items():
        answer = post(f"rueckrechnung-{name}", **{name: value})
        assert (answer.status_code, answer.get_json()["code"]) == (400, "invalid"), name
    assert client.post("/api/v1/backtests", json=body).status_code in (400, 403), "from another site"


WRONG = (
    ("sector", "xx"), ("curve", "99"), ("curve", "draft"), ("from", ""), ("to", "2026-11-18"), ("hours", "never"),
    ("floor", "101 %"), ("floor", "viel"), ("tick", "0"), ("seats", "33"), ("from", "2026-11-19T08:00"),
)  # fmt: skip


def test_the_replay_fills_in_the_form_to_the_minute(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stretch = {"from": "2026-11-19T13:50", "to": "2026-11-19T14:50"}
    page = client.get(PAGE, query_string={"sparte": "bu", "curve": "14", **stretch}).text
    assert '<option value="bu" selected>' in page
    assert '<option value="14" selected>' in page
    for name, value in stretch.items():
        assert f'type="datetime-local" id="b-{name}" name="{name}" value="{value}"' in page
    monkeypatch.setattr(Runs, "_start", lambda _self, _folder: None)
    run_id = ask(client, sector="bu", curve="14", **stretch).headers["Location"].rpartition("/")[2]
    asked = Asked.from_payload(read(tmp_path / "backtests" / run_id / ASKED)["asked"])
    assert asked.until - asked.since == 60 * MINUTE_US
    assert asked.scenario.curve is not None
    assert asked.scenario.curve.number == 14
    assert ask(client, **{"from": "2026-11-19T15:00", "to": "2026-11-19T14:00"}).status_code == 400


def test_a_form_that_cannot_be_says_where(client: FlaskClient) -> None:
    for field, value in WRONG:
        answer = ask(client, **{field: value})
        assert answer.status_code == 400
        assert f'id="e-{field}"' in answer.text, (field, value)
