"""``exchange user reset-second-factor``: for who has lost theirs, where no two operators can help."""

import click

from exchange.access.users import user_by_email
from exchange.errors import Unknown
from exchange.operators.factors import reset_by_host
from exchange.store import open_store


@click.command("reset-second-factor")
@click.argument("email")
@click.option("--database", metavar="URL", default=None, help="Default: [database] url of the configuration.")
@click.pass_context
def reset_second_factor(ctx: click.Context, email: str, database: str | None) -> None:
    """Take somebody's second factor away; ends their sessions. Their password stays and is still asked for.

    For the last operator, and for a house with only one: elsewhere two operators do it on their page. It stands in the
    audit log, and whoever was reset is told after the next log-in.

    \b
    Example:
      exchange user reset-second-factor o.betrieb@leadboerse.example
    """
    store = open_store(database or ctx.obj.database.url)
    with store.read() as connection:
        found = user_by_email(connection, email)
    if found is None:
        raise Unknown("user", email)
    if reset_by_host(store, found):
        click.echo(f"{email} logs in by the password alone until they have set up another second factor.")
    else:
        click.echo(f"{email} has no second factor.")
