import datetime
import resource
import zipfile
from pathlib import Path
from time import perf_counter

import pytest

from exchange.intake.table import open_table
from exchange.intake.unusable import Unusable
from exchange.intake.workbook import MOST_WIRE_BYTES, as_csv, inspect, is_workbook, sheets
from tests.intake.hostile import hostile, packed, plain


def read(path: Path, sheet: str = "") -> list[tuple[int, list[str]]]:
    target = path.with_suffix(".csv")
    as_csv(path, target, sheet)
    return list(open_table(target).rows())


def test_cells_are_written_as_people_type_them(tmp_path: Path) -> None:
    moment, day = datetime.datetime(2026, 11, 12, 18, 2), datetime.date(1990, 3, 14)  # noqa: DTZ001
    rows = [
        ["Name", "PLZ", "Summe", "Wann", "Geboren", "Ja", "Leer", "Satz"],
        ["Müller; Anna", 1067, 1.5, moment, day, True, None, "Zeile\nzwei"],
    ]
    assert read(plain(tmp_path / "a.xlsx", rows)) == [
        (2, ["Müller; Anna", "1067", "1,5", "12.11.2026 18:02:00", "14.03.1990", "ja", "", "Zeile\nzwei"])
    ]


def test_a_sheet_is_chosen_by_its_name_and_blank_rows_count(tmp_path: Path) -> None:
    path = plain(tmp_path / "a.xlsx", [["a", "b"], [1, 2]], second=[["c", "d"], [None, None], [3, None]])
    assert sheets(path) == ["Anfragen", "Zweites"]
    assert read(path) == [(2, ["1", "2"])]
    assert read(path, "Zweites") == [(3, ["3", ""])]


def test_the_name_of_a_workbook_says_nothing(tmp_path: Path) -> None:
    path = plain(tmp_path / "a.xlsx", [["a", "b"], [1, 2]]).rename(tmp_path / "file")
    assert sheets(path) == ["Anfragen"]
    assert read(path) == [(2, ["1", "2"])]


def test_a_workbook_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("PLZ;Ort\n")
    assert not is_workbook(path)
    assert is_workbook(plain(tmp_path / "b.txt", [["a"]]))


@pytest.mark.parametrize(("data", "cause"), [pytest.param(*rest, id=name) for name, *rest in hostile()])
def test_what_no_program_writes_is_refused(tmp_path: Path, data: bytes, cause: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    with pytest.raises(Unusable) as refused:
        as_csv(path, tmp_path / "a.csv", "")
    assert refused.value.cause == cause


def test_a_refusal_unpacks_nothing(tmp_path: Path) -> None:
    """Memory of this process by its highest mark: refusing a bomb does not raise it."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(packed({"[Content_Types].xml": b"x", "xl/a": bytes(300 << 20)}))
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Unusable):
        inspect(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 20 << 10


def test_a_directory_that_lies_about_sizes_is_no_way_in(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    data = bytearray(packed({"[Content_Types].xml": b"x", "xl/a": bytes(30 << 20)}))
    place = data.rfind(b"PK\x01\x02")
    data[place + 24 : place + 28] = (1_000).to_bytes(4, "little")
    path.write_bytes(data)
    began = perf_counter()
    with pytest.raises(Unusable):
        as_csv(path, tmp_path / "a.csv", "")
    assert perf_counter() - began < 30


def test_too_many_bytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(MOST_WIRE_BYTES + 1)
    with pytest.raises(Unusable) as refused:
        inspect(path)
    assert refused.value.cause == "too_large"


def test_a_child_that_needs_too_much_memory_ends_alone(tmp_path: Path) -> None:
    """Cells of many megabytes within the archive's limits: the child gives up or the table does, this process lives."""
    path = plain(tmp_path / "a.xlsx", [["a", "b"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    noise = "".join(chr(97 + (n * n * 7919) % 26) for n in range(1 << 16)).encode()
    cell = b'<row r="2"><c r="A2" t="inlineStr"><is><t>' + noise * 160 + b"</t></is></c></row>"
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", cell + b"</sheetData>")
    path.write_bytes(packed(parts | {"xl/worksheets/sheet1.xml": sheet}, zipfile.ZIP_STORED))
    with pytest.raises(Unusable) as refused:
        read(path)
    assert refused.value.cause in ("too_large", "long_line", "workbook_broken")
