"""Where a test's markets lie: SQLite, or a database of its own on PostgreSQL, copied from a migrated one.

`conftest.engine` says which; a market that is opened without a URL lies there. Nobody need close anything: what a test
left open is closed before its database is dropped.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import event
from sqlalchemy.pool import Pool

from exchange.migrations import upgrade
from tests.postgres import NoPostgres, Postgres, find_postgres

SQLITE, POSTGRES = "sqlite", "postgresql"


class Databases:
    """The databases of one test process."""

    def __init__(self) -> None:
        self.engine = SQLITE
        self._server: Postgres | NoPostgres | None = None
        self._run = uuid4().hex[:8]
        self._numbers = count()
        self._made: list[str] = []
        self._kept: set[str] = set()
        self._connected: list[Any] = []
        event.listen(Pool, "connect", self._remember)

    def fresh(self, folder: Path | None = None, *, tables: bool = True) -> str:
        """The URL of an empty database; on SQLite a file in this folder, which several may open, or memory.

        On PostgreSQL the tables are there already, unless ``tables`` says no; on SQLite they never are.
        """
        if self.engine == SQLITE:
            return "sqlite://" if folder is None else f"sqlite:///{folder}/market-{next(self._numbers)}.db"
        return self.copy(self.template if tables else "template0")

    @property
    def template(self) -> str:
        """A database of the server with all tables and nothing in them."""
        return self.kept("template", upgrade)

    def kept(self, what: str, fill: Callable[[str], object]) -> str:
        """The name of a database that is filled once, given its URL, and only copied from then on."""
        name = f"leadboerse_{self._run}_{what}"
        if name not in self._made:
            self.server.create(name)
            self._made.append(name)
            self._kept.add(name)
            fill(self.server.url_of(name))
            self.hang_up(name)
        return name

    def copy(self, template: str) -> str:
        """The URL of a database like another one of this server."""
        name = f"leadboerse_{self._run}_{next(self._numbers)}"
        self.server.create(name, template)
        self._made.append(name)
        return self.server.url_of(name)

    @property
    def server(self) -> Postgres:
        """PostgreSQL, started when first asked for; raises NoPostgres, also when asked again."""
        if self._server is None:
            try:
                self._server = find_postgres()
            except NoPostgres as error:
                self._server = error
        if isinstance(self._server, NoPostgres):
            raise self._server
        return self._server

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Databases made from here on are dropped at the end, but those that are kept to be copied."""
        before = set(self._made)
        yield
        for name in [name for name in self._made if name not in before | self._kept]:
            self.drop(name)

    def drop(self, name: str) -> None:
        """Forget a database."""
        self.hang_up(name)
        self.server.drop(name)
        self._made.remove(name)

    def hang_up(self, name: str) -> None:
        """Close every connection to a database; the pools that hold them notice when next asked for one."""
        mine = [one for one in self._connected if one.closed or one.info.dbname == name]
        for connection in mine:
            connection.close()
            self._connected.remove(connection)

    def close(self) -> None:
        """Drop everything, stop the server if it is ours."""
        for name in list(self._made):
            self.drop(name)
        if isinstance(self._server, Postgres):
            self._server.stop()

    def _remember(self, connection: Any, _record: object) -> None:
        if type(connection).__module__.startswith("psycopg"):
            self._connected.append(connection)


DATABASES = Databases()
