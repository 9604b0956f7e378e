"""``exchange user key``: keys by which machines come in, made for a user by the operator."""

import click

from exchange.access.api_keys import MOST_DAYS, SCOPES, Keyring
from exchange.access.users import User, user_by_email
from exchange.errors import Unknown
from exchange.instant import to_text
from exchange.store import Store, open_store

_database = click.option(
    "--database", metavar="URL", default=None, help="Default: [database] url of the configuration."
)


@click.group()
def key() -> None:
    """Keys for programs: each acts for one user, within its scopes, for a year at most."""


def _user(store: Store, email: str) -> User:
    with store.read() as connection:
        found = user_by_email(connection, email)
    if found is None:
        raise Unknown("user", email)
    return found


@key.command("make")
@click.argument("email")
@click.option("--name", required=True, help="What it is for.")
@click.option("--scope", "scopes", type=click.Choice(SCOPES), multiple=True, required=True, help="May be repeated.")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=90, show_default=True, help="How long it holds.")
@_database
@click.pass_context
def make(ctx: click.Context, email: str, name: str, scopes: tuple[str, ...], days: int, database: str | None) -> None:
    """Print a new key, once.

    \b
    Example:
      exchange user key make s.brandt@brandt-vogel.example --name "CRM" --scope read --scope buy
    """
    store = open_store(database or ctx.obj.database.url)
    secret, made = Keyring(store).make(_user(store, email), name=name, scopes=scopes, days=days)
    click.echo(secret)
    click.echo(f"Holds until {to_text(made.expires_at)} and is not shown again.", err=True)


@key.command("list")
@click.argument("email")
@_database
@click.pass_context
def show(ctx: click.Context, email: str, database: str | None) -> None:
    """A user's keys: how they begin, what they may, until when, when last used.

    \b
    Example:
      exchange user key list s.brandt@brandt-vogel.example
    """
    store = open_store(database or ctx.obj.database.url)
    for one in Keyring(store).keys_of(_user(store, email)):
        state = "revoked" if one.revoked_at is not None else f"until {to_text(one.expires_at)}"
        used = f"used {to_text(one.used_at)}" if one.used_at is not None else "never used"
        click.echo(f"{one.prefix}  {one.name}  {','.join(one.scopes)}  {state}  {used}")


@key.command("revoke")
@click.argument("email")
@click.argument("prefix")
@_database
@click.pass_context
def revoke(ctx: click.Context, email: str, prefix: str, database: str | None) -> None:
    """End a key at once; PREFIX as `list` shows it.

    \b
    Example:
      exchange user key revoke s.brandt@brandt-vogel.example lb_0123456789
    """
    store = open_store(database or ctx.obj.database.url)
    Keyring(store).revoke(_user(store, email), prefix.removeprefix("lb_"))
    click.echo(f"{prefix} is revoked.")
