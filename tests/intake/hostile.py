"""Workbooks no spreadsheet program writes, each with the cause it is refused for."""

import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook


def plain(path: Path, rows: list[list[object]], *, second: list[list[object]] | None = None) -> Path:
    """A workbook as a supplier's program writes it."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Anfragen"
    for row in rows:
        sheet.append(row)
    if second is not None:
        other = book.create_sheet("Zweites")
        for row in second:
            other.append(row)
    book.save(path)
    return path


def _good() -> dict[str, bytes]:
    out = io.BytesIO()
    book = Workbook()
    book.active.append(["a", "b"])
    book.active.append(["1", "2"])
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """These parts as an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
_BOMB = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]><x>&b;</x>"
_OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


def hostile() -> Iterator[tuple[str, bytes, str]]:
    """Name, bytes, cause."""
    good = _good()
    yield "a bomb of zeros", packed(good | {"xl/media/x.bin": bytes(60 << 20)}), "workbook_unpacked"
    yield "a ratio of a thousand", packed(good | {"xl/media/x.bin": bytes(20 << 20)}), "workbook_unpacked"
    yield "too many parts", packed(good | {f"xl/x{n}.xml": b"<x/>" for n in range(250)}), "workbook_unpacked"
    many = packed(good | {f"xl/x{n}.xml": b"<x/>" for n in range(5_000)}, zipfile.ZIP_STORED)
    yield "a directory of thousands", many, "workbook_unpacked"
    yield "an archive in the archive", packed(good | {"xl/media/x.png": packed({"a": b"b"})}), "archive"
    yield (
        "an old workbook in it",
        packed(good | {"xl/x.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64)}),
        "archive",
    )
    yield "macros", packed(good | {"xl/vbaProject.bin": b"x"}), "macro"
    types = good["[Content_Types].xml"].replace(b"sheet.main", b"sheet.macroEnabled.main")
    yield "macros by type", packed(good | {"[Content_Types].xml": types}), "macro"
    yield "links outside", packed(good | {"xl/externalLinks/externalLink1.xml": b"<x/>"}), "external"
    yield "embedded files", packed(good | {"xl/embeddings/o.bin": b"x"}), "external"
    yield "a database connection", packed(good | {"xl/connections.xml": b"<x/>"}), "external"
    yield "entities", packed(good | {SHEET: _BOMB}), "entity"
    yield "an entity from a file", packed(good | {SHEET: _OUTSIDE}), "entity"
    yield "entities in UTF-16", packed(good | {SHEET: _BOMB.decode().encode("utf-16")}), "entity"
    yield "no workbook", packed({"a.txt": b"x"}), "archive"
    yield "cut off", packed(good)[:-30], "workbook_broken"
    yield "only a beginning", b"PK\x03\x04" + b"x" * 100, "workbook_broken"
    whole = bytearray(packed(good))
    place = whole.rfind(b"PK\x05\x06")
    struct.pack_into("<L", whole, place + 16, 1 << 30)
    yield "a directory elsewhere", bytes(whole), "workbook_broken"
    yield "a sheet that is no XML", packed(good | {SHEET: b"<worksheet><sheetData><row><c"}), "workbook_broken"
    wrong = bytearray(packed(good, zipfile.ZIP_STORED))
    inside = wrong.find(b"<worksheet")
    wrong[inside + 1 : inside + 4] = b"xyz"
    yield "a wrong checksum", bytes(wrong), "workbook_broken"
