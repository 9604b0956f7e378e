"""Figures of a bench: as a table to read, or one JSON object per line to keep."""

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """A measured value, and where there is one the value it must hold against.

    ``floor`` is in the same unit: what is wanted, or what the naive form took in the same run.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times better than the floor: faster for rates (``/s``), smaller for anything else."""
        if not self.floor or not self.value:
            return None
        return self.value / self.floor if self.unit.endswith("/s") else self.floor / self.value


def show(figures: Iterable[Figure], *, as_json: bool) -> None:
    """Print figures to standard output."""
    if as_json:
        for figure in figures:
            told = {"name": figure.name, "value": figure.value, "unit": figure.unit, "floor": figure.floor}
            print(json.dumps({**told, "ratio": figure.ratio}, ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False)
    for title in ("figure", "value", "unit", "floor", "ratio"):
        table.add_column(title, justify="left" if title in ("figure", "unit") else "right")
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{_readable(figure.ratio)}x"
        floor = "" if figure.floor is None else _readable(figure.floor)
        table.add_row(figure.name, _readable(figure.value), figure.unit, floor, ratio)
    Console(width=110).print(table)


def seconds(work: Callable[[], object], *, times: int = 5, loops: int = 1) -> float:
    """Median seconds of one call, each measurement over ``loops`` calls."""
    took = []
    for _ in range(times):
        begun = perf_counter()
        for _ in range(loops):
            work()
        took.append((perf_counter() - begun) / loops)
    return median(took)


def scale() -> Iterator[Figure]:
    """What this machine takes for things that are the same everywhere."""
    kilobyte = bytes(1024)
    yield Figure("SHA-256 over 1 KiB", 1e6 * seconds(lambda: sha256(kilobyte).digest(), loops=10_000), "us")
    with tempfile.TemporaryDirectory() as folder, closing(sqlite3.connect(Path(folder) / "bare.db")) as bare:
        bare.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, n INTEGER)")
        bare.executemany("INSERT INTO rows VALUES (?, 0)", ((number,) for number in range(10_000)))
        bare.commit()

        def lower() -> None:
            bare.execute("UPDATE rows SET n = n + 1")
            bare.commit()

        yield Figure("an UPDATE of 10,000 rows, SQLite", 1e3 * seconds(lower), "ms")


def _readable(number: float) -> str:
    """Three digits that count, thousands apart."""
    if number >= 100 or number == int(number):
        return f"{number:,.0f}"
    return f"{number:.3g}"
