"""Sectors edited on their page and at the command line: named before it is confirmed, versioned, written down."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from exchange.catalogue import SECTORS, defaults_of
from exchange.catalogue.defaults import DEFAULTS
from exchange.catalogue.editions import check_edition, edition_of, read_edition
from exchange.cli.sector import sector as command
from exchange.errors import Invalid
from exchange.reports.audit import audit_rows
from exchange.reports.editions import Catalogue, edition_in_force, rates_in_force
from exchange.store.proof import prove
from exchange.web.sector_form import edition_fields, question_rows, rate_fields
from tests.web.conftest import BRANDT, Visitor
from tests.web.market import Market
from tests.web.people import BY_ROLE, complete, send

PAGE = "/betrieb/sparten/rlv"


@pytest.fixture(autouse=True)
def own_catalogue() -> Iterator[None]:
    """Every test leaves the process's catalogue as it found it."""
    before, prices = dict(SECTORS), dict(DEFAULTS)
    yield
    SECTORS.update(before)
    DEFAULTS.update(prices)


@pytest.fixture
def olga(market: Market, visitor: Visitor) -> FlaskClient:
    complete(market)
    return visitor(BY_ROLE["operator"])


def edition_form(market: Market, **more: str) -> dict[str, str]:
    with market.desk.store.read() as connection:
        number, edition = edition_in_force(connection, "rlv")
    form = edition_fields(edition) | {"number": str(number), "reason": "wie besprochen"}
    for one in question_rows(edition):
        form |= {f"q-{one.key}-de": one.label_de, f"q-{one.key}-en": one.label_en, f"q-{one.key}-choices": one.choices}
        form |= {f"q-{one.key}-required": "1"} if one.required else {}
        form |= {f"q-{one.key}-retired": "1"} if one.retired else {}
    return form | more


def rates_form(market: Market, **more: str) -> dict[str, str]:
    with market.desk.store.read() as connection:
        rates = rates_in_force(connection, "rlv")
    assert rates is not None
    return rate_fields(rates) | {"reason": "wie besprochen"} | more


def test_rates_are_named_then_confirmed_and_hold_from_then_on(olga: FlaskClient, market: Market) -> None:
    changed = rates_form(market, fee="12,5", window="10")
    looked = send(olga, f"{PAGE}/saetze", **changed)
    assert looked.status_code == 200
    assert "Gebühr: 10 → 12,5" in looked.text
    assert "offener Lead behält Preisschritt und Plätze" in looked.text
    assert "noch reklamierbarer Kauf behält Gebühr" in looked.text
    assert send(olga, f"{PAGE}/saetze", **changed, confirm="1").status_code == 303
    with market.desk.store.read() as connection:
        rates = rates_in_force(connection, "rlv")
        told = audit_rows(connection, action="sector.rates")[0][0]
        assert all(prove(connection, "rlv"))
    assert rates is not None
    assert rates.fee_bp == 1_250
    assert (told.before["fee_bp"], told.after["fee_bp"], told.user) == (1_000, 1_250, "Olga Betrieb")
    assert "Eintrag" in olga.get(PAGE).text
    for wrong in ({"fee": "101"}, {"window": "0"}, {"tick": "7,77"}, {"seats": "x"}, {}):
        assert send(olga, f"{PAGE}/saetze", **rates_form(market, **wrong)).status_code == 400, wrong


def test_questions_are_relabelled_added_and_retired(olga: FlaskClient, market: Market, visitor: Visitor) -> None:
    more = {"q-smoker-de": "Raucht jemand?", "q-smoker-retired": "1", "q-smoker-required": "", "new-key": "hobby"}
    more |= {"new-kind": "choice", "new-de": "Hobby", "new-en": "Hobby", "new-choices": "dive | Tauchen | Diving"}
    form = edition_form(market, **more)
    looked = send(olga, f"{PAGE}/fragen", **form)
    assert "„smoker“ wird nicht mehr gefragt" in looked.text
    assert "1 Dauergebote filtern danach" in looked.text
    assert send(olga, f"{PAGE}/fragen", **form, confirm="1").status_code == 303
    assert send(olga, f"{PAGE}/fragen", **form, confirm="1").status_code == 409, "somebody else was quicker"
    question = SECTORS["rlv"].question("smoker")
    assert question is not None
    assert (question.label_de, question.retired) == ("Raucht jemand?", True)
    page = visitor(BRANDT).get("/gebote/neu?sparte=rlv").text
    with market.desk.store.read() as connection:
        assert [row.after["changed"] for row in audit_rows(connection, action="sector.edit")[0]] == [
            "smoker:retired hobby:added"
        ]
    assert "Raucht jemand?" not in page
    assert "Fassung 1" in olga.get(PAGE).text


def test_what_stands_on_the_tape_stays() -> None:
    before = edition_of(SECTORS["rlv"], defaults_of("rlv"))
    told = before.to_payload()
    assert read_edition(json.loads(json.dumps(told))) == before
    for spoil in (
        lambda one: one["questions"].pop(0),
        lambda one: one["questions"][0].update(kind="text"),
        lambda one: next(q for q in one["questions"] if q["choices"])["choices"].pop(),
        lambda one: one["questions"].append(one["questions"][0]),
        lambda one: one["questions"][0].update(label_en=" "),
        lambda one: one.update(start_cents=1),
        lambda one: one.update(most_age_us=0),
    ):
        wrong = json.loads(json.dumps(told))
        spoil(wrong)
        with pytest.raises(Invalid):
            check_edition(read_edition(wrong), before, 50)


def test_the_command_line_reads_and_edits(olga: FlaskClient, market: Market, tmp_path: Path) -> None:
    url = ["--database", market.desk.store.engine.url.render_as_string(hide_password=False)]
    run = CliRunner()
    told = json.loads(run.invoke(command, ["show", "rlv", *url]).output)
    told["edition"]["start_cents"] = 4_200
    file = tmp_path / "rlv.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    edit = ["edit", "rlv", str(file), "--reason", "teurer", *url]
    assert run.invoke(command, edit).output == "rlv: edition 1 is in force\n"
    assert run.invoke(command, edit).exit_code == 2, "somebody else was quicker"
    rates = ["rates", "rlv", "--fee-bp", "1200", "--share", "duplicate=5000", "--reason", "2027", *url]
    assert json.loads(run.invoke(command, rates).output)["fee_bp"] == 1_200
    with market.desk.store.read() as connection:
        Catalogue().refresh(connection)
    assert defaults_of("rlv").start_cents == 4_200
    assert olga.get(PAGE).status_code == 200
    with market.desk.store.read() as connection:
        assert {row.user_id for row in audit_rows(connection, action="sector")[0]} == {"cli"}
