"""Workbooks (XLSX) into CSV: judged by their directory before anything is unpacked, read by a process of its own.

A workbook is an archive of XML, and both are known to explode. So first its directory is read, which unpacks nothing;
then a child process with little memory and time opens it (`workbook_reader`). Macros, links to other files, archives in
the archive and XML that declares entities are refused, not skipped.
"""

import json
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

from exchange.intake.unusable import Unusable

MOST_WIRE_BYTES = 10 << 20
MOST_UNPACKED_BYTES = 50 << 20
MOST_ENTRIES = 200
MOST_RATIO = 100
MOST_SECONDS = 90
_MOST_DIRECTORY_BYTES = 64 << 10
_PROLOG_BYTES = 4_096
_END = struct.Struct("<4s4H2LH")
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"7z\xbc\xaf\x27\x1c", b"\xfd7zXZ\x00", b"Rar!")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_workbook(path: Path) -> bool:
    """Whether a file begins like an archive, which a table in text never does."""
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def inspect(path: Path) -> None:
    """Refuse, before anything is unpacked, what no spreadsheet program writes; raises Unusable."""
    if path.stat().st_size > MOST_WIRE_BYTES:
        raise Unusable("too_large", f"{MOST_WIRE_BYTES >> 20} MB")
    _check_directory(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive)
            _check_contents(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, OverflowError):
        raise Unusable("workbook_broken") from None


def _check_directory(path: Path) -> None:
    """How large the directory says it is: a large one would take its time to be read at all."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 65_557))
        tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END.size or b"PK\x06\x07" in tail[:place]:
        raise Unusable("workbook_broken")
    _, _, _, _, entries, directory_bytes, _, _ = _END.unpack_from(tail, place)
    if entries > MOST_ENTRIES or directory_bytes > _MOST_DIRECTORY_BYTES:
        raise Unusable("workbook_unpacked", f"{MOST_ENTRIES}")


def _check_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = [entry.filename.lower() for entry in entries]
    if len(names) > MOST_ENTRIES or len(names) != len(set(names)):
        raise Unusable("workbook_broken")
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Unusable("archive")
    if any(name.endswith("vbaproject.bin") or "/activex/" in name or "macrosheets/" in name for name in names):
        raise Unusable("macro")
    if any("externallinks/" in name or "/embeddings/" in name or name == "xl/connections.xml" for name in names):
        raise Unusable("external")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > MOST_UNPACKED_BYTES or unpacked > MOST_RATIO * max(packed, 1):
        raise Unusable("workbook_unpacked", f"{MOST_UNPACKED_BYTES >> 20} MB")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unusable("workbook_locked")


def _check_contents(archive: zipfile.ZipFile) -> None:
    """The first bytes of every entry: no archive in the archive, no XML that declares what it may be read as."""
    for entry in archive.infolist():
        with archive.open(entry) as part:
            head = part.read(_PROLOG_BYTES)
        if head.startswith((*_ARCHIVES, _OLE)):
            raise Unusable("archive")
        plain = head.replace(b"\0", b"").lower()
        if b"<!doctype" in plain or b"<!entity" in plain:
            raise Unusable("entity")
        if b"macroenabled" in plain:
            raise Unusable("macro")


def sheets(path: Path) -> list[str]:
    """The names of a workbook's sheets, in order; raises Unusable."""
    found: list[str] = json.loads(_read(path, "sheets"))
    return found


def as_csv(path: Path, target: Path, sheet: str) -> None:
    """Write one sheet (the first, where it is not named) as CSV; raises Unusable."""
    _read(path, "csv", str(target), sheet)


def _read(path: Path, *asked: str) -> str:
    """Ask the reader in its own process, which has no environment and little of anything else."""
    inspect(path)
    command = [sys.executable, "-I", "-m", "exchange.intake.workbook_reader", str(path), *asked]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module; file names are ours, too
            command, capture_output=True, timeout=MOST_SECONDS, env={}, cwd=path.parent, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unusable("workbook_broken") from None
    if done.returncode:
        told = done.stderr.decode("ascii", "replace").strip().splitlines()
        raise Unusable(told[-1] if told and told[-1] in ("too_many", "empty") else "workbook_broken")
    return done.stdout.decode("utf-8")
