"""``exchange serve``: pages, live board and the alarm clock in one process."""

from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import click

from exchange.access.entrance import Entrance
from exchange.cli.jobs import make_alarm
from exchange.config import Config
from exchange.desk import Desk, Queue
from exchange.instant import SECOND_US
from exchange.safety import check_safe, networks
from exchange.store import open_store
from exchange.vault import open_vault
from exchange.web.app import create_app
from exchange.web.asgi import Doors
from exchange.web.premises import Premises
from exchange.web.serve import Server


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
) -> None:
    """Open the market's doors: pages, live board, JSON; and the alarm clock with them, until stopped (Ctrl-C).

    Any number of processes may serve one database; give them the same EXCHANGE_SESSION_KEY. Behind a proxy that ends
    TLS say --secure: cookies then travel over TLS only.

    \b
    Examples:
      exchange serve
      exchange serve --port 9000 --no-alarm
      exchange serve --database postgresql://exchange@db/exchange --secure

    Refuses to start where it would put accounts at risk: on an address others reach without --secure, with --secure and
    no EXCHANGE_SESSION_KEY, with a key that can be guessed, with a debugger switched on.
    """
    config: Config = ctx.obj
    web = replace(config.web, host=host, port=port, secure=secure)
    check_safe(replace(config, web=web))
    store = open_store(database or config.database.url, vault=open_vault(key_file or config.vault.key_file))
    desk = Desk(store, queue=Queue() if combine else None)
    premises = Premises(
        desk,
        Entrance(store),
        secret=config.session_key or token_hex(32),
        secure=secure,
        monitors=networks(web.monitors),
        most_late_us=web.most_late_s * SECOND_US,
    )
    if config.session_key is None:
        click.echo("No EXCHANGE_SESSION_KEY: forms that are open now must be reloaded after a restart.", err=True)
    clock = make_alarm(desk, config.jobs) if alarm else None
    server = Server(Doors(create_app(premises), premises), host=host, port=port)
    if clock is not None:
        clock.start()
    click.echo(f"Open on http://{host}:{port}. Stop with Ctrl-C.")
    try:
        server.run()
    finally:
        if clock is not None:
            clock.stop()
        store.close()
