"""One partition as a file: written under another name, then renamed, so a file that is there is whole."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from exchange.errors import ConfigError
from exchange.export.columns import Column, Type
from exchange.instant import to_text

Format = Literal["parquet", "csv"]

LONGEST_LINE = 1 << 24
MEMORY = "256MB"

_SQL: dict[Type, tuple[str, str]] = {
    "text": ("VARCHAR", "{}"),
    "whole": ("BIGINT", "{}"),
    "instant": ("BIGINT", "make_timestamptz({})"),
    "wholes": ("BIGINT[]", "{}"),
    "instants": ("BIGINT[]", "list_transform({}, lambda at_us: make_timestamptz(at_us))"),
}
"""How a column is read from the text, and what is made of it."""


class Writer:
    """Writes partitions of one format; raises ConfigError where Parquet is wanted and DuckDB is not there."""

    def __init__(self, format_: Format) -> None:
        self.format: Format = format_
        self._duckdb = _duckdb() if format_ == "parquet" else None

    def write(self, file: Path, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
        """Write the rows, or no file where there are none; returns how many there were."""
        file.parent.mkdir(parents=True, exist_ok=True)
        text = file.with_name(f".{file.name}.csv.part")
        count = _write_csv(text, columns, rows, spelled=self._duckdb is None)
        if count and self._duckdb is not None:
            binary = file.with_name(f".{file.name}.part")
            _to_parquet(self._duckdb, text, binary, columns)
            binary.replace(file)
        elif count:
            text.replace(file)
        text.unlink(missing_ok=True)
        if not count:
            file.unlink(missing_ok=True)
            _tidy(file.parent)
        return count


def digest(file: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with file.open("rb") as opened:
        found = sha256()
        while chunk := opened.read(1 << 20):
            found.update(chunk)
    return found.hexdigest()


def _write_csv(file: Path, columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, spelled: bool) -> int:
    """RFC 4180 with a header; instants as UTC text where they are spelled, lists as JSON, nothing as an empty field."""
    count = 0
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow([column.name for column in columns])
        types = [column.type for column in columns]
        for row in rows:
            writer.writerow(_written(types, row, spelled=spelled))
            count += 1
    return count


def _written(types: Sequence[Type], row: Sequence[Any], *, spelled: bool) -> Iterator[Any]:
    for kind, value in zip(types, row, strict=True):
        if value is None:
            yield ""
        elif kind == "instant" and spelled:
            yield to_text(value)
        elif kind == "instants" and spelled:
            yield "[" + ",".join(f'"{to_text(at)}"' for at in value) + "]"
        elif kind in ("wholes", "instants"):
            yield "[" + ",".join(map(str, value)) + "]"
        else:
            yield value


def _to_parquet(duckdb: ModuleType, text: Path, binary: Path, columns: Sequence[Column]) -> None:
    """The same rows with their types; DuckDB streams them, in little memory."""
    read = ", ".join(f"'{column.name}': '{_SQL[column.type][0]}'" for column in columns)
    made = ", ".join(f'{_SQL[column.type][1].format(column.name)} AS "{column.name}"' for column in columns)
    as_written = (
        f"header = true, columns = {{{read}}}, quote = '\"', escape = '\"', delim = ',', parallel = false, "
        f"max_line_size = {LONGEST_LINE}, auto_detect = false, hive_partitioning = false"
    )
    settings = {"memory_limit": MEMORY, "threads": 1, "preserve_insertion_order": True}
    with duckdb.connect(config=settings) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            f"COPY (SELECT {made} FROM read_csv(?, {as_written})) "  # noqa: S608
            f"TO '{_quoted(binary)}' (FORMAT parquet, COMPRESSION zstd)",
            [str(text)],
        )


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")


def _tidy(folder: Path) -> None:
    """An empty partition leaves no empty folders behind."""
    for one in (folder, folder.parent):
        if any(one.iterdir()):
            return
        one.rmdir()


def _duckdb() -> ModuleType:
    try:
        import duckdb
    except ImportError:
        wanted = "pip install 'leadboerse[analysis]'"
        raise ConfigError(f"export: Parquet needs DuckDB; {wanted}, or ask for --format csv") from None
    return duckdb
