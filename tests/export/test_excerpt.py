"""An excerpt: the rows of a stretch as one file, for programs or for a person with Excel, and nobody's name in it."""

import csv
import json
from itertools import pairwise
from pathlib import Path

import pytest

from exchange.background.work import Reporting
from exchange.export import excerpt as module
from exchange.export import runner
from exchange.export.columns import DATASETS
from exchange.export.excerpt import OFFERED, Excerpt, Shape, TooMany, write_excerpt
from exchange.export.runs import DATA
from exchange.export.sheet import name_of
from exchange.instant import DAY_US, Instant
from exchange.orderbook.filters import Filters
from exchange.reports.stretch import numbers
from tests.desk.floor import Trader, clock_of, open_market, wait


@pytest.fixture(scope="module")
def traded():
    desk = open_market("sqlite://")
    Trader(desk, seed=5).trade(150)
    picky = Filters(only_from=("nord",), not_from=("sued",))
    desk.place("pv", bid_id="picky", buyer="anna", limit_cents=500, quantity=1, filters=picky)
    wait(desk, DAY_US)
    desk.settle("pv")
    return desk


def wanted(traded, dataset: str, shape: Shape, *, until: Instant | None = None) -> Excerpt:
    return Excerpt("pv", dataset, shape, 1, until or clock_of(traded).at_us)


@pytest.mark.parametrize("dataset", OFFERED)
def test_both_kinds_of_csv_say_the_same(traded, tmp_path: Path, dataset: str) -> None:
    plain, excel = tmp_path / "plain", tmp_path / "excel"
    many = write_excerpt(traded.store, wanted(traded, dataset, "csv"), plain)
    assert write_excerpt(traded.store, wanted(traded, dataset, "excel"), excel) == many
    assert excel.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(plain.read_text().splitlines()))
    sheet = list(csv.DictReader(excel.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert len(rows) == len(sheet) == many
    assert [name_of(column) for column in DATASETS[dataset]] == list(sheet[0] if sheet else [])
    for row, told in zip(rows, sheet, strict=True):
        for column in DATASETS[dataset]:
            said = told[name_of(column)]
            if column.name.endswith("_cents") and column.type == "whole" and row[column.name]:
                assert said == f"{int(row[column.name]) / 100:.2f}".replace(".", ",")
            if column.type == "instant" and row[column.name]:
                assert len(said) == len("19.11.2026 14:28:03")


def test_nobody_is_named_not_even_in_what_a_bid_wants(traded, tmp_path: Path) -> None:
    with traded.store.read() as connection:
        known = numbers(connection)
    wishes: set[str] = set()
    for dataset in OFFERED:
        write_excerpt(traded.store, wanted(traded, dataset, "csv"), tmp_path / "file")
        for row in csv.DictReader((tmp_path / "file").read_text().splitlines()):
            told = {name: value for name, value in row.items() if name in ("buyer", "supplier", "bid_id")}
            assert all(value[:2] in ("K-", "L-", "") or value.isdecimal() for value in told.values()), told
            filters = json.loads(row["terms"])["filters"] if row.get("terms") else {}
            assert not {*(filters.get("only_from") or ()), *(filters.get("not_from") or ())} & set(known), filters
            wishes |= {*(filters.get("only_from") or ())}
    assert {name[:2] for name in wishes} == {"L-"}


def test_the_tape_is_read_a_part_after_another_and_no_more_than_may_be(
    traded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, heard = wanted(traded, "listings", "csv"), []
    many = write_excerpt(traded.store, asked, tmp_path / "at-once")
    monkeypatch.setattr(module, "SOME", 40)
    told = lambda done, total: heard.append((done, total))  # noqa: E731
    assert write_excerpt(traded.store, asked, tmp_path / "in-parts", told=told) == many
    assert (tmp_path / "in-parts").read_bytes() == (tmp_path / "at-once").read_bytes()
    assert heard[0][0] == 0
    assert all(after - before == 40 for (before, _), (after, _) in pairwise(heard))
    with pytest.raises(TooMany):
        write_excerpt(traded.store, asked, tmp_path / "file", most=many - 1)


def test_where_nothing_happened_there_is_a_header(traded, tmp_path: Path) -> None:
    assert write_excerpt(traded.store, wanted(traded, "fills", "csv", until=2), tmp_path / "file") == 0
    assert (tmp_path / "file").read_text().startswith("sale_id,seq,sold_at,")
    assert wanted(traded, "fills", "excel", until=2).file_name == "pv-fills-1970-01-01T0100-1970-01-01T0100.csv"


def test_a_process_writes_it_and_leaves_no_half_file(traded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reporting, asked = Reporting(tmp_path, traded.store.clock.now), wanted(traded, "fills", "csv")
    told = runner.answer(traded.store, asked.to_payload(), reporting)
    assert told["bytes"] == (tmp_path / DATA).stat().st_size
    assert len((tmp_path / DATA).read_text().splitlines()) == told["rows"] + 1
    assert Excerpt.from_payload(json.loads(json.dumps(asked.to_payload()))) == asked
    monkeypatch.setattr(runner, "LEAST_FREE_BYTES", 1 << 62)
    with pytest.raises(runner.NoRoom) as full:
        runner.answer(traded.store, asked.to_payload(), reporting)
    assert runner.cause(full.value) == "no_room"
    assert not (tmp_path / DATA).exists()
