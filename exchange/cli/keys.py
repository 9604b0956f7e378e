"""``exchange keys``: which keys seal contact data, a new one, and everything brought under it."""

import os
from base64 import b64encode
from pathlib import Path

import click

from exchange.cli.opened import opened
from exchange.errors import ConfigError
from exchange.store import Store
from exchange.store.sealed import left, rewrap, sealed_tables
from exchange.vault import ENVIRONMENT, Vault, open_vault

_DATABASE = click.option("--database", metavar="URL", help="Default: [database] url of the configuration.")
_KEY_FILE = click.option("--key-file", type=click.Path(path_type=Path), help="Default: [vault] key_file.")


@click.group()
def keys() -> None:
    """The keys that seal contact data. None of these commands prints one.

    \b
    To change the key: make a new one, restart every `serve` and `jobs`, rewrap, then take the old line out.
    exchange keys new
    exchange keys rewrap
    exchange keys show
    """


@keys.command()
@_KEY_FILE
def new(key_file: Path) -> None:
    """Add a key to the key file; it seals from the next start on, the older ones still open what they sealed.

    \b
    Example:
      exchange keys new
    """
    if ENVIRONMENT in os.environ:
        raise ConfigError(f"{ENVIRONMENT} holds the keys: add a line with the next version there")
    version = open_vault(key_file).key_version + 1
    with key_file.open("a", encoding="ascii") as file:
        file.write(f"{version} {b64encode(os.urandom(32)).decode()}\n")
    click.echo(f"key {version} is in {key_file}: restart every `serve` and `jobs`, then run `exchange keys rewrap`")


@keys.command(name="rewrap")
@_DATABASE
@_KEY_FILE
def rewrap_all(database: str, key_file: Path) -> None:
    """Wrap every sealed text under the newest key, some at a time while the house runs; stopped, it goes on later.

    \b
    Example:
      exchange keys rewrap
    """
    vault = open_vault(key_file)
    store = opened(database, vault=vault)
    try:
        for name in sealed_tables():
            done = 0
            while some := _some(store, vault, name):
                done += some
            click.echo(f"{name}: {done}")
    finally:
        store.close()
    click.echo(f"everything is under key {vault.key_version}: lines of older versions may go")


def _some(store: Store, vault: Vault, name: str) -> int:
    with store.write_aside() as connection:
        return rewrap(connection, vault, name)


@keys.command()
@_DATABASE
@_KEY_FILE
def show(database: str, key_file: Path) -> None:
    """Say how many texts still need an older key; the exit code is 0 either way.

    \b
    Example:
      exchange keys show
    """
    vault = open_vault(key_file)
    store = opened(database, vault=vault)
    try:
        with store.read() as connection:
            found = {name: left(connection, vault, name) for name in sealed_tables()}
    finally:
        store.close()
    for name, many in found.items():
        click.echo(f"{name}: {many} need an older key than {vault.key_version}")
