import csv
from pathlib import Path

import pytest

from exchange.intake.table import open_table
from exchange.intake.unusable import CAUSES, Unusable

SUPPLIERS = Path(__file__).parent.parent / "data" / "suppliers"


@pytest.mark.parametrize(
    ("name", "encoding", "delimiter", "rows"),
    [
        ("pv_utf8_semicolon.csv", "utf-8-sig", ";", 10),
        ("bu_windows1252_tab.txt", "cp1252", "\t", 6),
        ("wp_utf8_bom_comma.csv", "utf-8-sig", ",", 6),
        ("rlv_utf16_tab.txt", "utf-16", "\t", 6),
        ("baufi_sep_pipe.csv", "cp1252", "|", 6),
        ("pkv_own_columns.csv", "utf-8-sig", ",", 6),
    ],
)
def test_files_as_suppliers_send_them(name: str, encoding: str, delimiter: str, rows: int) -> None:
    table = open_table(SUPPLIERS / name)
    assert (table.encoding, table.delimiter, table.row_count) == (encoding, delimiter, rows)
    found = list(table.rows())
    assert [number for number, _ in found] == list(range(2, rows + 2))
    assert {len(cells) for _, cells in found} == {len(table.header)}
    assert not any("\ufeff" in cell or "\ufffd" in cell for _, cells in found for cell in cells)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", list(";,\t|"))
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_dialect_gives_the_same_rows(tmp_path: Path, encoding: str, delimiter: str, newline: str) -> None:
    path = tmp_path / "leads.csv"
    rows = [["Name", "Straße", "Ort"], ['Anna "Ä" Öz', "Zeile 1\nZeile 2", "München"], ["a;b,c\td|e", "", "Köln"]]
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_ALL).writerows(rows)
    table = open_table(path)
    assert list(table.header) == rows[0]
    assert [cells for _, cells in table.rows()] == rows[1:]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text('\n;;\na;b\n1;"x\ny"\n;\n\n2;z\n')
    table = open_table(path)
    assert table.header_row == 3
    assert [number for number, _ in table.rows()] == [4, 7]


def test_the_digest_is_the_files_own(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("a;b\n1;2\n")
    second.write_text("a;b\n1;2\n")
    assert open_table(first).digest == open_table(second).digest
    second.write_text("a;b\n1;3\n")
    assert open_table(first).digest != open_table(second).digest


BROKEN = {
    "empty": b"",
    "blank": b" \r\n\r\n;;\n",
    "mark only": b"\xef\xbb\xbf",
    "no rows": b"a;b;c\n;;\n",
    "workbook": b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml",
    "old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "zip": b"PK\x03\x04\x14\x00leads.csv",
    "gzip": b"\x1f\x8b\x08\x00",
    "pdf": b"%PDF-1.7",
    "image": b"\x89PNG\r\n",
    "html": b"  <!DOCTYPE html><table>",
    "xml": b"<?xml version='1.0'?>",
    "json": b'[{"phone": 1}]',
    "nul": b"a;b\n1;\x00\n",
    "nul late": b"a;b\n" + b"1;2\n" * 300_000 + b"\x00",
    "no encoding": b"a;b\n\xfc;\x81\n",
    "utf-16 cut off": "a;b\n1;2\n".encode("utf-16")[:-1],
    "one column": b"Telefon\n1\n",
    "open quote": b'a;b\n1;2\n"3;4\n5;6\n',
    "stray quote": b'a;b\n1;2\n"3"x;4\n',
    "open quote, then another": b'a;b\n"1;2\n"3";4\n',
    "huge cell": b"a;b\n1;" + b"x" * 10_000_000 + b"\n",
    "huge cell of many lines": b'a;b\n1;"' + b"x\n" * 200_000 + b'"\n',
    "no line ever ends": b"a;b" + b";" * 2_000_000,
}
WHY = {
    "empty": "empty",
    "blank": "empty",
    "mark only": "empty",
    "no rows": "no_rows",
    "workbook": "workbook",
    "old workbook": "workbook",
    "zip": "archive",
    "gzip": "archive",
    "pdf": "pdf",
    "image": "image",
    "html": "markup",
    "xml": "markup",
    "json": "json",
    "nul": "nul",
    "nul late": "nul",
    "no encoding": "encoding",
    "utf-16 cut off": "encoding",
    "one column": "delimiter",
    "open quote": "quotes",
    "stray quote": "stray_quote",
    "open quote, then another": "stray_quote",
    "huge cell": "long_line",
    "huge cell of many lines": "long_line",
    "no line ever ends": "long_line",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_as_a_whole_and_says_why(tmp_path: Path, name: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(BROKEN[name])
    with pytest.raises(Unusable) as refused:
        open_table(path)
    assert refused.value.cause == WHY[name]
    assert refused.value.sentence("de") != refused.value.sentence("en")


def test_a_fault_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text('a;b\n1;2\n"3"x;4\n')
    with pytest.raises(Unusable, match="line 3"):
        open_table(path)


@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_speaks_both_languages(cause: str) -> None:
    assert "{" not in Unusable(cause, "7").sentence("de") + Unusable(cause, "7").sentence("en")
