"""``exchange serve``: pages, live board and the alarm clock, in one process or several."""

import signal
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from socket import socket

import click

from exchange.access.entrance import Entrance
from exchange.access.sessions import Lifetimes
from exchange.cli.opened import opened
from exchange.config import Config
from exchange.desk import Desk, Queue
from exchange.errors import ConfigError
from exchange.instant import HOUR_US, MINUTE_US, SECOND_US
from exchange.jobs.crew import bounds_of, make_crew
from exchange.reports.durability import check_durability
from exchange.reports.health import BROKEN
from exchange.safety import check_safe, networks
from exchange.store import Store
from exchange.vault import open_vault
from exchange.web.app import create_app
from exchange.web.asgi import Doors
from exchange.web.premises import Premises
from exchange.web.serve import Server
from exchange.web.workers import Workers, leave, listen


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8400, show_default=True, type=click.IntRange(0, 65_535), help="Port to listen on.")
@click.option("--database", metavar="URL", default=None, help="Default: [database] url of the configuration.")
@click.option(
    "--key-file", type=click.Path(path_type=Path), default=None, help="Default: [vault] key_file of the configuration."
)
@click.option("--secure/--no-secure", default=False, help="Browsers come over TLS, ended by a proxy in front.")
@click.option("--combine/--no-combine", default=True, help="Orders that wait for one sector share one commit.")
@click.option("--alarm/--no-alarm", default=True, help="Without it, let `exchange jobs` run somewhere.")
@click.option(
    "--workers", default=None, type=click.IntRange(1, 64), help="Processes on this port. Default: web.workers, 1."
)
@click.pass_context
def serve(
    ctx: click.Context,
    host: str,
    port: int,
    database: str | None,
    key_file: Path | None,
    secure: bool,
    combine: bool,
    alarm: bool,
    workers: int | None,
) -> None:
    """Open the market's doors: pages, live board, JSON; and the alarm clock with them, until stopped (Ctrl-C, SIGTERM).

    With several workers one process waits and the others serve on its port: a worker that dies is replaced, and the
    first of them keeps the alarm clock. Any number of hosts may serve one database; give them the same
    EXCHANGE_SESSION_KEY. Behind a proxy that ends TLS say --secure: cookies then travel over TLS only.

    \b
    Examples:
      exchange serve
      exchange serve --port 9000 --no-alarm
      exchange serve --workers 4 --database postgresql://exchange@db/exchange --secure

    Refuses to start where it would put accounts at risk: on an address others reach without --secure, with --secure and
    no EXCHANGE_SESSION_KEY, with a key that can be guessed, with a debugger switched on; with --secure also on a
    database that may forget sales it acknowledged (fsync, full_page_writes or synchronous_commit off).
    """
    config: Config = ctx.obj
    web = replace(config.web, host=host, port=port, secure=secure, workers=workers or config.web.workers)
    check_safe(replace(config, web=web))
    house = _House(
        replace(config, web=web, session_key=config.session_key or token_hex(32)),
        url=database or config.database.url,
        key_file=key_file or config.vault.key_file,
        combine=combine,
        alarm=alarm,
    )
    with closing(opened(house.url, wait_s=config.database.wait_s, vault=open_vault(house.key_file))) as store:
        if secure:
            _check_keeps(store)
    if config.session_key is None:
        click.echo("No EXCHANGE_SESSION_KEY: forms that are open now must be reloaded after a restart.", err=True)
    try:
        listening = listen(host, port)
    except OSError as error:
        raise ConfigError(f"web.port: {host}:{port} cannot be listened on: {error.strerror}") from None
    click.echo(f"Open on http://{host}:{listening.getsockname()[1]}. Stop with Ctrl-C.")
    if web.workers > 1:
        ctx.exit(Workers(house.serve, listening, web.workers).run())
    signal.signal(signal.SIGTERM, leave)
    house.serve(0, listening)


def _check_keeps(store: Store) -> None:
    """Raises ConfigError where a power cut could take back what the database acknowledged."""
    with store.read() as connection:
        found = check_durability(connection)
    if found.state == BROKEN:
        raise ConfigError(f"refused to serve: {found.says}")


@dataclass(frozen=True, slots=True)
class _House:
    """What every worker opens for itself: nothing of a database may be shared with a process it was forked from."""

    config: Config
    url: str
    key_file: Path
    combine: bool
    alarm: bool

    def serve(self, place: int, listening: socket) -> None:
        """Serve until told to end; the first worker keeps the alarm clock and the courier."""
        web = self.config.web
        store = opened(
            self.url,
            self.config,
            wait_s=self.config.database.wait_s,
            vault=open_vault(self.key_file),
            most_back_us=self.config.database.most_back_s * SECOND_US,
        )
        desk = Desk(store, queue=Queue() if self.combine else None)
        premises = Premises(
            desk,
            Entrance(
                store,
                lifetimes=Lifetimes(web.idle_minutes * MINUTE_US, web.session_hours * HOUR_US),
                factor_for=self.config.access.factor_for,
            ),
            secret=self.config.session_key or "",
            secure=web.secure,
            proxies=web.proxies,
            hosts=() if web.hosts == "*" else tuple(web.hosts.split()),
            monitors=networks(web.monitors),
            most_late_us=web.most_late_s * SECOND_US,
            carries=self.config.courier.carries,
            hook_bounds=bounds_of(self.config.courier),
            payments=self.config.payments,
            retention=self.config.retention,
            backtests=self.config.analysis.backtests,
            exports=self.config.analysis.exports,
        )
        crew = make_crew(desk, self.config, "serve") if self.alarm and not place else None
        server = Server(Doors(create_app(premises), premises))
        if crew is not None:
            crew.start()
        try:
            server.serve_on(listening)
        finally:
            if crew is not None:
                crew.stop()
            store.close()
