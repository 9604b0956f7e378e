"""The demo's database: made, filled with four weeks of history, and left on disk as a real exchange would leave it."""

from collections.abc import Callable
from pathlib import Path
from random import Random

from exchange.access.entrance import Entrance
from exchange.clock import SetClock, SystemClock
from exchange.demo.history import begins_at, play_day, play_weeks
from exchange.demo.market import DemoMarket
from exchange.demo.ours import open_our_bids
from exchange.demo.visitors import file_claims, let_in
from exchange.desk import Desk
from exchange.instant import DAY_US
from exchange.migrations import upgrade
from exchange.store import open_store
from exchange.store.copying import copy_database
from exchange.vault import Vault


def make_demo(folder: Path, vault: Vault, seed: int, told: Callable[[int, int], None]) -> DemoMarket:
    """Make ``demo.db`` in the folder and play four weeks into it; returns the market at its end, with its own clock.

    They are played in memory, since nothing of it is lost that could not be played again, and written at once.
    """
    url = database_url(folder)
    for leftover in folder.glob("demo.db*"):
        leftover.unlink()
    upgrade(url)
    now = SystemClock().now()
    clock = SetClock(begins_at(now))
    on_disk, in_memory = open_store(url), open_store("sqlite://", clock=clock, create=True, vault=vault)
    copy_database(on_disk.engine, in_memory.engine)
    market = DemoMarket(Desk(in_memory), Random(seed))
    market.open()
    entrance = Entrance(in_memory)
    let_in(entrance)
    play_weeks(market, clock, now - DAY_US, lambda done, total: told(done, 2 * total))
    open_our_bids(market.desk, entrance)
    play_day(market, clock, now, lambda done, total: told(total + done, 2 * total))
    file_claims(market.desk)
    copy_database(in_memory.engine, on_disk.engine)
    on_disk.engine.dispose()
    in_memory.engine.dispose()
    return market


def database_url(folder: Path) -> str:
    """Where the demo of this folder lies."""
    return f"sqlite:///{folder / 'demo.db'}"
