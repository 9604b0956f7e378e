"""What a program sends, as a file the reader knows: a table as it is, or a list of leads written as one."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from exchange.intake.columns import ColumnMap, Columns, match
from exchange.intake.table import Table, open_table
from exchange.intake.unusable import Unusable
from exchange.intake.workbook import as_csv
from exchange.sector import Sector
from exchange.staging import files
from exchange.staging.delivery import MOST_ROWS
from exchange.staging.outcomes import JSON

MOST_LEADS = 1_000
"""Of a list in JSON; more come as a file."""
_NUMBER = "#"
"""The column that keeps a row of a list from being blank; it means nothing."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file with what its columns mean; ``references`` are a supplier's names for its leads, by row."""

    path: Path
    file_name: str
    kind: str
    dialect: str
    digest: str
    columns: Columns
    lead_count: int
    references: Mapping[int, str] = field(default_factory=dict)


def from_file(path: Path, file_name: str, sector: Sector, own: ColumnMap) -> Received:
    """A table as a supplier's system writes it, checked to its end; raises Unusable."""
    files.check_size(path)
    kind = files.kind_of(path)
    with files.workplace() as folder:
        table = table_in(kind, path, folder)
    if table.row_count > MOST_ROWS:
        raise Unusable("too_many", str(MOST_ROWS))
    dialect = "XLSX" if kind == "xlsx" else f"{table.delimiter}|{table.encoding}"
    columns = match(table.header, sector, own)
    return Received(path, file_name[-120:], kind, dialect, files.digest_of(path), columns, table.row_count)


def table_in(kind: str, path: Path, folder: Path) -> Table:
    """The table of a file, of a workbook its first sheet as CSV in the folder; raises Unusable."""
    if kind == "csv":
        return open_table(path)
    flat = folder / "sheet.csv"
    as_csv(path, flat, "")
    return open_table(flat)


def from_leads(leads: Sequence[Mapping[str, str]], references: Sequence[str], sector: Sector, path: Path) -> Received:
    """A list of leads by field or question key, written to a file; a lead that says nothing is a row too."""
    names = sorted({name for lead in leads for name in lead} | {"postcode"})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([_NUMBER, *names])
        for place, lead in enumerate(leads, start=1):
            writer.writerow([place, *(lead.get(name, "") for name in names)])
    columns = Columns(tuple(enumerate(names, start=1)), frozenset(one.key for one in sector.questions))
    named = {row: reference for row, reference in enumerate(references, start=2) if reference}
    return Received(path, "", "csv", JSON, files.digest_of(path), columns, len(leads), named)
