"""``exchange backup``: a copy of a SQLite database while the market goes on."""

from pathlib import Path

import click

from exchange.cli import Refusal
from exchange.errors import TapeBroken
from exchange.store import open_store
from exchange.store.copying import back_up
from exchange.store.proof import prove


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--database", metavar="URL", default=None, help="Default: [database] url of the configuration.")
@click.option("--verify/--no-verify", default=True, help="Recompute the copy from its orders, like `exchange verify`.")
@click.pass_context
def backup(ctx: click.Context, file: Path, database: str | None, verify: bool) -> None:
    """Copy the database into FILE as it is at this moment; nobody has to stop trading for it.

    FILE must not exist yet; it appears only when it is whole, and can be read by its owner only. Keep the vault's keys
    elsewhere: without them nobody reads the contact data in it, and neither do you. This is for SQLite; a PostgreSQL
    has tools of its own (docs/operations.md).

    \b
    Back up, and go back to it (stop `exchange serve` and `exchange jobs` first):
      exchange backup backups/monday.db
      mv data/exchange.db data/exchange.db-wal data/exchange.db-shm elsewhere/
      cp backups/monday.db data/exchange.db
      exchange init
      exchange verify
    """
    store = open_store(database or ctx.obj.database.url)
    try:
        back_up(store.engine, file)
    finally:
        store.close()
    entries = _proven(file) if verify else None
    told = "" if entries is None else f", {entries:,} entries verified"
    click.echo(f"{file}: {file.stat().st_size:,} bytes{told}")


def _proven(file: Path) -> int:
    """How many entries the copy has; raises Refusal where it does not follow from its orders."""
    copy = open_store(f"sqlite:///{file}")
    try:
        with copy.read() as connection:
            return sum(proven.entries for proven in prove(connection))
    except TapeBroken as broken:
        raise Refusal(f"{file} is a whole copy, but differs: {broken}; so does the database, look at it") from broken
    finally:
        copy.close()
