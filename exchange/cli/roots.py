"""``exchange roots``: the published roots of the days, made and checked."""

import sys

import click

from exchange.cli.opened import opened
from exchange.desk import Desk
from exchange.jobs.roots import publish_due
from exchange.store import Store
from exchange.store.roots import make_root, read_roots


@click.command()
@click.option("--database", metavar="URL", default=None, help="Default: [database] url of the configuration.")
@click.option("--publish", is_flag=True, help="Make what is missing now; `serve` and `jobs` do it by themselves.")
@click.option("--check", is_flag=True, help="Make every root once more and compare; the exit code is 1 if one differs.")
@click.pass_context
def roots(ctx: click.Context, database: str | None, *, publish: bool, check: bool) -> None:
    """Print the root of each day: one hash over all entries of all sectors, the ends of the tapes, and the day before.

    Whoever keeps a root can tell later whether anything of that day was changed. They are also at GET /roots, for
    everybody. A root is made soon after the day has ended in Berlin.

    \b
    exchange roots
    exchange roots --publish
    exchange roots --check
    """
    store = opened(database or ctx.obj.database.url)
    try:
        if publish:
            publish_due(Desk(store))
        with store.read() as connection:
            found = read_roots(connection)
        for one in found:
            click.echo(f"{one.day.date}  {one.root}  {one.day.entries:>9} entries")
        if check:
            _check(store)
    finally:
        store.close()


def _check(store: Store) -> None:
    with store.read() as connection:
        before = None
        for one in read_roots(connection):
            again = make_root(connection, one.day, {sector: head.seq for sector, head in one.day.heads.items()})
            if again != one or (before is not None and one.day.before != before):
                click.echo(f"differs: the root of {one.day.date} is {again.root} by the tapes", err=True)
                sys.exit(1)
            before = one.root
    click.echo("ok")
