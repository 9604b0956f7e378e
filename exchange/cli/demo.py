"""`exchange demo`: a believable market, with a past and a life of its own."""

import secrets
from pathlib import Path
from random import Random

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from exchange.access.entrance import Entrance
from exchange.config import Config, CourierSettings
from exchange.demo.live import LiveMarket
from exchange.demo.market import FIRMS, DemoMarket
from exchange.demo.members import draw_firms
from exchange.demo.opening import database_url, make_demo
from exchange.demo.ours import PASSWORD
from exchange.demo.visitors import VISITORS
from exchange.desk import Desk
from exchange.jobs.crew import bounds_of, make_crew
from exchange.safety import is_local
from exchange.store import open_store
from exchange.vault import Vault, make_key_file, open_vault
from exchange.web.app import create_app
from exchange.web.asgi import Doors
from exchange.web.premises import Premises
from exchange.web.serve import Server

_FOLDER = Path("data")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8400, show_default=True, help="Port to listen on.")
@click.option("--seed", default=1, show_default=True, help="The same seed draws the same firms, leads and visits.")
@click.option("--folder", type=click.Path(path_type=Path), default=_FOLDER, show_default=True, help="Where it lies.")
@click.option("--keep", is_flag=True, help="Go on with the demo of last time instead of making a new one.")
@click.option("--still", is_flag=True, help="Nobody but you acts: no new leads, no other buyers.")
def demo(host: str, port: int, seed: int, folder: Path, keep: bool, still: bool) -> None:
    """Open a running exchange with sample leads whose prices fall and sell.

    Makes a market of 8 sectors, 5 suppliers and 40 firms with standing bids, plays four weeks of it through the real
    desk, then goes on live: new leads every few seconds, other firms buying. Everything is invented. Stop with Ctrl-C.

    \b
    Examples:
      exchange demo                      a new market on http://127.0.0.1:8400
      exchange demo --keep --port 9000   the market of last time, on another port
      exchange verify --database sqlite:///data/demo.db
    """
    console = Console()
    vault = _vault(folder / "demo.key")
    played = _played(console, folder, vault, seed) if not keep or not (folder / "demo.db").exists() else None
    store = open_store(database_url(folder), vault=vault)
    desk = Desk(store)
    settings = CourierSettings(hooks=True, hooks_local=is_local(host))
    store.posts = settings.carries
    crew = make_crew(desk, Config(courier=settings), "demo")
    live = _living(desk, seed, played)
    premises = Premises(
        desk,
        Entrance(store),
        secret=secrets.token_hex(32),
        backtests=folder / "backtests",
        exports=folder / "exports",
        hook_bounds=bounds_of(settings),
    )
    server = Server(Doors(create_app(premises), premises), host=host, port=port)
    crew.start()
    if not still:
        live.start()
    console.print(f"\nLeadbörse is open: [bold]http://{host}:{port}[/bold]")
    console.print(f"Log in with the password [bold]{PASSWORD}[/bold] as one of")
    for one in VISITORS:
        console.print(f"  [bold]{one.email}[/bold]  {one.role}")
    console.print("Nobody is asked for a second factor here, as operators of `exchange serve` are.")
    console.print(
        f"Verify every sale, at any time: exchange verify --database {database_url(folder)}\nStop with Ctrl-C."
    )
    try:
        server.run()
    finally:
        live.stop()
        crew.stop()


def _vault(key_file: Path) -> Vault:
    if not key_file.exists():
        make_key_file(key_file)
    return open_vault(key_file)


def _played(console: Console, folder: Path, vault: Vault, seed: int) -> DemoMarket:
    bar = Progress(TextColumn("Playing four weeks of the market"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with bar if console.is_terminal else Progress(disable=True) as progress:
        task = progress.add_task("", total=None)
        return make_demo(folder, vault, seed, lambda done, total: progress.update(task, completed=done, total=total))


def _living(desk: Desk, seed: int, played: DemoMarket | None) -> LiveMarket:
    """The same firms go on, on the running exchange; leads of the day before are known where it was just played."""
    firms = draw_firms(Random(seed), FIRMS) if played is None else played.firms  # noqa: S311
    recent = [] if played is None else played.recent
    suppliers = DemoMarket(desk, Random(), firms, list(recent))  # noqa: S311
    return LiveMarket(suppliers, DemoMarket(desk, Random(), firms))  # noqa: S311
