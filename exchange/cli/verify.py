"""``exchange verify``: recompute every outcome and every balance from the orders."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from exchange.audit.proof import prove_audit
from exchange.errors import ConfigError, TapeBroken
from exchange.store import Store, open_store
from exchange.store.proof import Proven, Told, prove, read_heads
from exchange.store.provers import WORTHWHILE, processors, prove_apart


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
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    help="How many tapes to verify at a time; else as many as there are processors, one where tapes are short.",
)
@click.option(
    "--plain",
    is_flag=True,
    help="Decide with the house's own alarm clock, every step of every listing: slower, to check the shortcut itself.",
)
def verify(database: str, sector: str | None, processes: int | None, plain: bool) -> None:
    """Recompute every outcome and every balance from the orders.

    Every tape's hash chain is recomputed, its orders are decided once more and each outcome is compared to the byte
    and the microsecond; then transfers, wallets, the facts each order saw, and the rows of listings, bids and sales.
    The first difference is named by sector and number, and the exit code is 1. At the end the chain of the operators'
    log is recomputed, unless one sector alone was asked for.

    Listings sleep past the steps that meet no bid, which changes no outcome; with --plain none of them does.

    The market goes on meanwhile: what is verified is the moment at which the command began.

    \b
    exchange verify
    exchange verify --sector pv
    exchange verify --database sqlite:///data/demo.db --processes 1
    """
    began = time.monotonic()
    try:
        store = open_store(database)
    except ConfigError as error:
        raise click.UsageError(str(error)) from error
    try:
        entries = 0
        for proven in _proven(store, database, sector, processes, plain=plain):
            entries += proven.entries
            click.echo(
                f"{proven.sector:<12} {proven.entries:>9} entries {proven.sales:>8} sales "
                f"{proven.transfers:>9} transfers  {proven.head_hash[:16]}"
            )
        if sector is None:
            _audit(store)
    except TapeBroken as broken:
        click.echo(f"differs: {broken}", err=True)
        sys.exit(1)
    finally:
        store.close()
    took_s = time.monotonic() - began
    click.echo(f"ok ({took_s:.1f} s, {entries / took_s:,.0f} entries a second)")


def _audit(store: Store) -> None:
    """The operators' log; raises TapeBroken naming the first line that is not as it was sealed."""
    with store.read() as connection:
        proof = prove_audit(connection)
    if proof.broken:
        raise TapeBroken(f"audit log: {proof.broken}")
    click.echo(f"{'audit log':<12} {proof.sealed:>9} sealed  {proof.waiting:>8} waiting  {proof.head[:16]}")


def _proven(store: Store, url: str, sector: str | None, processes: int | None, *, plain: bool) -> Iterator[Proven]:
    """The tapes as they are proven, with progress where somebody looks on."""
    with store.read() as connection:
        heads = read_heads(connection, sector)
    entries = sum(head["head_seq"] for head in heads)
    crew = min(processes or (processors() if entries >= WORTHWHILE else 1), len(heads))
    with _progress(entries) as told:
        if crew > 1:
            yield from prove_apart(url, crew, told, plain=plain)
            return
        with store.read() as connection:
            yield from prove(connection, sector, told, plain=plain)


@contextmanager
def _progress(entries: int) -> Iterator[Told]:
    """A bar on standard error; none where that is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=entries, label="Verifying", file=sys.stderr, show_pos=True) as bar:
        yield bar.update
