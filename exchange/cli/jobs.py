"""`exchange jobs`: the alarm clock in a process of its own."""

import signal
from threading import Event

import click

from exchange.config import JobsSettings
from exchange.desk import Desk
from exchange.jobs.alarm import AlarmClock
from exchange.store import open_store


def make_alarm(desk: Desk, settings: JobsSettings) -> AlarmClock:
    """The alarm clock as the settings want it."""
    return AlarmClock(desk, pause_us=settings.pause_ms * 1_000, look_again_us=settings.look_again_ms * 1_000)


@click.command()
@click.option("--database", metavar="URL", default=None, help="Default: [database] url of the configuration.")
@click.pass_context
def jobs(ctx: click.Context, database: str | None) -> None:
    """Lower prices, serve standing bids and expire what is over, until stopped (Ctrl-C or SIGTERM).

    `exchange serve` does this too unless told otherwise. Run as many of these as you like, on any host: they never
    need a leader, and stopping all of them changes no outcome, only when it becomes visible.

    \b
    Example:
      exchange jobs --database sqlite:///data/exchange.db
    """
    stopped = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    alarm = make_alarm(Desk(open_store(database or ctx.obj.database.url)), ctx.obj.jobs)
    alarm.start()
    click.echo("Settling what falls due. Stop with Ctrl-C.")
    stopped.wait()
    alarm.stop()
