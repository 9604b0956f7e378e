"""The same columns for Excel in German: semicolons, a byte order mark, decimal commas, no cell that runs as a formula.

Units are those a person reads: cents become euros, microseconds seconds, basis points per cent, instants Berlin's clock
to the second; the last part of a column's name says so. Programs take the other formats.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from exchange.calendars import BERLIN
from exchange.export.columns import Column
from exchange.instant import SECOND_US, Instant, to_datetime
from exchange.intake.formula import guarded
from exchange.money import format_amount

MOST_SHEET_ROWS = 1_048_575
"""A worksheet holds so many beneath its header."""

_UNITS = {"cents": "eur", "us": "s", "bp": "percent"}


def write_sheet(file: Path, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
    """Write the rows with a header; returns how many there were."""
    kinds = [(column.type, column.name.rpartition("_")[2]) for column in columns]
    count = 0
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.writer(opened, delimiter=";", lineterminator="\r\n")
        writer.writerow([name_of(column) for column in columns])
        for row in rows:
            writer.writerow(_cells(kinds, row))
            count += 1
    return count


def name_of(column: Column) -> str:
    """``ask_cents`` is ``ask_eur`` here."""
    stem, _, unit = column.name.rpartition("_")
    return f"{stem}_{_UNITS[unit]}" if stem and unit in _UNITS and column.type in ("whole", "wholes") else column.name


def _cells(kinds: Sequence[tuple[str, str]], row: Sequence[Any]) -> Iterator[str]:
    for (kind, unit), value in zip(kinds, row, strict=True):
        if value is None:
            yield ""
        elif kind in ("wholes", "instants"):
            yield " ".join(_clock(one) if kind == "instants" else _number(one, unit) for one in value)
        elif kind == "instant":
            yield _clock(value)
        else:
            yield _number(value, unit) if kind == "whole" else guarded(str(value))


def _number(value: int, unit: str) -> str:
    if unit == "cents":
        return format_amount(value).replace(".", ",")
    if unit == "us":
        return f"{value // SECOND_US},{value % SECOND_US // 1000:03d}"
    return f"{value // 100},{value % 100:02d}" if unit == "bp" else str(value)


def _clock(at: Instant) -> str:
    return f"{to_datetime(at).astimezone(BERLIN):%d.%m.%Y %H:%M:%S}"
