"""``exchange snapshots``: states of the tapes that are kept so that any instant opens soon; listed, made, checked."""

import sys

import click

from exchange.cli.opened import opened
from exchange.instant import to_text
from exchange.store import Store
from exchange.store.roots import head_seqs
from exchange.store.snapshots import EVERY, build, drop, list_kept, repair


@click.command()
@click.option("--database", metavar="URL", default=None, help="Default: [database] url of the configuration.")
@click.option("--sector", metavar="CODE", help="One sector's tape; else all of them, and the house's own, `_house`.")
@click.option("--make", is_flag=True, help="Make what is missing now; `serve` and `jobs` do it by themselves.")
@click.option(
    "--every", type=click.IntRange(100), default=EVERY, show_default=True, help="Entries between two, made now."
)
@click.option(
    "--check", is_flag=True, help="Make every one once more from the tape; what differs is replaced, exit code 1."
)
@click.option("--clear", is_flag=True, help="Throw them away first: they all follow from the tapes.")
@click.pass_context
def snapshots(
    ctx: click.Context, database: str | None, sector: str | None, *, make: bool, every: int, check: bool, clear: bool
) -> None:
    """Print the states that are kept of each tape: number, instant, size, digest.

    Looking at an instant of the past (`exchange replay`, the page, a receipt) reads the nearest state before it and
    replays only the entries since. A state that was changed or that stands on another tape is not used.

    \b
    exchange snapshots
    exchange snapshots --make
    exchange snapshots --check
    exchange snapshots --clear --make --every 2000
    """
    store = opened(database or ctx.obj.database.url)
    try:
        if clear:
            drop(store, sector)
        if make:
            _make(store, sector, every)
        with store.read() as connection:
            found = list_kept(connection, sector)
        for kept in found:
            click.echo(
                f"{kept.sector:<12} {kept.seq:>9}  {to_text(kept.at)} {kept.bytes:>10} bytes  {kept.digest[:16]}"
            )
        if check:
            _check(store, sector)
    finally:
        store.close()


def _make(store: Store, sector: str | None, every: int) -> None:
    with store.read() as connection:
        seqs = head_seqs(connection)
    for name in sorted(seqs if sector is None else {sector} & seqs.keys()):
        with click.progressbar(length=seqs[name] // every, label=f"{name:<12}", file=sys.stderr, show_pos=True) as bar:
            for _ in build(store, name, every=every):
                bar.update(1)


def _check(store: Store, sector: str | None) -> None:
    with store.read() as connection:
        found = list_kept(connection, sector)
    replaced = 0
    for kept in found:
        wrong = repair(store, kept)
        if wrong is not None:
            replaced += 1
            click.echo(f"replaced: {kept.sector} {kept.seq}: {wrong}", err=True)
    if replaced:
        sys.exit(1)
    click.echo("ok")
