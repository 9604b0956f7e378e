"""Supplier files from the first byte to admitted leads, in several encodings and dialects."""

from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

import pytest

from exchange.admission import BatchRules, Defect
from exchange.catalogue import RANGES, SECTORS, defaults_of
from exchange.instant import from_text, to_text
from exchange.intake.batch import CHUNK_ROWS, Chunk, checked
from exchange.intake.columns import ColumnMap, load_map, match
from exchange.intake.table import open_table

SUPPLIERS = Path(__file__).parent.parent / "data" / "suppliers"
NOW = from_text("2026-11-20T12:00:00Z")


def keyed(text: str) -> str:
    return sha256(f"test key {text}".encode()).hexdigest()


def nobody(prints: Collection[str]) -> Collection[str]:
    return ()


def read(path: Path, code: str, own: ColumnMap | None = None, stock=nobody) -> Chunk:  # type: ignore[no-untyped-def]
    """The whole file as one chunk."""
    sector, defaults = SECTORS[code], defaults_of(code)
    rules = BatchRules(sector, "nord", NOW, defaults.start_cents, defaults.floor_cents, ranges=RANGES)
    table = open_table(path)
    chunks = list(checked(table, match(table.header, sector, own or ColumnMap()), rules, keyed, stock))
    return Chunk(
        sum(chunk.row_count for chunk in chunks),
        tuple(one for chunk in chunks for one in chunk.fresh),
        tuple(defect for chunk in chunks for defect in chunk.defects),
        sum(chunk.refused_rows for chunk in chunks),
        tuple(notice for chunk in chunks for notice in chunk.notices),
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("bu_windows1252_tab.txt", "bu"),
        ("wp_utf8_bom_comma.csv", "wp"),
        ("rlv_utf16_tab.txt", "rlv"),
        ("baufi_sep_pipe.csv", "baufi"),
    ],
)
def test_a_sound_file_is_admitted_whole(name: str, code: str) -> None:
    chunk = read(SUPPLIERS / name, code)
    assert (chunk.row_count, len(chunk.fresh), chunk.defects, chunk.notices) == (6, 6, (), ())


def test_a_file_with_its_own_columns_and_constants() -> None:
    own = load_map(SUPPLIERS / "pkv_own_columns.toml", SECTORS["pkv"])
    chunk = read(SUPPLIERS / "pkv_own_columns.csv", "pkv", own)
    assert len(chunk.fresh) == 6
    first = chunk.fresh[0].admitted
    assert (first.contact.first_name, first.contact.last_name) == ("Paula", "Kaya")
    assert first.contact.email == "p.kaya2522@example.org"
    assert to_text(first.consent.given_at) == "2026-11-18T23:39:18.000000Z"
    assert first.consent.version == "v3"
    assert dict(first.lead.answers)["age"] == "40"


def test_each_bad_row_is_named_and_the_good_ones_pass() -> None:
    chunk = read(SUPPLIERS / "pv_utf8_semicolon.csv", "pv")
    assert [(d.row, d.field, d.code) for d in chunk.defects] == [
        (6, "phone", "phone_letters"),
        (7, "postcode", "postcode_unknown"),
        (8, "consent_at", "missing"),
        (9, "roof", "choice"),
        (10, "person", "duplicate_in_file"),
        (11, "asked_at", "too_old"),
    ]
    assert [one.admitted.row for one in chunk.fresh] == [2, 3, 4, 5]
    answers = [dict(one.admitted.lead.answers) for one in chunk.fresh]
    assert (answers[1]["area"], answers[2]["kwh"], answers[3]["roof"]) == ("48", "4500", "pitched")
    assert "\n" not in chunk.fresh[0].admitted.contact.note
    assert 'Hund "Bello" bellt;' in chunk.fresh[0].admitted.contact.note


def test_the_same_row_is_always_the_same_lead() -> None:
    first, second = (read(SUPPLIERS / "bu_windows1252_tab.txt", "bu") for _ in range(2))
    ids = [one.admitted.lead.lead_id for one in first.fresh]
    assert ids == [one.admitted.lead.lead_id for one in second.fresh]
    assert len(set(ids)) == 6


def test_the_same_file_again_is_all_duplicates() -> None:
    stock: set[str] = set()

    def in_stock(prints: Collection[str]) -> Collection[str]:
        return stock & set(prints)

    first = read(SUPPLIERS / "bu_windows1252_tab.txt", "bu", stock=in_stock)
    stock |= {found for one in first.fresh for found in one.fingerprints}
    second = read(SUPPLIERS / "bu_windows1252_tab.txt", "bu", stock=in_stock)
    assert not second.fresh
    assert {defect.code for defect in second.defects} == {"duplicate_in_stock"}
    assert second.refused_rows == 6


def test_a_row_with_a_cell_too_many_is_one_defect(tmp_path: Path) -> None:
    lines = (SUPPLIERS / "bu_windows1252_tab.txt").read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b"\t", b"\t\t", 1)
    path = tmp_path / "shifted.txt"
    path.write_bytes(b"".join(lines))
    chunk = read(path, "bu")
    assert chunk.defects == (Defect(3, "row", "cells", "29/28"),)
    assert len(chunk.fresh) == 5


def test_a_long_file_comes_in_chunks_of_bounded_size(tmp_path: Path) -> None:
    lines = (SUPPLIERS / "bu_windows1252_tab.txt").read_bytes().splitlines(keepends=True)
    path = tmp_path / "long.txt"
    path.write_bytes(lines[0] + lines[1] * (2 * CHUNK_ROWS + 1))
    table = open_table(path)
    rules = BatchRules(SECTORS["bu"], "nord", NOW, 6200, 1800, ranges=RANGES)
    columns = match(table.header, SECTORS["bu"], ColumnMap())
    chunks = list(checked(table, columns, rules, keyed, nobody))
    assert [chunk.row_count for chunk in chunks] == [CHUNK_ROWS, CHUNK_ROWS, 1]
    assert [len(chunk.fresh) for chunk in chunks] == [1, 0, 0]
    assert chunks[2].defects[0].detail == "2"
