"""``exchange verify``: recompute every outcome and every balance from the orders."""

import sys
import time

import click

from exchange.errors import ConfigError, TapeBroken
from exchange.store import open_store
from exchange.store.proof import prove


@click.command()
@click.option(
    "--database",
    metavar="URL",
    envvar="EXCHANGE_DATABASE",
    default="sqlite:///data/exchange.db",
    show_default=True,
    help="Which database to verify.",
)
@click.option("--sector", metavar="CODE", help="One sector's tape, transfers and rows only; wallets are left out.")
def verify(database: str, sector: str | None) -> None:
    """Recompute every outcome and every balance from the orders.

    Every tape's hash chain is recomputed, its orders are decided once more and each outcome is compared to the byte
    and the microsecond; then transfers, wallets, the facts each order saw, and the rows of listings, bids and sales.
    The first difference is named by sector and number, and the exit code is 1.

    \b
    exchange verify
    exchange verify --sector pv
    exchange verify --database sqlite:///data/demo.db
    """
    began = time.monotonic()
    try:
        store = open_store(database)
    except ConfigError as error:
        raise click.UsageError(str(error)) from error
    try:
        with store.read() as connection:
            for proven in prove(connection, sector):
                click.echo(
                    f"{proven.sector:<12} {proven.entries:>9} entries {proven.sales:>8} sales "
                    f"{proven.transfers:>9} transfers  {proven.head_hash[:16]}"
                )
    except TapeBroken as broken:
        click.echo(f"differs: {broken}", err=True)
        sys.exit(1)
    finally:
        store.close()
    click.echo(f"ok ({time.monotonic() - began:.1f} s)")
