"""``exchange backup``: a copy of a SQLite database while the market goes on."""

from pathlib import Path

import click

from exchange.audit import Deed, Hand, log
from exchange.audit.record import MOST_LETTERS
from exchange.cli import Refusal
from exchange.errors import TapeBroken
from exchange.reports.backups import ACTION
from exchange.store import Store, open_store
from exchange.store.copying import back_up
from exchange.store.engine import instant_of
from exchange.store.proof import prove


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--database", metavar="URL", default=None, help="Default: [database] url of the configuration.")
@click.option("--verify/--no-verify", default=True, help="Recompute the copy from its orders, like `exchange verify`.")
@click.option("--noted", is_flag=True, help="Copy nothing: note that another tool has taken a backup just now.")
@click.pass_context
def backup(ctx: click.Context, file: Path | None, database: str | None, verify: bool, noted: bool) -> None:
    """Copy the database into FILE as it is at this moment; nobody has to stop trading for it.

    FILE must not exist yet; it appears only when it is whole, and can be read by its owner only. Keep the vault's keys
    elsewhere: without them nobody reads the contact data in it, and neither do you. This is for SQLite; a PostgreSQL
    has tools of its own (docs/operations.md): have `exchange backup --noted` follow them. `exchange doctor` says when
    the last one was.

    \b
    Back up, and go back to it (stop `exchange serve` and `exchange jobs` first):
      exchange backup backups/monday.db
      mv data/exchange.db data/exchange.db-wal data/exchange.db-shm elsewhere/
      cp backups/monday.db data/exchange.db
      exchange init
      exchange verify
    """
    if noted == (file is not None):
        raise click.UsageError("Give the file to copy to, or --noted alone.")
    store = open_store(database or ctx.obj.database.url)
    try:
        if file is not None:
            click.echo(_copied(store, file, verify=verify))
        _note(store, "" if file is None else file.name)
    finally:
        store.close()


def _copied(store: Store, file: Path, *, verify: bool) -> str:
    back_up(store.engine, file)
    entries = _proven(file) if verify else None
    told = "" if entries is None else f", {entries:,} entries verified"
    return f"{file}: {file.stat().st_size:,} bytes{told}"


def _note(store: Store, file: str) -> None:
    """In the operators' log, where its age is read from."""
    with store.write_aside() as connection:
        deed = Deed(ACTION, {"file": file[:MOST_LETTERS]} if file else {})
        log(connection, Hand("cli"), deed, instant_of(connection, store.clock))


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
