"""``exchange init``: an empty exchange, ready to be opened."""

import os
from pathlib import Path

import click

from exchange.migrations import upgrade
from exchange.vault import ENVIRONMENT, make_key_file, open_vault

DATABASE = "sqlite:///data/exchange.db"
KEY_FILE = Path("data/exchange.key")


@click.command()
@click.option(
    "--database",
    metavar="URL",
    envvar="EXCHANGE_DATABASE",
    default=DATABASE,
    show_default=True,
    help="sqlite:///FILE, or postgresql://USER@HOST/NAME.",
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path),
    envvar="EXCHANGE_KEY_FILE",
    default=KEY_FILE,
    show_default=True,
    help="Keys of the vault that keeps contact data.",
)
def init(database: str, key_file: Path) -> None:
    """Create the database, or bring it up to date, and make a key for development where there is none.

    Running it again changes nothing that is there already.

    \b
    exchange init
    exchange init --database sqlite:///elsewhere/exchange.db --key-file elsewhere/exchange.key
    """
    upgrade(database)
    click.echo("database: up to date")
    _ensure_key(key_file)


def _ensure_key(key_file: Path) -> None:
    if os.environ.get(ENVIRONMENT):
        open_vault()
        click.echo(f"vault: keys from {ENVIRONMENT}")
        return
    if key_file.exists():
        open_vault(key_file)
        click.echo(f"vault: keys from {key_file}")
        return
    make_key_file(key_file)
    click.echo(f"vault: made a DEVELOPMENT key in {key_file} (mode 0600).")
    click.echo("  Contact data can be read with it and is lost without it: keep it apart from the database and its")
    click.echo(f"  backups. In production give the keys in the variable {ENVIRONMENT}, from a secret store.")
