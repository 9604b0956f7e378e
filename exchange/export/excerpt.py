"""An excerpt: one dataset of a sector from one instant to another as one file, in which nobody is named.

What pages give: small ones at once, larger ones by a process of their own (`exchange.export.runs`).
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from exchange.calendars import BERLIN
from exchange.errors import Invalid
from exchange.export.columns import DATASETS
from exchange.export.files import Writer
from exchange.export.pseudonyms import Row, masked
from exchange.export.sheet import write_sheet
from exchange.instant import Instant, to_datetime
from exchange.reports.exports import rows_of
from exchange.reports.stretch import Stretch, stretch_of
from exchange.store import Store

OFFERED = ("fills", "listings", "bids", "skips", "claims")
"""Not the tape: its orders name firms."""
Shape = Literal["csv", "excel", "parquet"]
SHAPES: tuple[Shape, ...] = ("csv", "excel", "parquet")
MOST_AT_ONCE, MOST_ROWS = 100_000, 5_000_000
"""Rows a page gives at once, and rows of an excerpt; beyond them there is ``exchange export``."""
SOME = 20_000
"""Entries that are read in one transaction."""

Told = Callable[[int, int], None]
"""How many entries of the stretch are done, of how many."""


class TooMany(Invalid):
    """More rows than are given in this way."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is wanted, from ``from_at`` to ``until_at`` (excluded)."""

    sector: str
    dataset: str
    shape: Shape
    from_at: Instant
    until_at: Instant

    def to_payload(self) -> dict[str, Any]:
        """Integers and texts only."""
        return asdict(self)

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> "Excerpt":
        """Read what `to_payload` wrote."""
        return cls(**payload)

    @property
    def file_name(self) -> str:
        """Sector, dataset and the stretch in Berlin's time."""
        ends = (f"{to_datetime(at).astimezone(BERLIN):%Y-%m-%dT%H%M}" for at in (self.from_at, self.until_at))
        ending = "parquet" if self.shape == "parquet" else "csv"
        return "-".join((self.sector, self.dataset, *ends)) + f".{ending}"


def shapes_here() -> tuple[Shape, ...]:
    """What this house can write: Parquet needs DuckDB."""
    return SHAPES if find_spec("duckdb") else SHAPES[:2]


def write_excerpt(
    store: Store, wanted: Excerpt, file: Path, *, most: int = MOST_ROWS, told: Told = lambda done, total: None
) -> int:
    """Write the file, with a header alone where nothing happened; returns how many rows it has.

    Raises TooMany for more than ``most`` rows, Invalid for a Parquet file of none, LookupError for no such sector.
    """
    with store.read() as connection:
        stretch = stretch_of(connection, wanted.sector, wanted.from_at, wanted.until_at)
    rows, columns = _rows(store, wanted, stretch, most, told), DATASETS[wanted.dataset]
    if wanted.shape == "excel":
        return write_sheet(file, columns, rows)
    count = Writer(wanted.shape).write(file, columns, rows)
    if not count and wanted.shape == "parquet":
        raise Invalid("from", "nothing of this kind happened in this stretch")
    if not count:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(",".join(column.name for column in columns) + "\r\n", encoding="utf-8", newline="")
    return count


def _rows(store: Store, wanted: Excerpt, stretch: Stretch, most: int, told: Told) -> Iterator[Row]:
    """A part of the tape after another, each in a transaction of its own: none is open for long."""
    count, total = 0, stretch.last - stretch.first + 1
    for first in range(stretch.first, stretch.last + 1, SOME):
        told(first - stretch.first, total)
        last = min(first + SOME - 1, stretch.last)
        with store.read() as connection:
            found = rows_of(wanted.dataset)(connection, wanted.sector, first, last)
            for row in masked(connection, wanted.dataset, found):
                count += 1
                if count > most:
                    raise TooMany("until", f"more than {most} rows: choose a shorter stretch, or `exchange export`")
                yield row
