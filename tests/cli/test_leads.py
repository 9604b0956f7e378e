"""`exchange leads import` from file to listings, through a real desk and database."""

import csv
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, insert, select

from exchange.calendars import make_calendar
from exchange.catalogue import SECTORS, defaults_of
from exchange.cli.leads import leads
from exchange.clock import SystemClock
from exchange.demo.delivery import Row, draw_rows
from exchange.desk import Desk
from exchange.intake.normalise import phone_of
from exchange.orderbook.order import Arm
from exchange.pricing.curve import CurveVersion
from exchange.schema import contacts, listings
from exchange.schema.admission import supplier_caps, suppressions
from exchange.store import open_store
from exchange.store.admission import ask_permits
from exchange.vault import make_key_file, open_vault

PV = SECTORS["pv"]
ROWS = 12


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A house with one open sector and one supplier."""
    make_key_file(tmp_path / "vault.key")
    store = open_store(f"sqlite:///{tmp_path}/exchange.db", create=True, vault=open_vault(tmp_path / "vault.key"))
    desk = Desk(store)
    desk.join("nord", name="Nordlicht Media", supplier=True)
    desk.join("brandt", name="Brandt & Vogel", buyer=True)
    version = CurveVersion(1, "usual", defaults_of("pv").curve)
    desk.open_sector(
        "pv",
        tick_cents=PV.tick_cents,
        most_seats=PV.most_seats,
        fee_bp=PV.fee_bp,
        vat_bp=1900,
        calendar=make_calendar(1, ()),
        arms=(Arm(version, 10_000),),
    )
    store.close()
    return tmp_path


def rows(count: int = ROWS) -> list[Row]:
    return list(draw_rows(4, PV, SystemClock().now(), count))


def write(path: Path, some: list[Row]) -> Path:
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.DictWriter(file, list(some[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(some)
    return path


def run(house: Path, file: Path, *options: str, supplier: str = "nord") -> Result:
    where = ("--database", f"sqlite:///{house}/exchange.db", "--key-file", str(house / "vault.key"))
    arguments = ["import", str(file), "--sector", "pv", "--supplier", supplier, *where, *options]
    return CliRunner().invoke(leads, arguments, catch_exceptions=False)


def counted(house: Path) -> tuple[int, int]:
    """Listings and sealed contacts."""
    store = open_store(f"sqlite:///{house}/exchange.db")
    with store.read() as connection:
        found = [
            connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (listings, contacts)
        ]
    store.close()
    return found[0], found[1]


def test_a_sound_file_is_listed_whole_and_twice_lists_nothing_twice(house: Path) -> None:
    file = write(house / "kw47.csv", rows())
    first = run(house, file, "--start", "90,00", "--floor", "30.00", "--seats", "2")
    assert (first.exit_code, counted(house)) == (0, (ROWS, ROWS))
    assert "12 listed · 0 rows refused" in first.output
    second = run(house, file)
    assert (second.exit_code, counted(house)) == (1, (ROWS, ROWS))
    assert "0 listed · 12 rows refused" in second.output


def test_the_same_people_in_another_file_are_duplicates_too(house: Path) -> None:
    some = rows()
    run(house, write(house / "monday.csv", some[:5]))
    tuesday = run(house, write(house / "tuesday.csv", some))
    assert "7 listed · 5 rows refused" in tuesday.output
    assert counted(house) == (ROWS, ROWS)


def test_prices_and_seats_are_those_of_the_command(house: Path) -> None:
    run(house, write(house / "kw47.csv", rows(1)), "--start", "90", "--floor", "30", "--seats", "2")
    store = open_store(f"sqlite:///{house}/exchange.db")
    with store.read() as connection:
        row = connection.execute(select(listings)).one()
    store.close()
    assert (row.start_cents, row.floor_cents, row.seats, row.supplier) == (9000, 3000, 2, "nord")


def test_bad_rows_are_named_by_number_and_nobody_is(house: Path) -> None:
    some = rows()
    some[2]["Telefon"] = "030 23125x12"
    some[3]["Opt-in am"] = ""
    some[4]["Dachform"] = some[4]["Nachname"]
    some[5]["PLZ"] = some[5]["Telefon"]
    some[6]["Fläche"] = some[6]["E-Mail"]
    result = run(house, write(house / "kw47.csv", some), "--errors", str(house / "defects.csv"), "--lang", "de")
    assert result.exit_code == 1
    assert "7 eingestellt · 5 Zeilen abgelehnt" in result.output
    report = (house / "defects.csv").read_text(encoding="utf-8-sig")
    lines = list(csv.reader(report.splitlines(), delimiter=";"))
    assert [(line[0], line[3]) for line in lines[1:]] == [
        ("4", "phone_letters"),
        ("5", "missing"),
        ("6", "choice"),
        ("7", "postcode_form"),
        ("8", "number"),
    ]
    for row in some:
        for column in ("Nachname", "Telefon", "E-Mail", "Straße", "IP"):
            assert row[column] not in result.output + report


def test_a_dry_run_lists_nothing_and_needs_no_database(tmp_path: Path) -> None:
    result = run(tmp_path, write(tmp_path / "kw47.csv", rows()), "--dry-run")
    assert result.exit_code == 0
    assert "12 could be listed (checked only)" in result.output
    assert "checked without a database" in result.output
    assert not (tmp_path / "exchange.db").exists()


def test_a_dry_run_looks_for_duplicates_in_stock(house: Path) -> None:
    file = write(house / "kw47.csv", rows())
    run(house, file)
    again = run(house, file, "--dry-run")
    assert "0 could be listed (checked only) · 12 rows refused" in again.output


def test_a_dry_run_says_what_the_desk_would_refuse(house: Path) -> None:
    some = rows(6)
    file = write(house / "kw47.csv", some)
    vault = open_vault(house / "vault.key")
    with closing(open_store(f"sqlite:///{house}/exchange.db", vault=vault)) as store, store.write_aside() as connection:
        objected = {"fingerprint": vault.fingerprint(phone_of(some[2]["Telefon"])[0]), "kind": "phone",
                    "reason": "objection", "user_id": "", "noted_at": 1}  # fmt: skip
        connection.execute(insert(suppressions).values(**objected))
        connection.execute(insert(supplier_caps).values(supplier="nord", sector="pv", per_day=3))
    tried = run(house, file, "--dry-run", "--errors", str(house / "tried.csv"))
    assert "3 could be listed (checked only) · 3 rows refused" in tried.output
    assert counted(house) == (0, 0)
    done = run(house, file, "--errors", str(house / "done.csv"))
    assert "3 listed · 3 rows refused" in done.output
    told = (house / "tried.csv").read_text()
    assert told == (house / "done.csv").read_text()
    assert [line.split(";")[3] for line in told.splitlines()[1:]] == ["suppressed", "cap_reached", "cap_reached"]


def test_a_dry_run_names_the_permit_that_is_missing(house: Path) -> None:
    with closing(open_store(f"sqlite:///{house}/exchange.db")) as store, store.write_aside() as connection:
        ask_permits(connection, "pv", "supplier:34c")
    tried = run(house, write(house / "kw47.csv", rows(2)), "--dry-run", "--errors", str(house / "tried.csv"))
    assert "0 could be listed (checked only) · 2 rows refused" in tried.output
    assert (house / "tried.csv").read_text().count("§ 34c GewO") == 2


def test_a_file_broken_at_its_end_lists_nothing_and_says_why(house: Path) -> None:
    file = write(house / "kw47.csv", rows())
    with file.open("ab") as out:
        out.write(b'"Frau;Paula\r\n')
    result = run(house, file, "--lang", "de")
    assert (result.exit_code, counted(house)) == (2, (0, 0))
    assert "kw47.csv: Ein Anführungszeichen ab Zeile 14 wird nicht geschlossen." in result.output


@pytest.mark.parametrize(
    ("supplier", "complaint"), [("sued", "unknown organisation: sued"), ("brandt", "brandt may not do this: list")]
)
def test_who_may_not_list_is_told_so(house: Path, supplier: str, complaint: str) -> None:
    result = run(house, write(house / "kw47.csv", rows()), supplier=supplier)
    assert (result.exit_code, counted(house)) == (2, (0, 0))
    assert complaint in result.output


def test_prices_off_the_grid_refuse_every_row(house: Path) -> None:
    result = run(house, write(house / "kw47.csv", rows(2)), "--start", "90.20")
    assert (result.exit_code, counted(house)) == (1, (0, 0))
    assert "is not on the price grid of 0.50" in " ".join(result.output.split())


def test_without_a_database_the_way_to_one_is_shown(tmp_path: Path) -> None:
    result = run(tmp_path, write(tmp_path / "kw47.csv", rows(1)))
    assert result.exit_code == 2
    assert "exchange init" in result.output


def test_a_sample_file_is_one_the_import_takes(tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    made = CliRunner().invoke(leads, ["sample", str(path), "--sector", "pv", "--rows", "30"], catch_exceptions=False)
    assert made.exit_code == 0
    assert "30 could be listed" in run(tmp_path, path, "--dry-run").output
