"""The exchange a command works on, as its configuration has it."""

from contextlib import suppress
from typing import Any

import click

from exchange.config import Config
from exchange.migrations import current, newest
from exchange.reports.editions import Catalogue
from exchange.store import Store, Unavailable, open_store


def opened(url: str, config: Config | None = None, **more: Any) -> Store:
    """The store at a URL; it writes messages where the configuration, the command's own by default, says so.

    Every process that decides orders opens it so: a sale made by one that writes none would never be told of.
    """
    mine: Config = config or click.get_current_context().find_object(Config) or Config()
    store = open_store(url, **more)
    store.posts = mine.courier.carries
    with suppress(Unavailable), store.read() as connection:  # a process waits for a database that is away
        if current(connection) == newest():
            Catalogue().refresh(connection)
    return store
