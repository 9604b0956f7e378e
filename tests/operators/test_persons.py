"""What a person may ask of us: what we hold, and to forget who asked."""

from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import func, select

from exchange.cli import main
from exchange.operators.persons import Persons
from exchange.operators.suppression import Suppression
from exchange.operators.terminal import TERMINAL
from exchange.schema import consents, contacts, fingerprints
from tests.desk.floor import proven
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import Market


def rows(market: Market, table: str, lead_id: str) -> int:
    known = {"contacts": contacts, "consents": consents, "fingerprints": fingerprints}[table]
    with market.desk.store.read() as connection:
        wanted = select(func.count()).select_from(known).where(known.c.lead_id == lead_id)
        return int(connection.execute(wanted).scalar_one())


def test_somebody_is_told_what_we_hold_and_then_forgotten(market: Market) -> None:
    office = Persons(market.desk)
    sought = Suppression(market.desk).of_lead("7H5BU")
    (before, *_) = [one for one in office.enquiries(sought) if one.lead_id == "7H5BU"]
    assert before.held
    assert "brandt" in before.buyers
    proofs = rows(market, "consents", "7H5BU")
    done = office.erase(TERMINAL, sought)
    assert done.contacts >= 1
    assert rows(market, "contacts", "7H5BU") == rows(market, "fingerprints", "7H5BU") == 0
    assert rows(market, "consents", "7H5BU") == proofs
    assert office.enquiries(sought) == []
    again = office.erase(TERMINAL, sought)
    assert (again.contacts, again.withdrawn, again.texts) == (0, 0, 0)
    proven(market.desk)


def test_open_leads_go_out_of_the_market(market: Market) -> None:
    sought = Suppression(market.desk).of_lead("7K2KV")
    assert Persons(market.desk).erase(TERMINAL, sought).withdrawn >= 1
    assert market.desk.row_of("listing", "7K2KV")["state"] == "withdrawn"


def test_the_command_asks_who_it_is_and_whether(tmp_path: Path) -> None:
    url, key = f"sqlite:///{tmp_path}/market.db", str(tmp_path / "key")
    environment = {"EXCHANGE_DATABASE": url, "EXCHANGE_KEY_FILE": key}
    assert CliRunner().invoke(main, ["init"], env=environment).exit_code == 0
    told = CliRunner().invoke(main, ["person", "show"], env=environment, input="+493023125020\n\n")
    assert (told.exit_code, "0 enquiries" in told.output) == (0, True)
    nobody = CliRunner().invoke(main, ["person", "erase"], env=environment, input="\n\n")
    assert nobody.exit_code == 1
    assert "name a number or an address" in nobody.output
