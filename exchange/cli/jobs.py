"""`exchange jobs`: the alarm clock and the courier in a process of their own."""

import signal
from threading import Event

import click

from exchange.cli.opened import opened
from exchange.desk import Desk
from exchange.instant import SECOND_US
from exchange.jobs.crew import make_crew
from exchange.vault import open_vault


@click.command()
@click.option("--database", metavar="URL", default=None, help="Default: [database] url of the configuration.")
@click.pass_context
def jobs(ctx: click.Context, database: str | None) -> None:
    """Lower prices, serve standing bids, expire what is over, carry messages out, until stopped (Ctrl-C or SIGTERM).

    `exchange serve` does this too unless told otherwise. Run as many of these as you like, on any host: they never
    need a leader, and stopping all of them changes no outcome, only when it becomes visible.

    \b
    Example:
      exchange jobs --database sqlite:///data/exchange.db
    """
    settings = ctx.obj.database
    vault = open_vault(ctx.obj.vault.key_file) if ctx.obj.courier.hooks else None
    store = opened(
        database or settings.url,
        wait_s=settings.wait_s,
        vault=vault,
        most_back_us=settings.most_back_s * SECOND_US,
    )
    stopped = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    crew = make_crew(Desk(store), ctx.obj, "jobs")
    crew.start()
    click.echo("Settling what falls due. Stop with Ctrl-C.")
    stopped.wait()
    crew.stop()
    store.close()
