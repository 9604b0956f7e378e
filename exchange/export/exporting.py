"""Going through the partitions of an export: which there are, which are there already, what was written.

A day is exported once it is over in every sector. ``manifest.jsonl`` says of each file how many rows it has and its
SHA-256, one JSON object a line, added when the file is whole: an export that was ended begins again where it was.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

from exchange.calendars import BERLIN, berlin_day
from exchange.errors import ConfigError
from exchange.export.columns import DATASETS
from exchange.export.files import Format, Writer, digest
from exchange.instant import DAY_US, HOUR_US, Instant, to_datetime
from exchange.reports import Connection
from exchange.reports.exports import begun_at, last_seqs, rows_of, stretch, told_until
from exchange.store import Store

MANIFEST = "manifest.jsonl"
_EPOCH = date(1970, 1, 1)

Told = Callable[[str, int, int], None]
"""What was just written: its path, how many of all partitions are done, how many there are."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the export; ``path`` is relative to its folder."""

    dataset: str
    sector: str
    day: str
    path: str
    rows: int
    bytes: int
    sha256: str


def berlin_date(at: Instant) -> date:
    """The day in Berlin an instant lies in."""
    return to_datetime(at).astimezone(BERLIN).date()


def day_bounds(day: date) -> tuple[Instant, Instant]:
    """The beginning and the end of a day in Berlin."""
    return berlin_day((day - _EPOCH).days * DAY_US + 12 * HOUR_US)


def export(
    store: Store,
    datasets: Sequence[str],
    folder: Path,
    *,
    format_: Format,
    first: date | None = None,
    last: date | None = None,
    again: bool = False,
    told: Told | None = None,
) -> list[Part]:
    """Write what is missing of these datasets from one day to another, both included; returns what was written.

    Without days: from the first entry to the last day that is over. ``again`` writes also what is there. Raises
    ConfigError where DuckDB is missing, or where the last day asked for is not over.
    """
    writer = Writer(format_)
    folder.mkdir(parents=True, exist_ok=True)
    known = {} if again else _whole(folder)
    written = []
    now = store.now()
    with store.read() as connection:
        ends = last_seqs(connection)
        stretches = [
            (day, sector, stretch(connection, sector, *day_bounds(day), ends[sector]))
            for day in _days(connection, now, first, last)
            for sector in ends
        ]
    busy = [(day, sector, numbers) for day, sector, numbers in stretches if numbers[0] <= numbers[1]]
    todo = [(dataset, *one) for dataset in datasets for one in busy]
    for done, (dataset, day, sector, numbers) in enumerate(todo, start=1):
        path = f"{dataset}/sector={sector}/day={day.isoformat()}/part.{format_}"
        if path not in known:
            with store.read() as connection:
                rows = writer.write(folder / path, DATASETS[dataset], rows_of(dataset)(connection, sector, *numbers))
            if rows:
                part = _part(folder, dataset, sector, day, path, rows)
                _note(folder, part)
                written.append(part)
        if told is not None:
            told(path, done, len(todo))
    return written


def read_manifest(folder: Path) -> list[Part]:
    """What the export holds, in order of path; of a file written twice the last."""
    return [part for _, part in sorted(_noted(folder).items())]


def _days(connection: Connection, now: Instant, first: date | None, last: date | None) -> list[date]:
    """The days asked for, as far as there is anything; raises ConfigError for one that is not over."""
    begun = begun_at(connection)
    if begun is None:
        return []
    over = berlin_date(told_until(connection, now)) - timedelta(days=1)
    if last is not None and last > over:
        raise ConfigError(f"export: {last} is not over, or something of it is still to be settled; {over} is")
    return list(_each(max(first or date.min, berlin_date(begun)), last or over))


def _noted(folder: Path) -> dict[str, Part]:
    found = {}
    file = folder / MANIFEST
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        try:
            part = Part(**json.loads(line))
        except (TypeError, ValueError):  # the line an export was ended in
            continue
        found[part.path] = part
    return found


def _whole(folder: Path) -> dict[str, Part]:
    """What is there as it was written."""
    return {
        path: part
        for path, part in _noted(folder).items()
        if (folder / path).is_file() and (folder / path).stat().st_size == part.bytes
    }


def _part(folder: Path, dataset: str, sector: str, day: date, path: str, rows: int) -> Part:
    file = folder / path
    return Part(dataset, sector, day.isoformat(), path, rows, file.stat().st_size, digest(file))


def _note(folder: Path, part: Part) -> None:
    file = folder / MANIFEST
    torn = file.exists() and not file.read_bytes().endswith(b"\n")
    with file.open("a", encoding="utf-8", newline="") as opened:
        opened.write(("\n" if torn else "") + json.dumps(asdict(part), sort_keys=True) + "\n")


def _each(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
