"""Reading a supplier's table: which delimiter, which header, then row by row in bounded memory.

A file is read twice: once to be sure that its whole structure holds, once for its rows. So a file that is
broken at its end has listed nothing.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from exchange.intake.encoding import written
from exchange.intake.unusable import Unusable

DELIMITERS = ";,\t|"
LONGEST_LINE = 500_000
"""Characters; a longer line is a broken file, not a lead."""
MOST_ROWS = 1_000_000

Cells = list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose structure was checked to its end."""

    path: Path
    encoding: str
    delimiter: str
    skipped_lines: int
    """Lines before the header: a ``sep=;`` of a spreadsheet, blank ones."""
    header: tuple[str, ...]
    header_row: int
    """The header's number as a spreadsheet counts, 1 unless blank lines stand before it."""
    row_count: int
    digest: str

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """Each row that holds anything with its number as a spreadsheet counts; raises Unusable."""
        with self.path.open(encoding=self.encoding, newline="") as file:
            records = _records(file, self.delimiter, self.skipped_lines)
            next(records)
            for number, cells in enumerate(records, start=self.header_row + 1):
                if any(cell and not cell.isspace() for cell in cells):
                    yield number, cells


def open_table(path: Path) -> Table:
    """Check a file from the first byte to the last; raises Unusable with the reason, OSError as the system says."""
    table = glance_at(path)
    count = sum(1 for _ in table.rows())
    if not count:
        raise Unusable("no_rows")
    if count > MOST_ROWS:
        raise Unusable("too_many", f"{MOST_ROWS}")
    return replace(table, row_count=count)


def glance_at(path: Path) -> Table:
    """A file that was checked before, its rows uncounted; raises Unusable."""
    how = written(path)
    with path.open(encoding=how.encoding, newline="") as file:
        skipped, header_row, delimiter, header = _header(file)
    return Table(path, how.encoding, delimiter, skipped, header, header_row, 0, how.digest)


def _header(file: TextIO) -> tuple[int, int, str, tuple[str, ...]]:
    """Lines to skip, the header's row, the delimiter that divides it best, and its cells."""
    declared, row = DELIMITERS, 1
    for skipped, line in enumerate(_lines(file)):
        text = line.strip("\ufeff\r\n ")
        if text.lower().startswith("sep=") and len(text) == 5:
            declared = text[4]  # a spreadsheet takes this line for itself and does not count it
        elif text.strip(DELIMITERS + "\"' "):
            return skipped, row, *_divided(line, file, declared)
        else:
            row += 1
    raise Unusable("empty")


def _divided(line: str, file: TextIO, delimiters: str) -> tuple[str, tuple[str, ...]]:
    """Judge by the header alone, with the lines after it as far as a quoted name may run on."""
    text = line + "".join(_few(file)) if line.count('"') % 2 else line
    best: tuple[str, ...] = ()
    delimiter = ""
    for candidate in delimiters:
        cells = tuple(next(csv.reader(text.splitlines(keepends=True), delimiter=candidate), []))
        if len(cells) > len(best):
            best, delimiter = cells, candidate
    if len(best) < 2:
        raise Unusable("delimiter")
    return delimiter, best


def _few(file: TextIO) -> Iterator[str]:
    for _, line in zip(range(5), _lines(file), strict=False):
        yield line


def _records(file: TextIO, delimiter: str, skipped_lines: int) -> Iterator[Cells]:
    lines = _lines(file)
    for _ in range(skipped_lines):
        next(lines)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    started = 1
    try:
        for cells in reader:
            yield cells
            started = reader.line_num + 1
    except csv.Error as error:
        raise _cause(str(error), skipped_lines + started) from None


def _cause(message: str, line: int) -> Unusable:
    """The csv module tells its faults apart by their sentences only."""
    if "field larger" in message:
        return Unusable("long_line", str(line))
    if "end of data" in message:
        return Unusable("quotes", str(line))
    return Unusable("stray_quote", str(line))


def _lines(file: TextIO) -> Iterator[str]:
    """The lines of a file, each of bounded length; raises Unusable for what does not decode."""
    number = 0
    while True:
        number += 1
        try:
            line = file.readline(LONGEST_LINE)
        except UnicodeError:
            raise Unusable("encoding", f"> {number}") from None
        if not line:
            return
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            raise Unusable("long_line", str(number))
        if "\0" in line:
            raise Unusable("nul")
        yield line
