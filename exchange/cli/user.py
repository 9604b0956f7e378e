"""``exchange user``: who may log in."""

from typing import get_args

import click

from exchange.access.entrance import Entrance
from exchange.access.links import Link
from exchange.access.sessions import HOUSE_ROLES
from exchange.access.staff import Staff
from exchange.access.users import Role
from exchange.cli.user_factor import reset_second_factor
from exchange.cli.user_key import key
from exchange.instant import to_text
from exchange.store import open_store


@click.group()
def user() -> None:
    """Who may log in, for which firm, as what.

    Firms are members of the exchange; a user acts for one of them. Operators and analysts belong to the house.
    """


def _entrance(ctx: click.Context, database: str | None) -> Entrance:
    return Entrance(open_store(database or ctx.obj.database.url))


_database = click.option(
    "--database", metavar="URL", default=None, help="Default: [database] url of the configuration."
)
_password = click.option(
    "--password",
    envvar="EXCHANGE_PASSWORD",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="At least 12 characters; asked for where neither this nor EXCHANGE_PASSWORD gives it.",
)


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="As colleagues read it.")
@click.option("--firm", metavar="MEMBER", default=None, help="The member they act for; none for operators, analysts.")
@click.option("--role", type=click.Choice(get_args(Role)), default="advisor", show_default=True)
@click.option("--lang", type=click.Choice(("de", "en")), default="de", show_default=True, help="Language of the pages.")
@_password
@_database
@click.pass_context
def add(
    ctx: click.Context,
    email: str,
    name: str,
    firm: str | None,
    role: Role,
    lang: str,
    password: str,
    database: str | None,
) -> None:
    """Let somebody in.

    \b
    Example:
      exchange user add s.brandt@brandt-vogel.example --name "Sabine Brandt" --firm brandt-vogel --role owner
    """
    _belongs(firm, role)
    entrance = _entrance(ctx, database)
    entrance.add_user(email=email, name=name, role=role, organisation=firm, password=password, lang=lang)
    click.echo(f"{email} may log in as {role}.")


@user.command()
@click.argument("email")
@_password
@_database
@click.pass_context
def password(ctx: click.Context, email: str, password: str, database: str | None) -> None:
    """Give somebody another password; ends their sessions.

    \b
    Example:
      exchange user password s.brandt@brandt-vogel.example
    """
    _entrance(ctx, database).change_password(email, password)
    click.echo(f"{email} has another password and must log in again.")


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="As colleagues read it.")
@click.option("--firm", metavar="MEMBER", default=None, help="The member they act for; none for operators, analysts.")
@click.option("--role", type=click.Choice(get_args(Role)), default="advisor", show_default=True)
@click.option("--lang", type=click.Choice(("de", "en")), default="de", show_default=True, help="Language of the pages.")
@_database
@click.pass_context
def invite(
    ctx: click.Context, email: str, name: str, firm: str | None, role: Role, lang: str, database: str | None
) -> None:
    """Let somebody in who chooses their own password: prints a link, once.

    \b
    Example:
      exchange user invite j.vogel@brandt-vogel.example --name "Jan Vogel" --firm brandt-vogel
    """
    _belongs(firm, role)
    staff = Staff(_entrance(ctx, database).store)
    _show(ctx, staff.invite(firm, email=email, name=name, role=role, lang=lang))


@user.command()
@click.argument("email")
@_database
@click.pass_context
def reset(ctx: click.Context, email: str, database: str | None) -> None:
    """A link by which somebody sets another password: prints it, once. Their old one works until then.

    \b
    Example:
      exchange user reset s.brandt@brandt-vogel.example
    """
    _show(ctx, Staff(_entrance(ctx, database).store).link_for_address(email))


def _show(ctx: click.Context, link: Link) -> None:
    """The token stands behind the #, so that no server on the way writes it down."""
    click.echo(f"{ctx.obj.courier.link}/zugang#{link.token}")
    click.echo(f"This {link.purpose} works once, until {to_text(link.expires_at)}, and is not shown again.", err=True)


def _belongs(firm: str | None, role: Role) -> None:
    if (firm is None) != (role in HOUSE_ROLES):
        raise click.UsageError("operators and analysts belong to no firm, everybody else to one: see --firm and --role")


@user.command()
@click.argument("email")
@_database
@click.pass_context
def disable(ctx: click.Context, email: str, database: str | None) -> None:
    """Let somebody in no more; ends their sessions at once.

    \b
    Example:
      exchange user disable s.brandt@brandt-vogel.example
    """
    _entrance(ctx, database).disable(email)
    click.echo(f"{email} may not log in any more.")


user.add_command(key)
user.add_command(reset_second_factor)
