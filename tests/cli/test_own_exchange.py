"""An exchange of one's own, from nothing to a sale that verifies, in the order the help tells it."""

import pytest
from click.testing import CliRunner

from exchange.cli import main
from exchange.desk import Desk
from exchange.store import open_store
from exchange.vault import open_vault


@pytest.fixture(autouse=True)
def an_empty_folder(monkeypatch, tmp_path):
    for name in ("EXCHANGE_CONFIG", "EXCHANGE_DATABASE", "EXCHANGE_KEY_FILE", "EXCHANGE_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments, exit_code=0):
    shown = CliRunner().invoke(main, arguments)
    assert shown.exit_code == exit_code, shown.output
    return shown.output


def opened():
    run("init")
    run("sector", "open", "pv", "bu")
    run("member", "join", "nord", "--name", "Nord Leads", "--supplier")
    run("member", "join", "brandt", "--name", "Brandt & Vogel", "--buyer", "--credit", "100.00")


def test_from_nothing_to_a_sale(an_empty_folder):
    opened()
    assert run("member", "deposit", "brandt", "500.00", "--key", "bank-17") == "brandt may spend 600.00 EUR\n"
    assert run("member", "deposit", "brandt", "500.00", "--key", "bank-17") == "brandt may spend 600.00 EUR\n"
    run("leads", "sample", "kw47.csv", "--sector", "pv", "--rows", "3")
    run("leads", "import", "kw47.csv", "--sector", "pv", "--supplier", "nord")
    store = open_store("sqlite:///data/exchange.db", vault=open_vault(an_empty_folder / "data/exchange.key"))
    desk = Desk(store)
    listing = next(entry.value().listing_id for entry in desk.entries("pv") if entry.kind == "listed")
    sale = desk.buy("pv", buyer="brandt", listing_id=listing, most_cents=20_000).fills[0]
    assert desk.contact(sale_id=sale.sale_id, buyer="brandt").phone.startswith("+49")
    assert sale.vat_cents == (sale.ask_cents * 1_900 + 5_000) // 10_000
    store.close()
    assert "1 sales" in run("verify")


def test_settings_are_what_a_sector_is_opened_with(an_empty_folder):
    (an_empty_folder / "config.toml").write_text("[market]\nvat_bp = 700\nfee_bp = 1500\n")
    run("init")
    run("sector", "open", "pv")
    order = Desk(open_store("sqlite:///data/exchange.db")).entries("pv")[0].value()
    assert (order.vat_bp, order.fee_bp) == (700, 1_500)


def test_opening_hours_are_written_as_in_scripts():
    run("init")
    run("sector", "open", "pv", "--hours", "Mo-Fr 08:00-20:00,Sa 09:00-14:00", "--no-holidays")
    calendar = Desk(open_store("sqlite:///data/exchange.db")).entries("pv")[0].value().calendar
    assert len(calendar.windows) == 6
    assert "times like 08:00-20:00" in run("sector", "open", "bu", "--hours", "Mo-Fr always", exit_code=2)


def test_what_the_exchange_refuses_is_one_line_with_the_code():
    opened()
    assert run("sector", "halt", "pv", "price feed under review") == "pv: halted\n"
    assert run("sector", "halt", "pv", "again", exit_code=1) == "Error: refused: not_open (halted)\n"
    assert run("sector", "resume", "pv") == "pv: goes on\n"
    assert run("member", "credit", "carla", "5.00", exit_code=1) == "Error: refused: unknown\n"
    assert "is taken" in run("member", "join", "nord", "--name", "Another", "--buyer", exit_code=1)
    assert "supplier, a buyer, or both" in run("member", "join", "x", "--name", "Neither", exit_code=1)
    assert "say --all" in run("sector", "open", exit_code=2)


def test_before_init_there_is_nothing_to_open():
    assert "exchange init" in run("sector", "open", "pv", exit_code=2)


def test_column_names_of_the_settings_are_known_to_the_import(an_empty_folder):
    opened()
    run("leads", "sample", "kw47.csv", "--sector", "pv", "--rows", "2")
    file = an_empty_folder / "kw47.csv"
    text = file.read_text(encoding="utf-8-sig")
    file.write_text(text.replace("Telefon", "Erreichbar unter", 1), encoding="utf-8")
    assert "phone" in run("leads", "import", "kw47.csv", "--sector", "pv", "--supplier", "nord", exit_code=2)
    settings = an_empty_folder / "config.toml"
    settings.write_text('[intake.columns]\n"Erreichbar unter" = "phone"\n"Raucher?" = "smoker"\n')
    run("leads", "import", "kw47.csv", "--sector", "pv", "--supplier", "nord")
    settings.write_text('[intake.columns]\n"Erreichbar unter" = "fone"\n')
    refused = run("leads", "import", "kw47.csv", "--sector", "pv", "--supplier", "nord", exit_code=2)
    assert "intake.columns.Erreichbar unter: 'fone' is no field of any sector" in refused


def test_pages_are_not_served_under_unsafe_settings():
    opened()
    refused = run("serve", "--host", "192.0.2.1", "--no-alarm", exit_code=2)
    assert refused.startswith("Error: refused to serve: web.host: 192.0.2.1 can be reached from outside")
