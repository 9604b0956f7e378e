"""``exchange export``: the market as files for analysis."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from exchange.cli.opened import opened
from exchange.export.columns import DATASETS
from exchange.export.exporting import MANIFEST
from exchange.export.exporting import export as write_export


def _day(_ctx: click.Context, _option: click.Parameter, value: datetime | None) -> date | None:
    return None if value is None else value.date()


_DAYS: dict[str, Any] = {"type": click.DateTime(["%Y-%m-%d"]), "callback": _day, "metavar": "DAY"}


@click.command()
@click.argument("datasets", nargs=-1, type=click.Choice([*DATASETS, "all"]), required=True)
@click.option("--database", metavar="URL", default=None, help="Default: [database] url of the configuration.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR")
@click.option("--format", "format_", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True)
@click.option("--from", "first", help="First day, in Berlin. Default: that of the first entry.", **_DAYS)
@click.option("--to", "last", help="Last day. Default: the last one that is over in every sector.", **_DAYS)
@click.option("--again", is_flag=True, help="Write also what is there: listings, bids and sales change afterwards.")
@click.pass_context
def export(
    ctx: click.Context,
    datasets: tuple[str, ...],
    database: str | None,
    out: Path,
    format_: Any,
    first: date | None,
    last: date | None,
    *,
    again: bool,
) -> None:
    """Write tape, listings, bids, fills, skips or claims into a folder, a file a sector and day.

    Parquet needs the extra `analysis` (DuckDB); any engine that reads Parquet reads the files. No personal data is
    among them. An export that was ended goes on where it was when the same command is given again; manifest.jsonl says
    how many rows each file has, and its SHA-256. docs/analysis.md: every column, and questions to begin with.

    \b
    exchange export all --out market
    exchange export fills claims --from 2026-03-01 --to 2026-03-31 --format csv --out march
    """
    wanted = list(DATASETS) if "all" in datasets else list(dict.fromkeys(datasets))
    store = opened(database or ctx.obj.database.url)

    def told(path: str, done: int, of: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{done}/{of} {path:<70}", err=True, nl=done == of)

    try:
        parts = write_export(store, wanted, out, format_=format_, first=first, last=last, again=again, told=told)
    finally:
        store.close()
    rows, size = sum(part.rows for part in parts), sum(part.bytes for part in parts)
    click.echo(f"{len(parts)} files, {rows:,} rows, {size:,} bytes; {out / MANIFEST} tells what they hold")
