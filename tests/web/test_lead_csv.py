import csv
from io import StringIO

import pytest
from flask.testing import FlaskClient

from exchange.intake.formula import unguarded
from exchange.web.lead_csv import COLUMNS
from tests.web.conftest import BRANDT, KRONE, Visitor, token_of
from tests.web.market import PERSONS, PICTURE, Market

pytestmark = pytest.mark.usefixtures("engine")


def test_for_programs_it_is_rfc_4180(brandt: FlaskClient) -> None:
    answer = brandt.get("/leads/export.csv")
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith(b"lead,sector,")
    assert answer.data.count(b"\r\n") == 3
    head, *rows = csv.reader(StringIO(answer.data.decode()))
    assert head == list(COLUMNS)
    found = dict(zip(head, rows[0], strict=True))
    assert found["lead"] == "7H5BU"
    assert found["bought"] == "2026-11-19T13:16:08+01:00"
    assert (found["net"], found["vat"], found["progress"], found["claim"]) == ("43.50", "8.27", "new", "unclaimed")
    assert unguarded(found["phone"]).startswith("+49171")
    assert found["phone"].startswith("'+")


def test_for_excel_it_is_german(brandt: FlaskClient) -> None:
    answer = brandt.get("/leads/export.csv?form=excel")
    assert answer.data.startswith(b"\xef\xbb\xbfLead;Sparte;")
    _, first, _ = csv.reader(StringIO(answer.data.decode("utf-8-sig")), delimiter=";")
    assert "43,50" in first
    assert "19.11.2026 13:16" in first
    assert "Seestraße 12" in first


def test_no_cell_is_run_as_a_formula(market: Market, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = ("=HYPERLINK(1)", "@SUM(1+1)", "-2+3@example.de")
    monkeypatch.setattr("tests.web.market.PERSONS", (evil, *PERSONS[1:]))
    market.list(PICTURE[10].__class__("7EVIL", "pkv", 0, "84453", "DE-BY", 1, 3000, 1000, {"product": "dental"}))
    market.desk.buy("pkv", buyer="brandt", listing_id="7EVIL", most_cents=3000)
    for form in ("excel", "plain"):
        text = visitor(BRANDT).get(f"/leads/export.csv?form={form}").data.decode("utf-8-sig")
        cells = [cell for row in csv.reader(StringIO(text), delimiter=";" if form == "excel" else ",") for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
        assert set(evil) <= {unguarded(cell) for cell in cells}


def test_the_file_follows_the_filter(brandt: FlaskClient) -> None:
    form = {"csrf_token": token_of(brandt), "outcome": "lost"}
    assert brandt.post("/leads/7H4RL/ergebnis", data=form).status_code == 303
    text = brandt.get("/leads/export.csv?state=lost").text
    assert "Oberhuber" in text
    assert "Lindner" not in text


def test_another_firm_gets_its_own(visitor: Visitor) -> None:
    text = visitor(KRONE).get("/leads/export.csv").text
    assert "7B9BF" in text
    assert "7H5BU" not in text
