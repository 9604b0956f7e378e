"""The process that opens a workbook: it limits itself first, then writes one sheet as CSV. Nobody imports this.

``FILE sheets`` prints the names of the sheets as JSON; ``FILE csv TARGET SHEET`` writes one of them.
"""

import csv
import json
import resource
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

MOST_MEMORY_BYTES = 512 << 20
MOST_CPU_S = 60
MOST_WRITTEN_BYTES = 100 << 20
MOST_COLUMNS = 200
MOST_ROWS = 100_000
"""Also of empty ones: a sheet may say that it has a million."""


def main() -> None:
    """Do what was asked; ends with 1 and a word on standard error where the file cannot be used."""
    _limit()
    path, what, *more = sys.argv[1:]
    from openpyxl import load_workbook  # only once the limits hold

    with open(path, "rb") as file:  # a name would have to end as the library likes it
        _answer(load_workbook(file, read_only=True, data_only=True, keep_links=False), what, more)


def _answer(book: Any, what: str, more: list[str]) -> None:
    if what == "sheets":
        print(json.dumps([sheet.title for sheet in book.worksheets]))
        return
    target, name = more
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if not sheets:
        _refuse("empty")
    sheet: Any = sheets.get(name) or next(iter(sheets.values()))
    sheet.reset_dimensions()
    with open(target, "w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=";").writerows(_rows(sheet.iter_rows(values_only=True)))


def _rows(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[str]]:
    """Rows as texts, all as wide as the first that holds anything: blank cells at an end are not kept in a sheet."""
    width = 0
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            _refuse("too_many")
        cells = [_text(value) for value in row[:MOST_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        width = width or len(cells)
        yield cells + [""] * (width - len(cells))


def _text(value: Any) -> str:
    """A cell as a German supplier would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, float):
        return repr(value).replace(".", ",")
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y}" if value.time() == time() else f"{value:%d.%m.%Y %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return str(value).replace("\0", "")


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY_BYTES),
        (resource.RLIMIT_CPU, MOST_CPU_S),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _refuse(cause: str) -> None:
    print(cause, file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main()
