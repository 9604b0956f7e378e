"""`make bench-intake`: a supplier's file of 100,000 rows, read, checked and kept sealed, beside phone parsing alone.

What a file costs is told in its parts, on SQLite: checking every row (as the importer does), keeping it sealed with
duplicates looked up, and of the same numbers only ``phonenumbers``; memory is the highest mark of a process of its own.
"""

import argparse
import csv
import resource
import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time

import phonenumbers

from exchange.access.users import User, password_of, user_by_id
from exchange.admission import BatchRules
from exchange.catalogue import RANGES, SECTORS, defaults_of
from exchange.clock import SystemClock
from exchange.demo.delivery import draw_rows
from exchange.intake.columns import ColumnMap, match
from exchange.intake.table import open_table
from exchange.staging import Intake, Offer, delivery, files, reader
from exchange.staging.checking import Checker
from exchange.vault import development_vault
from tests.bench.figures import Figure, scale, show
from tests.web.market import Market

SECTOR = "pv"
MOST_SECONDS, MOST_MB = 60.0, 500.0


def written(path: Path, count: int) -> Path:
    """An invented file, a tenth of its rows faulty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";")
        for number, row in enumerate(draw_rows(11, SECTORS[SECTOR], SystemClock().now(), count, 0.1)):
            if number == 0:
                out.writerow(row)
            out.writerow(row.values())
    return path


def checked(path: Path) -> tuple[float, float, float, int]:
    """Seconds to open and check every row without keeping it, the process's highest memory in MB, and the rows."""
    began = now()
    table = open_table(path)
    defaults = defaults_of(SECTOR)
    rules = BatchRules(SECTORS[SECTOR], "quelle", SystemClock().now(), *defaults.prices(1), seats=1, ranges=RANGES)
    checker = Checker("d-bench", rules, development_vault().fingerprint)
    columns = match(table.header, SECTORS[SECTOR], ColumnMap())
    rows = sum(1 for _ in reader.judged(table, columns, checker))
    return *since(began), _highest_mb(), rows


def parsed(path: Path) -> tuple[float, float, float, int]:
    """Seconds for nothing but parsing, validating and formatting the same numbers."""
    with path.open(encoding="utf-8", newline="") as file:
        numbers = [row["Telefon"] for row in csv.DictReader(file, delimiter=";")]
    began = now()
    for text in numbers:
        try:
            number = phonenumbers.parse(text, "DE")
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) >= 0:
            phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return *since(began), _highest_mb(), len(numbers)


def kept(path: Path) -> tuple[float, float, float, int]:
    """Seconds from the file to all rows checked and sealed in the database, as a page does it."""
    delivery.MOST_ROWS = reader.MOST_ROWS = 1_000_000
    files.MOST_FILE_BYTES = 1 << 30
    with tempfile.TemporaryDirectory() as folder:
        market = Market(f"sqlite:///{folder}/market.db")
        market.open()
        intake, who = Intake(market.desk), _user(market)
        market.clock.at_us = SystemClock().now()
        began = now()
        delivery_id = intake.receive(who, path, path.name)
        columns = match(intake.glimpse(who, delivery_id).header, SECTORS[SECTOR], ColumnMap())
        intake.begin_reading(who, delivery_id, SECTOR, columns, Offer(1, *defaults_of(SECTOR).prices(1)))
        intake.read(delivery_id)
        took = since(began)
        rows = sum(intake.counts(who, delivery_id).values())
        market.desk.store.close()
    return *took, _highest_mb(), rows


def _user(market: Market) -> User:
    with market.desk.store.read() as connection:
        known = password_of(connection, "p.nord@quelle.example")
        found = user_by_id(connection, known[0]) if known else None
    if found is None:
        raise LookupError("the market has lost its supplier")
    return found


def now() -> tuple[float, float]:
    """The clock's and the processor's seconds: on a machine others share they are not the same."""
    return perf_counter(), process_time()


def since(began: tuple[float, float]) -> tuple[float, float]:
    """Seconds by the clock and of the processor since then."""
    return perf_counter() - began[0], process_time() - began[1]


def _highest_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure each part in a process of its own, and show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "delivery.csv", asked.rows)
        megabytes = path.stat().st_size / 1e6
        told = {}
        for part in (parsed, checked, kept):
            with get_context("spawn").Pool(1) as pool:
                told[part.__name__] = pool.apply(part, (path,))
            print(f"{part.__name__}: {told[part.__name__][3]} rows", file=sys.stderr)
    phone_s = told["parsed"][1]
    show(
        [
            *scale(),
            Figure(f"file of {asked.rows:,} rows", megabytes, "MB"),
            Figure("phone parsing alone, processor", phone_s, "s"),
            Figure("open and check every row", told["checked"][0], "s", MOST_SECONDS),
            Figure("  of the processor", told["checked"][1], "s", MOST_SECONDS),
            Figure("  times phone parsing", told["checked"][1] / phone_s, "times"),
            Figure("from the file to sealed rows", told["kept"][0], "s", MOST_SECONDS),
            Figure("  of the processor", told["kept"][1], "s", MOST_SECONDS),
            Figure("  times phone parsing", told["kept"][1] / phone_s, "times"),
            Figure("highest memory, checking", told["checked"][2], "MB", MOST_MB),
            Figure("highest memory, keeping", told["kept"][2], "MB", MOST_MB),
        ],
        as_json=asked.json,
    )


if __name__ == "__main__":
    main()
