"""The database's numbered upgrades (Alembic), shipped with the package.

`upgrade` brings any database to the newest version; `versions/` holds the steps, one module each.
"""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def config(url: str) -> Config:
    """Alembic's configuration for a database URL; nothing is read from files of the working directory."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.attributes["url"] = url
    return made


def upgrade(url: str, revision: str = "head") -> None:
    """Run the upgrades up to a revision; creates what is missing."""
    command.upgrade(config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Undo upgrades down to a revision (``base`` undoes all)."""
    command.downgrade(config(url), revision)


def current(connection: Connection) -> str | None:
    """The version a database is at; None where it was not made by migrations."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def newest() -> str | None:
    """The version this program's tables have."""
    return ScriptDirectory(str(Path(__file__).parent)).get_current_head()
