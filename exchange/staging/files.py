"""Uploaded files, sealed part by part until their rows are read, and the table that is in one."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, delete, select
from sqlalchemy import insert as new_row

from exchange.errors import Unknown
from exchange.intake.table import Cells, Table, glance_at, open_table
from exchange.intake.unusable import Unusable
from exchange.intake.workbook import as_csv, is_workbook
from exchange.schema import delivery_parts
from exchange.staging.delivery import MOST_FILE_BYTES, Delivery
from exchange.vault import Sealed, Vault

PART_BYTES = 1 << 20
_known = delivery_parts.c


def check_size(path: Path) -> None:
    """Raises Unusable for a file that is larger than a page takes."""
    if path.stat().st_size > MOST_FILE_BYTES:
        raise Unusable("too_large", f"{MOST_FILE_BYTES >> 20} MB")


def kind_of(path: Path) -> str:
    """``xlsx`` for a workbook, by its first bytes, else ``csv``."""
    return "xlsx" if is_workbook(path) else "csv"


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal: by it the same file is known again."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(connection: Connection, vault: Vault, delivery_id: str, path: Path) -> None:
    """Seal a file into the database."""
    with path.open("rb") as file:
        for part, data in enumerate(iter(lambda: file.read(PART_BYTES), b"")):
            sealed = vault.seal(_place(delivery_id, part), data.decode("latin-1"))
            row = {"delivery_id": delivery_id, "part": part, **sealed.columns}
            connection.execute(new_row(delivery_parts).values(**row))


def restore(connection: Connection, vault: Vault, delivery_id: str, path: Path) -> None:
    """Write a kept file out again; raises Unknown where it is gone."""
    wanted = select(delivery_parts).where(_known.delivery_id == delivery_id).order_by(_known.part)
    parts = connection.execution_options(stream_results=False).execute(wanted)
    written = 0
    with path.open("wb") as file:
        for row in parts:
            file.write(vault.open(_place(delivery_id, row.part), Sealed.of(row)).encode("latin-1"))
            written += 1
    if not written:
        raise Unknown("file", delivery_id)


def forget(connection: Connection, delivery_id: str) -> None:
    """The file is no longer needed: its rows are read."""
    connection.execute(delete(delivery_parts).where(_known.delivery_id == delivery_id))


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder only this process reads, gone at the end with all that is in it."""
    with TemporaryDirectory(prefix="delivery-") as folder:
        yield Path(folder)


def table_in(delivery: Delivery, path: Path, folder: Path) -> Table:
    """The table of a file, of a workbook its sheet as CSV in the folder, checked to its end. Raises Unusable.

    A text file was checked when it came, and what is sealed has not changed since.
    """
    if delivery.file_kind == "csv" and delivery.row_count:
        return replace(glance_at(path), row_count=delivery.row_count)
    return open_table(_flat(delivery, path, folder, delivery.sheet))


def first_rows(delivery: Delivery, path: Path, folder: Path, sheet: str, most: int) -> tuple[Table, list[Cells]]:
    """The table of a file (of a workbook the sheet named) and the first of its rows. Raises Unusable."""
    table = glance_at(_flat(delivery, path, folder, sheet))
    return table, [cells for _, (_, cells) in zip(range(most), table.rows(), strict=False)]


def _flat(delivery: Delivery, path: Path, folder: Path, sheet: str) -> Path:
    if delivery.file_kind == "csv":
        return path
    flat = folder / "sheet.csv"
    as_csv(path, flat, sheet)
    return flat


def _place(delivery_id: str, part: int) -> str:
    return f"delivery_parts|{delivery_id}|{part}"
