"""What is exported is what is in the market: every row, typed, in any format, begun again where it ended."""

import csv
import json
from datetime import date

import pytest

from exchange.errors import ConfigError
from exchange.export.columns import DATASETS
from exchange.export.exporting import MANIFEST, export, read_manifest
from exchange.export.files import digest
from exchange.instant import DAY_US, to_text
from exchange.store.lookups import schedule_of
from tests.desk.floor import Trader, open_market, open_sector, wait

duckdb = pytest.importorskip("duckdb")


@pytest.fixture(scope="module")
def traded():
    desk = open_market("sqlite://")
    open_sector(desk, "bu", vat_bp=0)
    Trader(desk, seed=5).trade(150)
    Trader(desk, seed=6, sector="bu").trade(80)
    wait(desk, 60 * DAY_US)
    for sector in ("pv", "bu"):
        desk.settle(sector)
    return desk


@pytest.fixture(scope="module")
def folder(traded, tmp_path_factory):
    out = tmp_path_factory.mktemp("export")
    export(traded.store, list(DATASETS), out, format_="parquet")
    return out


def asked(folder, question: str) -> list:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.execute(question.replace("@", str(folder))).fetchall()


def counted(desk, question: str) -> int:
    with desk.store.read() as connection:
        return connection.exec_driver_sql(question).scalar_one()


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_row_is_there_with_its_columns_and_types(traded, folder, dataset: str) -> None:
    count = {
        "listings": "SELECT count(*) FROM listings",
        "bids": "SELECT count(*) FROM bids",
        "fills": "SELECT count(*) FROM sales",
        "tape": "SELECT count(*) FROM tape",
        "skips": "SELECT count(*) FROM tape WHERE kind = 'skipped'",
        "claims": "SELECT count(*) FROM tape WHERE kind = 'claimed'",
    }[dataset]
    assert counted(traded, count) > 0
    found = f"read_parquet('@/{dataset}/**/*.parquet', hive_partitioning = true)"
    assert asked(folder, f"SELECT count(*) FROM {found}") == [(counted(traded, count),)]
    described = asked(folder, f"DESCRIBE SELECT * FROM {found}")
    types = {"text": "VARCHAR", "whole": "BIGINT", "instant": "TIMESTAMP WITH TIME ZONE", "wholes": "BIGINT[]"}
    types["instants"] = "TIMESTAMP WITH TIME ZONE[]"
    wanted = [(column.name, types[column.type]) for column in DATASETS[dataset]]
    assert [row[:2] for row in described][: len(wanted)] == wanted
    assert {row[0] for row in described[len(wanted) :]} == {"sector", "day"}
    for part in read_manifest(folder):
        if part.dataset == dataset:
            inside = asked(folder, f"DESCRIBE SELECT * FROM read_parquet('@/{part.path}', hive_partitioning = false)")
            assert [row[0] for row in inside] == [name for name, _ in wanted]


def test_the_tape_is_there_to_the_byte(traded, folder) -> None:
    found = asked(
        folder,
        "SELECT seq, strftime(decided_at, '%Y-%m-%dT%H:%M:%S.%fZ'), kind, payload, hash "
        "FROM read_parquet('@/tape/sector=pv/*/*.parquet') ORDER BY seq",
    )
    assert found == [(one.seq, to_text(one.at), one.kind, one.payload, one.hash) for one in traded.entries("pv")]


def test_staircases_are_those_of_the_house(traded, folder) -> None:
    rows = asked(
        folder,
        "SELECT listing_id, step_cents, list_transform(step_at, lambda x: epoch_us(x)) FROM '@/listings/**/*.parquet'",
    )
    with traded.store.read() as connection:
        for listing_id, cents, instants in rows:
            steps = schedule_of(connection, listing_id.split("-")[0], listing_id).steps()
            assert list(zip(instants, cents, strict=False)) == steps


def test_csv_says_the_same(traded, folder, tmp_path) -> None:
    export(traded.store, ["fills"], tmp_path, format_="csv")
    rows = []
    for file in sorted(tmp_path.glob("fills/**/*.csv")):
        raw = file.read_bytes()
        assert raw.count(b"\r\n") == raw.count(b"\n")
        with file.open(encoding="utf-8", newline="") as opened:
            rows += list(csv.DictReader(opened))
    parquet = asked(
        folder,
        "SELECT sale_id, ask_cents, strftime(sold_at, '%Y-%m-%dT%H:%M:%S.%fZ'), coalesce(bid_id, '') "
        "FROM '@/fills/**/*.parquet' ORDER BY ALL",
    )
    assert sorted((row["sale_id"], int(row["ask_cents"]), row["sold_at"], row["bid_id"]) for row in rows) == parquet


def test_the_manifest_tells_rows_and_hashes(folder) -> None:
    parts = read_manifest(folder)
    files = {str(file.relative_to(folder)) for file in folder.glob("**/*.parquet")}
    assert {part.path for part in parts} == files
    for part in parts:
        assert digest(folder / part.path) == part.sha256
        assert asked(folder, f"SELECT count(*) FROM '@/{part.path}'") == [(part.rows,)]
    assert list(folder.glob("**/*.part")) == []


def test_an_export_that_was_ended_goes_on(traded, tmp_path) -> None:
    def ended(path: str, done: int, _of: int) -> None:
        if done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(traded.store, ["tape"], tmp_path, format_="csv", told=ended)
    before = {part.path: part for part in read_manifest(tmp_path)}
    assert before
    victim = next(iter(before))
    (tmp_path / victim).unlink()
    with (tmp_path / MANIFEST).open("a") as opened:
        opened.write('{"torn')
    written = {part.path for part in export(traded.store, ["tape"], tmp_path, format_="csv")}
    assert victim in written
    assert written.isdisjoint(before.keys() - {victim})
    assert export(traded.store, ["tape"], tmp_path, format_="csv") == []
    rows = sum(part.rows for part in read_manifest(tmp_path))
    assert rows == counted(traded, "SELECT count(*) FROM tape")
    assert [json.loads(line) for line in (tmp_path / MANIFEST).read_text().splitlines() if "torn" not in line]
    assert export(traded.store, ["tape"], tmp_path, format_="csv", again=True)


def test_only_the_days_asked_for_and_none_that_is_not_over(traded, tmp_path) -> None:
    day = date(2026, 3, 2)
    export(traded.store, ["tape"], tmp_path, format_="csv", first=day, last=day)
    assert {part.day for part in read_manifest(tmp_path)} == {"2026-03-02"}
    with pytest.raises(ConfigError, match="is not over"):
        export(traded.store, ["tape"], tmp_path, format_="csv", last=date(2030, 1, 1))


def test_without_duckdb_parquet_is_refused_and_csv_is_not(traded, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    with pytest.raises(ConfigError, match="--format csv"):
        export(traded.store, ["fills"], tmp_path, format_="parquet")
    assert export(traded.store, ["fills"], tmp_path, format_="csv")
