"""Exports on their page: asked for, written by another process, fetched; and the way there from the replay."""

import csv
import time
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from exchange.background.runs import GONE, STOP, write
from exchange.export.runs import Runs
from exchange.instant import HOUR_US, MINUTE_US, to_text
from exchange.web import replay_files
from exchange.web.app import create_app
from tests.web.conftest import log_in, token_of
from tests.web.market import NOW, PASSWORD, Market
from tests.web.people import BY_ROLE, complete

PAGE = "/auswertung/export"
FORM = {"sector": "bu", "dataset": "bids", "shape": "excel", "from": "2026-11-18T00:00", "until": "2026-11-20T00:00"}


@pytest.fixture
def client(market: Market, tmp_path: Path) -> FlaskClient:
    complete(market)
    premises = replace(market.premises(), exports=tmp_path / "exports", backtests=tmp_path / "backtests")
    client = create_app(premises).test_client()
    log_in(client, BY_ROLE["analyst"], PASSWORD)
    return client


def ask(client: FlaskClient, **form: str):  # type: ignore[no-untyped-def]
    return client.post(PAGE, data={"csrf_token": token_of(client), **FORM, **form})


def test_a_file_is_asked_for_written_and_fetched(client: FlaskClient, tmp_path: Path) -> None:
    assert "Noch keine." in client.get(PAGE).text
    assert ask(client).status_code == 303
    (run_id,) = (one.name for one in (tmp_path / "exports").iterdir() if one.is_dir())
    for _ in range(600):
        told = client.get(f"{PAGE}/{run_id}/stand").get_json()
        if told["state"] != "running":
            break
        time.sleep(0.1)
    assert told["state"] == "done"
    page = client.get(PAGE).text
    assert 'data-testid="export-fetch"' in page
    assert "Dauergebote" in page
    with client.get(f"{PAGE}/{run_id}/datei") as answer:
        (row,) = csv.DictReader(answer.data.decode("utf-8-sig").splitlines(), delimiter=";")
    assert answer.headers["Content-Disposition"].endswith("filename=bu-bids-2026-11-18T0000-2026-11-20T0000.csv")
    assert (row["limit_eur"], row["buyer"][:2], row["bid_id"]) == ("44,00", "K-", row["seq"])
    log_in(client, BY_ROLE["operator"], PASSWORD)
    assert client.get(f"{PAGE}/{run_id}/datei").status_code == 404, "another's"


def test_one_at_a_time_and_not_half_of_a_file(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Runs, "_start", lambda _self, _folder: None)
    assert ask(client).status_code == 303
    (run_id,) = (one.name for one in (tmp_path / "exports").iterdir() if one.is_dir())
    assert 'data-testid="export-running"' in client.get(PAGE).text
    assert client.get(f"{PAGE}/{run_id}/datei").status_code == 404
    busy = ask(client)
    assert (busy.status_code, 'id="e-sector"' in busy.text) == (409, True)
    assert client.post(f"{PAGE}/{run_id}/ende", data={"csrf_token": token_of(client)}).status_code == 303
    assert (tmp_path / "exports" / run_id / STOP).exists()
    write(tmp_path / "exports" / run_id / GONE, {"cause": "no_room"})
    assert "zu wenig Platz" in client.get(PAGE).text


WRONG = (
    ("sector", "xx"), ("dataset", "tape"), ("shape", "xlsx"), ("from", ""), ("from", "gestern"),
    ("until", "2026-11-18T00:00"), ("until", "2026-13-01T00:00"),
)  # fmt: skip


def test_a_form_that_cannot_be_says_where(client: FlaskClient) -> None:
    for field, value in WRONG:
        answer = ask(client, **{field: value})
        assert answer.status_code == 400
        assert f'id="e-{field}"' in answer.text, (field, value)


def test_what_the_replay_cannot_give_at_once_is_filled_in_here(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_files, "MOST_AT_ONCE", 0)
    stretch = f"from={to_text(NOW - HOUR_US + MINUTE_US // 2)}&until={to_text(NOW)}"
    answer = client.get(f"/verlauf/daten?sector=baufi&{stretch}&daten=fills&format=excel")
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).text
    assert 'data-testid="export-many"' in page
    for chosen in ("baufi", "fills", "excel"):
        assert f'<option value="{chosen}" selected>' in page
    assert 'name="from" value="2026-11-19T13:31"' in page, "from the minute it begins in"
