"""`exchange leads`: a supplier's file into the market, and an invented file to try it with."""

import csv
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from exchange.admission import BatchRules, Defects
from exchange.admission.defect import Lang
from exchange.admission.reading import cents_of
from exchange.catalogue import RANGES, SECTORS, defaults_of
from exchange.cli.import_report import show
from exchange.cli.importing import Import, Tally
from exchange.cli.opened import opened
from exchange.clock import SystemClock
from exchange.config import Config
from exchange.demo.delivery import draw_rows
from exchange.desk import Desk
from exchange.errors import ConfigError, ExchangeError, Unknown
from exchange.intake.columns import ColumnMap, house_map, load_map, match
from exchange.intake.formula import guarded
from exchange.intake.report import DefectFile
from exchange.intake.table import open_table
from exchange.intake.unusable import Unusable
from exchange.money import Cents
from exchange.orderbook.sharing import ConversionRule
from exchange.script.measure import read_duration, read_whole
from exchange.script.mistake import Mismatch
from exchange.sector import Sector
from exchange.vault import development_vault, open_vault

ALL_LISTED, SOME_REFUSED, UNUSABLE = 0, 1, 2
_SECTOR = click.Choice(list(SECTORS))


class Amount(click.ParamType[Cents]):
    """Euros as people write them: 90, 90.00 or 90,00."""

    name = "euros"

    def convert(self, value: str | Cents, param: click.Parameter | None, ctx: click.Context | None) -> Cents:
        """The amount in cents, or a usage error."""
        if isinstance(value, int):
            return value
        cents = cents_of(value)
        if cents is None:
            self.fail(f"{value!r} is no amount: write euros like 90.00", param, ctx)
        return cents


class Conversion(click.ParamType[ConversionRule]):
    """When an exclusive lead is offered again and to how many: ``36h:3``, spans as trading scripts write them."""

    name = "conversion"

    def convert(
        self, value: str | ConversionRule, param: click.Parameter | None, ctx: click.Context | None
    ) -> ConversionRule:
        """The rule, or a usage error."""
        if isinstance(value, ConversionRule):
            return value
        age, _, seats = value.partition(":")
        try:
            return ConversionRule(read_duration(age), read_whole(seats))
        except Mismatch as mismatch:
            self.fail(str(mismatch), param, ctx)


@click.group()
def leads() -> None:
    """Bring leads into the market."""


@leads.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sector", "code", type=_SECTOR, required=True, help="The market of these leads.")
@click.option("--supplier", required=True, help="Id of the organisation that brings them, like nord.")
@click.option(
    "--start", "start_cents", type=Amount(), help="Start price, net; else the row's, else the sector's usual."
)
@click.option(
    "--floor", "floor_cents", type=Amount(), help="Lowest price, net; else the row's, else the sector's usual."
)
@click.option("--seats", default=1, show_default=True, help="How many buyers may get each lead; a row may say its own.")
@click.option(
    "--convert",
    "conversion",
    type=Conversion(),
    metavar="AGE:SEATS",
    help="Offer exclusive leads nobody bought again after so much running time, like 36h:3.",
)
@click.option(
    "--columns",
    "map_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML with the supplier's column names and what holds for every row.",
)
@click.option(
    "--errors",
    "errors_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every defect and notice to this CSV: row, kind, field, code, reason.",
)
@click.option("--dry-run", is_flag=True, help="Check everything, also what the desk would say; list nothing.")
@click.option("--show", "shown", default=30, show_default=True, help="How many defects to print in full.")
@click.option(
    "--lang", type=click.Choice(["de", "en"]), default="en", show_default=True, help="Language of the report."
)
@click.option(
    "--database",
    envvar="EXCHANGE_DATABASE",
    default="sqlite:///data/exchange.db",
    show_default=True,
    help="Database URL.",
)
@click.option(
    "--key-file",
    envvar="EXCHANGE_KEY_FILE",
    type=click.Path(path_type=Path),
    default=Path("data/vault.key"),
    show_default=True,
    help="The vault's keys, unless EXCHANGE_KEY holds them.",
)
def import_(
    file: Path,
    code: str,
    supplier: str,
    start_cents: Cents | None,
    floor_cents: Cents | None,
    seats: int,
    conversion: ConversionRule | None,
    map_file: Path | None,
    errors_file: Path | None,
    dry_run: bool,
    shown: int,
    lang: Lang,
    database: str,
    key_file: Path,
) -> None:
    """List the leads of a supplier's FILE.

    Reads CSV as German suppliers send it: UTF-8, UTF-16 or Windows-1252; semicolon, comma, tab or |; dates like
    01.03.2026 14:05; numbers like 1.800,50. Good rows are listed in the file's order, bad ones are named by
    row, field and reason; the same file again lists nothing twice. A broken file lists nothing.

    \b
    exchange leads import kw47.csv --sector pv --supplier nord --start 98 --floor 33
    exchange leads import kw47.csv --sector pv --supplier nord --dry-run --errors defects.csv
    exchange leads import kw47.csv --sector pv --supplier nord --columns nord.toml

    A map for --columns:

    \b
    [columns]
    "Tel. privat" = "phone"
    [constants]
    consent_version = "v3"

    Ends with 0 if every row was listed, 1 if some were refused, 2 if nothing could be done with the file.
    """
    sector = SECTORS[code]
    tally = Tally(shown)
    try:
        table = open_table(file)
        own = _own_columns(map_file, sector)
        columns = match(table.header, sector, own)
        rules = _rules(sector, supplier, start_cents, floor_cents, seats)
        with _desk(database, key_file, code, supplier, dry_run=dry_run) as desk:
            vault = desk.vault if desk and desk.vault else development_vault()
            run = Import(table, columns, rules, vault, desk, dry_run, conversion)
            with _defect_file(errors_file, lang) as report, _progress(file.name, table.row_count) as advance:
                run.run(tally, report, advance)
    except Unusable as unusable:
        _fail(f"{file.name}: {unusable.sentence(lang)}")
    except ExchangeError as error:
        _fail(str(error))
    show(Console(), tally, lang, dry_run=dry_run, alone=run.desk is None, errors_file=str(errors_file or ""))
    sys.exit(SOME_REFUSED if tally.refused else ALL_LISTED)


@leads.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--sector", "code", type=_SECTOR, required=True, help="What the enquirers ask for.")
@click.option("--rows", default=100, show_default=True, help="How many enquiries.")
@click.option("--faulty", default=0.0, show_default=True, help="Share of rows with a fault, like 0.1.")
@click.option("--seed", default=1, show_default=True, help="The same seed draws the same people.")
def sample(file: Path, code: str, rows: int, faulty: float, seed: int) -> None:
    """Write an invented supplier's FILE to try the import with: nobody in it exists.

    \b
    exchange leads sample kw47.csv --sector pv --rows 250 --faulty 0.1
    exchange leads import kw47.csv --sector pv --supplier nord --dry-run
    """
    drawn = draw_rows(seed, SECTORS[code], SystemClock().now(), rows, faulty)
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        for number, row in enumerate(drawn):
            if number == 0:
                writer.writerow(row)
            writer.writerow([guarded(cell) for cell in row.values()])
    click.echo(f"{rows} rows in {file}")


def _rules(
    sector: Sector, supplier: str, start_cents: Cents | None, floor_cents: Cents | None, seats: int
) -> BatchRules:
    usual_start, usual_floor = defaults_of(sector.code).prices(seats)
    start = usual_start if start_cents is None else start_cents
    floor = min(usual_floor, start) if floor_cents is None else floor_cents
    return BatchRules(sector, supplier, SystemClock().now(), start, floor, seats, RANGES)


def _own_columns(map_file: Path | None, sector: Sector) -> ColumnMap:
    """The supplier's map over the house's own column names."""
    context = click.get_current_context(silent=True)
    config = context.find_object(Config) if context else None
    house = house_map(config.intake.columns if config else {}, sector, SECTORS.values())
    own = load_map(map_file, sector) if map_file else ColumnMap()
    return ColumnMap({**house.names, **own.names}, own.constants)


@contextmanager
def _desk(database: str, key_file: Path, code: str, supplier: str, *, dry_run: bool) -> Iterator[Desk | None]:
    """The desk at this database; none for a dry run where there is no database yet."""
    file = database.removeprefix("sqlite:///")
    if file != database and not Path(file).exists():
        if not dry_run:
            raise ConfigError(f"no database at {file}: make one with `exchange init`, or name one with --database")
        yield None
        return
    store = opened(database, vault=open_vault(key_file))
    try:
        desk = Desk(store)
        _check_known(desk, code, supplier)
        yield desk
    finally:
        store.close()


def _check_known(desk: Desk, code: str, supplier: str) -> None:
    """Say before the first row that sector or supplier are not there; raises Unknown."""
    if code not in desk.sectors():
        raise Unknown("sector", code)
    desk.balance(supplier)


@contextmanager
def _defect_file(path: Path | None, lang: Lang) -> Iterator[Callable[[Defects, Defects], None]]:
    """Where defects and notices are written to as they are found; nowhere without a path."""
    if path is None:
        yield lambda defects, notices: None
        return
    with path.open("w", encoding="utf-8", newline="") as out:
        yield DefectFile(out, lang).add


@contextmanager
def _progress(name: str, rows: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(escape(name), total=rows)
        yield lambda done: progress.advance(task, done)


def _fail(message: str) -> NoReturn:
    """Say on standard error why nothing could be done."""
    click.echo(message, err=True)
    sys.exit(UNUSABLE)
