"""The exchange a command works on, as its configuration has it."""

import time
from contextlib import suppress
from typing import Any

import click

from exchange.config import Config
from exchange.migrations import current, newest
from exchange.reports.editions import Catalogue
from exchange.store import Away, Store, Unavailable, open_store

_AGAIN_S = 0.5
"""Between two tries at a server that is away."""


def opened(url: str, config: Config | None = None, *, wait_s: int = 0, **more: Any) -> Store:
    """The store at a URL; it writes messages where the configuration, the command's own by default, says so.

    Every process that decides orders opens it so: a sale made by one that writes none would never be told of. One that
    stays waits ``wait_s`` seconds for its database; then, or where no exchange is in it, raises ConfigError.
    """
    mine: Config = config or click.get_current_context().find_object(Config) or Config()
    store = _awaited(url, wait_s, more)
    store.posts = mine.courier.carries
    with suppress(Unavailable), store.read() as connection:  # a process waits for a database that is away
        if current(connection) == newest():
            Catalogue().refresh(connection)
    return store


def _awaited(url: str, wait_s: int, more: dict[str, Any]) -> Store:
    last, said = time.monotonic() + wait_s, False
    while True:
        try:
            return open_store(url, **more)
        except Away as away:
            if time.monotonic() >= last:
                raise
            if not said:
                click.echo(f"{away}; trying for {wait_s} s", err=True)
            said = True
            time.sleep(_AGAIN_S)
