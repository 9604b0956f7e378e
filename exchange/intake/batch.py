"""One delivery of a supplier: its rows, checked in chunks of bounded size, in the file's order."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from exchange.admission import Admitted, BatchRules, Defect, Defects, Doubles, Fingerprint, check, fingerprints
from exchange.intake.columns import Columns
from exchange.intake.drafts import drafts
from exchange.intake.table import Table

CHUNK_ROWS = 500

Stock = Callable[[Collection[str]], Collection[str]]
"""Which of these fingerprints a lead of the sector, within its duplicate window, already has."""


class Fresh(NamedTuple):
    """An admitted lead whose enquirer is new, with the fingerprints to keep for the next file."""

    admitted: Admitted
    fingerprints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of the file, all checked."""

    row_count: int
    fresh: tuple[Fresh, ...]
    defects: Defects
    refused_rows: int
    """Rows with at least one defect."""
    notices: Defects


def checked(
    table: Table, columns: Columns, rules: BatchRules, fingerprint: Fingerprint, stock: Stock
) -> Iterator[Chunk]:
    """The whole file, chunk by chunk; duplicates are looked up in stock once a chunk."""
    doubles = Doubles(rules.sector)
    salt = f"{rules.sector.code}:{rules.supplier}"
    rows = (found if isinstance(found, Defect) else check(found, rules) for found in drafts(table, columns, salt))
    while some := tuple(islice(rows, CHUNK_ROWS)):
        yield _chunk(some, doubles, fingerprint, stock)


def _chunk(
    rows: tuple[Admitted | Defect | Defects, ...], doubles: Doubles, fingerprint: Fingerprint, stock: Stock
) -> Chunk:
    prints = {row.row: fingerprints(row.contact, fingerprint) for row in rows if isinstance(row, Admitted)}
    in_stock = frozenset(stock({found for pair in prints.values() for found in pair}))
    fresh: list[Fresh] = []
    defects: list[Defect] = []
    for row in rows:
        found = doubles.find(row, prints[row.row], in_stock) if isinstance(row, Admitted) else row
        if isinstance(row, Admitted) and found is None:
            fresh.append(Fresh(row, prints[row.row]))
        elif isinstance(found, Defect):
            defects.append(found)
        elif found is not None:
            defects.extend(found)
    notices = tuple(notice for one in fresh for notice in one.admitted.notices)
    return Chunk(len(rows), tuple(fresh), tuple(defects), len(rows) - len(fresh), notices)
