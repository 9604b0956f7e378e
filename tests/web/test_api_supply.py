"""Suppliers' programs: a lead is listed once and says so, many are read later, the sandbox touches nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from exchange.admission import REASONS
from exchange.instant import HOUR_US
from exchange.schema import metadata
from exchange.staging.sandbox import magic
from exchange.staging.upkeep import Upkeep
from exchange.web.app import create_app
from exchange.web.door import supply as door
from exchange.web.door.operations import BY_NAME
from exchange.web.door.shapes.lead_members import example_of
from tests.staging.suppliers import drawn, write
from tests.web.calls import Machine
from tests.web.conftest import Visitor
from tests.web.market import Market
from tests.web.people import BY_ROLE, OWNER, complete

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LEAD = {**example_of("pv"), "postcode": "86150", "city": "Augsburg"}
del LEAD["seats"]


@pytest.fixture
def app(market: Market, monkeypatch: pytest.MonkeyPatch) -> Flask:
    complete(market)
    monkeypatch.setattr(door, "in_background", lambda work, _patience: work())
    return create_app(market.premises())


@pytest.fixture
def nord(app: Flask, market: Market) -> Machine:
    return Machine(app, market, BY_ROLE["supplier"], "supply")


def another(number: int, **more: Any) -> dict[str, Any]:
    """The same lead of another person."""
    who = {"phone": f"0171 39200{number:02d}", "email": f"{'abcdefgh'[number] * 7}@example.de"}
    return LEAD | who | {"last_name": "Muster" * number, "reference": f"A-{number}"} | more


def written(market: Market) -> dict[str, int]:
    """How many rows every table has but those that every request writes."""
    apart = {"throttle", "api_keys", "posts", "users"}
    with market.desk.store.read() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
            if name not in apart
        }


@pytest.mark.usefixtures("engine")
def test_a_lead_is_listed_once_and_its_key_tells_it_again(nord: Machine, market: Market) -> None:
    first = nord.post("/leads", LEAD, key="lead-one-1")
    again = nord.post("/leads", LEAD, key="lead-one-1")
    assert (first.status_code, again.status_code, again.headers["Idempotent-Replayed"]) == (200, 200, "true")
    assert first.json == again.json
    assert BY_NAME["post_lead"].gives[0]().validate(first.json) == {}
    told = first.json["lead"]
    assert (told["state"], told["place"], told["reference"], told["market"]["state"]) == ("listed", 1, "A-4711", "open")
    assert market.desk.row_of("listing", told["listing_id"])["start_cents"] == 9800
    other = nord.post("/leads", LEAD | {"city": "Ulm"}, key="lead-one-1")
    assert (other.status_code, other.json["code"]) == (422, "key_reused")
    twice = nord.post("/leads", LEAD, key="lead-one-2").json["lead"]
    assert (twice["state"], [one["code"] for one in twice["findings"]]) == ("duplicate", ["duplicate_in_stock"])
    assert twice["listing_id"] is None


def test_what_is_wrong_is_told_by_field_and_code_and_in_words(nord: Machine, market: Market) -> None:
    before = written(market)["tape"]
    wrong = another(1, phone="0171 x", postcode="999", owner=True, consent_ip="", start_cents=9_811)
    told = nord.post("/leads", wrong).json["lead"]
    assert told["state"] == "rejected"
    found = {(one["field"], one["code"]) for one in told["findings"]}
    assert found == {("phone", "phone_letters"), ("postcode", "postcode_form"), ("consent_ip", "missing"),
                     ("start_price", "grid")}  # fmt: skip
    assert any(one["text"] == "PLZ hat nicht fünf Ziffern" for one in told["findings"])
    assert written(market)["tape"] == before


def test_a_lead_of_no_proper_form_is_refused(nord: Machine, market: Market) -> None:
    before = written(market)
    for change in ({"sector": "xyz"}, {"colour": "red"}, {"phone": ["1"]}, {"phone": 171}, {"owner": 1.5},
                   {"seats": 0}, {"reference": "a b"}, {"email": "x" * 4_001}, {"start_cents": "9800"},
                   {"consent_channels": [1]}):  # fmt: skip
        answer = nord.post("/leads", LEAD | change)
        assert (answer.status_code, answer.json["code"]) == (400, "invalid"), change
    assert nord.post("/leads", LEAD, key="").status_code == 400
    assert written(market) == before


def test_batches_are_listed_page_by_page(nord: Machine) -> None:
    nord.post("/leads", LEAD)
    nord.post("/batches?sandbox=true", {"sector": "pv", "leads": [{}]})
    posted = [nord.post("/batches", {"sector": "pv", "leads": [{}]}).json["id"] for _ in range(3)]
    first = nord.get("/batches?size=2").json
    assert BY_NAME["list_batches"].gives[0]().validate(first) == {}
    rest = nord.get(f"/batches?size=2&after={first['next']}").json
    assert ([one["id"] for one in first["batches"] + rest["batches"]], rest["next"]) == (posted[::-1], None)
    assert first["batches"][0] == nord.get(f"/batches/{posted[2]}").json


@pytest.mark.usefixtures("engine")
def test_a_list_is_read_and_every_lead_has_its_outcome(nord: Machine, market: Market) -> None:
    leads = [another(1), another(2, postcode="1"), another(1, reference="again"), another(3, city="Husum"), {}]
    for one in leads:
        one.pop("sector", None)
    posted = nord.post("/batches", {"sector": "pv", "seats": 3, "start_cents": 4800, "leads": leads}, key="batch-one")
    assert posted.status_code == 202
    batch = posted.json
    assert BY_NAME["post_batch"].gives[0]().validate(batch) == {}
    assert (
        nord.post("/batches", {"sector": "pv", "seats": 3, "start_cents": 4800, "leads": leads}, key="batch-one").json
        == batch
    )
    assert nord.post("/batches", {"sector": "pv", "leads": leads}, key="batch-one").status_code == 422
    status = nord.get(f"/batches/{batch['id']}").json
    assert (status["state"], status["read"], status["lead_count"]) == ("done", 5, 5)
    assert {state: many for state, many in status["counts"].items() if many} == {
        "listed": 1, "rejected": 2, "duplicate": 1, "waiting": 1}  # fmt: skip
    first = nord.get(f"/batches/{batch['id']}/leads?size=3").json
    rest = nord.get(f"/batches/{batch['id']}/leads?size=3&after={first['next']}").json
    assert BY_NAME["list_outcomes"].gives[0]().validate(first) == {}
    told = [(one["place"], one["state"], one["reference"]) for one in first["leads"] + rest["leads"]]
    assert told == [(1, "listed", "A-1"), (2, "rejected", "A-2"), (3, "duplicate", "again"), (4, "waiting", "A-3"),
                    (5, "rejected", None)]  # fmt: skip
    assert first["leads"][2]["findings"][0]["detail"] == "1"
    only = nord.get(f"/batches/{batch['id']}/leads?state=waiting,duplicate").json["leads"]
    assert [one["place"] for one in only] == [3, 4]
    assert market.desk.row_of("listing", first["leads"][0]["listing_id"])["seats"] == 3


def test_a_file_comes_raw_or_in_a_form_and_names_its_rows(nord: Machine, tmp_path: Path) -> None:
    path = write(tmp_path / "kw47.csv", drawn(3))
    raw = nord.send("POST", "/batches?sector=pv&seats=3&start_cents=4800&floor_cents=1650", path.read_bytes(),
                    **{"Content-Type": "text/csv"})  # fmt: skip
    found = nord.get(f"/batches/{raw.json['id']}/leads").json["leads"]
    assert [(one["place"], one["state"]) for one in found] == [(2, "listed"), (3, "listed"), (4, "listed")]
    head, form = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n', "multipart/form-data"
    body = head.encode() + path.read_bytes() + b"\r\n--b--\r\n"
    again = nord.send("POST", "/batches?sector=pv", body, **{"Content-Type": f"{form}; boundary=b"})
    assert nord.get(f"/batches/{again.json['id']}").json["counts"]["duplicate"] == 3


def test_a_file_that_is_none_says_why(nord: Machine, market: Market) -> None:
    before = written(market)
    for body, kind, cause in ((b"hallo", "text/csv", "delimiter"), (b"PK\x03\x04abc", XLSX, "workbook_broken"),
                              (b"a;b\n1;2\n", "text/csv", "columns_missing"), (b"", "text/csv", "empty"),
                              (b"\x89PNG\r\n", "text/csv", "image")):  # fmt: skip
        answer = nord.send("POST", "/batches?sector=pv", body, **{"Content-Type": kind})
        assert (answer.status_code, answer.json["code"], answer.json["reason"]) == (422, "unusable_file", cause)
    assert nord.send("POST", "/batches", b"a;b\n", **{"Content-Type": "text/csv"}).json["code"] == "invalid"
    assert nord.send("POST", "/batches?sector=pv&map=x", b"a;b\n", **{"Content-Type": "text/csv"}).status_code == 400
    assert nord.send("POST", "/batches", b"{}", **{"Content-Type": "text/plain"}).status_code == 415
    assert nord.post("/leads", json.dumps({"sector": "pv", "note": "x" * 70_000})).status_code == 413
    assert nord.post("/batches", b"[" * (5 << 20)).status_code == 413
    assert written(market) == before


def test_leads_are_listed_later_and_spread(nord: Machine, market: Market) -> None:
    at = market.clock.now() + HOUR_US
    leads = [another(n) for n in (1, 2)]
    for one in leads:
        del one["sector"]
    terms = {"sector": "pv", "list_at": "2026-11-19T14:31:08Z", "spread_hours": 2, "leads": leads}
    batch = nord.post("/batches", terms).json
    assert (batch["state"], batch["counts"]["planned"]) in (("planned", 2), ("reading", 0))
    found = nord.get(f"/batches/{batch['id']}/leads").json["leads"]
    assert [one["list_at"] for one in found] == ["2026-11-19T14:31:08.000000Z", "2026-11-19T15:31:08.000000Z"]
    for hours, listed in ((1, 1), (2, 2)):
        market.clock.at_us = at + (hours - 1) * HOUR_US
        Upkeep(market.desk).round()
        assert nord.get(f"/batches/{batch['id']}").json["counts"]["listed"] == listed
    late = nord.post("/batches", terms | {"list_at": "2027-11-19T14:31:08Z"})
    assert (late.status_code, late.json["code"]) == (400, "invalid")


def test_a_batch_whose_process_died_is_read_by_another(
    nord: Machine, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "in_background", lambda _work, _patience: None)
    lead = {name: said for name, said in LEAD.items() if name != "sector"}
    batch = nord.post("/batches", {"sector": "pv", "leads": [lead]}, key="batch-dead").json
    assert batch["state"] == "reading"
    for _ in range(2):
        Upkeep(market.desk).round()
    status = nord.get(f"/batches/{batch['id']}").json
    assert (status["state"], status["counts"]["listed"]) == ("done", 1)


def test_who_brings_no_leads_may_post_none_and_sees_no_batch(app: Flask, nord: Machine, market: Market) -> None:
    batch = nord.post("/batches", {"sector": "pv", "leads": [{}]}).json["id"]
    brandt = Machine(app, market, OWNER)
    assert brandt.post("/leads", LEAD).json["code"] == "forbidden"
    assert brandt.post("/leads?sandbox=true", LEAD).json["code"] == "forbidden"
    for path in (f"/batches/{batch}", f"/batches/{batch}/leads"):
        foreign, none = brandt.get(path), brandt.get(path.replace(batch, "d-0000000000000000"))
        assert (foreign.status_code, foreign.text) == (404, none.text)
    trial = nord.post("/leads?sandbox=true", LEAD).json["batch_id"]
    assert nord.get(f"/batches/{trial}").status_code == 200
    assert brandt.get(f"/batches/{trial}").status_code == 404


def test_two_suppliers_do_not_meet(app: Flask, nord: Machine, market: Market) -> None:
    market.desk.join("sued", name="Anfragen Süd", supplier=True)
    market.entrance.add_user(
        email="s.sued@sued.example", name="Susi Süd", role="supplier", organisation="sued", password="falling prices 42"
    )
    sued = Machine(app, market, "s.sued@sued.example", "supply")
    mine = nord.post("/leads", LEAD, key="same-key-1").json
    theirs = sued.post("/leads", another(7), key="same-key-1")
    assert (theirs.status_code, theirs.json["lead"]["state"], theirs.headers.get("Idempotent-Replayed")) == (
        200,
        "listed",
        None,
    )
    assert sued.get(f"/batches/{mine['batch_id']}").json == sued.get("/batches/d-0000000000000000").json
    assert nord.get(f"/batches/{mine['batch_id']}/leads").json["leads"] == [mine["lead"]]
    assert nord.post("/batches", {"sector": "pv", "leads": [{}]}).status_code == 202
    assert sued.get("/batches").json == {"batches": [], "next": None}


def test_nothing_of_the_sandbox_is_left_and_every_outcome_can_be_forced(nord: Machine, market: Market) -> None:
    before = written(market)
    leads = [{"postcode": postcode, "reference": f"R-{postcode}"} for postcode in magic()]
    posted = nord.post("/batches?sandbox=true", {"sector": "pv", "leads": leads}, key="trial-batch").json
    assert (posted["sandbox"], posted["state"], posted["lead_count"]) == (True, "done", len(leads))
    found = nord.get(f"/batches/{posted['id']}/leads?size=500").json["leads"]
    assert BY_NAME["list_outcomes"].gives[0]().validate({"leads": found, "next": None}) == {}
    assert {one["code"] for lead in found for one in lead["findings"]} == set(REASONS)
    assert {lead["market"]["state"] for lead in found if lead["market"]} == {"open", "sold", "expired", "withdrawn"}
    one = nord.post("/leads?sandbox=true", example_of("pv"), key="trial-lead-1")
    assert one.json == nord.post("/leads?sandbox=true", example_of("pv"), key="trial-lead-1").json
    assert one.json["lead"]["state"] == "listed"
    assert nord.post("/leads?sandbox=true", LEAD | {"phone": "1"}).json["lead"]["findings"][0]["code"] == "phone_length"
    file = b"PLZ;Telefon\n00011;1\n"
    assert nord.send("POST", "/batches?sector=pv&sandbox=true", file, **{"Content-Type": "text/csv"}).status_code == 422
    assert written(market) == before
    with market.desk.store.read() as connection:
        kept = json.dumps([list(map(str, row)) for row in connection.exec_driver_sql("SELECT * FROM posts").all()])
    assert not [word for word in ("Beispiel", "3920012", "erika") if word in kept]


def test_a_posted_list_is_a_delivery_of_the_pages(nord: Machine, visitor: Visitor) -> None:
    batch = nord.post("/batches", {"sector": "pv", "leads": [{"postcode": "1"}]}).json
    browser = visitor(BY_ROLE["supplier"])
    assert batch["name"] in browser.get("/lieferungen").text
    page = browser.get(f"/lieferungen/{batch['id']}/pruefen")
    assert page.status_code == 200
    assert "JSON" in page.text
