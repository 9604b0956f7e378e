"""What the replay shows as a file: a sector's leads, sales, bids or skips of a stretch, CSV or Parquet, nobody by name.

The shape is the exports' (docs/analysis.md); firms are the numbers the page gives them, bids those of their entries.
"""

from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from exchange.errors import Invalid
from exchange.export.columns import DATASETS
from exchange.export.files import Format, Writer
from exchange.reports import Connection
from exchange.reports.exports import rows_of
from exchange.reports.stretch import Stretch, bid_numbers, numbers
from exchange.web import formats

OFFERED = ("fills", "listings", "bids", "skips", "claims")
"""Not the tape: its orders name firms."""
FORMATS: tuple[Format, ...] = ("csv", "parquet")
MOST_ROWS = 100_000

Row = Sequence[Any]
Mask = Callable[[Any], Any]


def formats_here() -> tuple[Format, ...]:
    """What this house can write: Parquet needs DuckDB."""
    return FORMATS if find_spec("duckdb") else FORMATS[:1]


def name_of(stretch: Stretch, dataset: str, format_: Format) -> str:
    """The file's name: sector, dataset and the stretch in Berlin's time."""
    from_at, until_at = (f"{formats.berlin(at):%Y-%m-%dT%H%M}" for at in (stretch.from_at, stretch.until_at))
    return f"{stretch.sector}-{dataset}-{from_at}-{until_at}.{format_}"


def file_of(connection: Connection, stretch: Stretch, dataset: str, format_: Format) -> bytes:
    """The file, with a header alone where nothing happened (CSV). Raises Invalid for more rows than `MOST_ROWS`."""
    rows = rows_of(dataset)(connection, stretch.sector, stretch.first, stretch.last)
    found = list(islice(rows, MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise Invalid("until", f"more than {MOST_ROWS} rows: choose a shorter stretch, or `exchange export`")
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"part.{format_}"
        columns = DATASETS[dataset]
        if not Writer(format_).write(file, columns, _masked(connection, dataset, found)):
            if format_ == "parquet":
                raise Invalid("from", "nothing of this kind happened in this stretch")
            return (",".join(column.name for column in columns) + "\r\n").encode()
        return file.read_bytes()


def _masked(connection: Connection, dataset: str, rows: Sequence[Row]) -> Iterator[Row]:
    """The rows with numbers for firms and bids."""
    members, names = numbers(connection), [column.name for column in DATASETS[dataset]]
    firms: dict[str, Mask] = {
        "buyer": lambda firm: f"K-{members[firm]}",
        "supplier": lambda firm: f"L-{members[firm]}",
    }
    masks = {place: firms[name] for place, name in enumerate(names) if name in firms}
    bid = names.index("bid_id") if "bid_id" in names else None
    known = {} if bid is None else bid_numbers(connection, {row[bid] for row in rows if row[bid]})
    for row in rows:
        told = list(row)
        for place, mask in masks.items():
            told[place] = mask(told[place])
        if bid is not None and told[bid]:
            told[bid] = str(known[told[bid]])
        yield told
