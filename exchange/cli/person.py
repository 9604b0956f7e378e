"""``exchange person``: which enquiries of somebody we hold, and forgetting who asked."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from exchange.cli.opened import opened
from exchange.config import Config
from exchange.desk import Desk
from exchange.instant import to_text
from exchange.operators.persons import Enquiry, Persons
from exchange.operators.suppression import Sought, Suppression
from exchange.operators.terminal import TERMINAL
from exchange.vault import open_vault

_database = click.option(
    "--database", metavar="URL", default=None, help="Default: [database] url of the configuration."
)


@contextmanager
def _desk(ctx: click.Context, database: str | None) -> Iterator[Desk]:
    config = ctx.find_object(Config) or Config()
    store = opened(database or config.database.url, vault=open_vault(config.vault.key_file))
    try:
        yield Desk(store)
    finally:
        store.close()


def _asked(desk: Desk) -> Sought:
    """Who it is, asked for: what is typed with a command stays in the shell's history."""
    phone = click.prompt("Phone", default="", show_default=False, err=True)
    email = click.prompt("E-mail", default="", show_default=False, err=True)
    return Suppression(desk).sought(phone, email)


@click.group()
def person() -> None:
    """What people may ask of us by Art. 15 and 17 DSGVO. Asks for a number and an address; keeps neither.

    \b
    exchange person show
    exchange person erase
    """


@person.command()
@_database
@click.pass_context
def show(ctx: click.Context, database: str | None) -> None:
    """List the enquiries a person is known by: when, for what, from which supplier, who bought them.

    \b
    Example:
      exchange person show
    """
    with _desk(ctx, database) as desk:
        found = Persons(desk).enquiries(_asked(desk))
    for one in found:
        click.echo(_line(one))
    click.echo(f"{len(found)} enquiries", err=True)


@person.command()
@click.option("--yes", is_flag=True, help="Do not ask before erasing.")
@_database
@click.pass_context
def erase(ctx: click.Context, yes: bool, database: str | None) -> None:
    """Take a person's open leads out of the market, tell the buyers, and forget who asked. This cannot be undone.

    The proof of consent stays: § 7a UWG has us keep it for five years. To keep the person from being listed again take
    them on the suppression list first: exchange suppress add.

    \b
    Example:
      exchange person erase
    """
    with _desk(ctx, database) as desk:
        office, sought = Persons(desk), _asked(desk)
        found = office.enquiries(sought)
        for one in found:
            click.echo(_line(one), err=True)
        if found and not yes:
            click.confirm(f"Forget who asked in these {len(found)} enquiries?", abort=True, err=True)
        done = office.erase(TERMINAL, sought)
    click.echo(f"{done.contacts} contacts erased, {done.withdrawn} listings withdrawn, {done.texts} texts erased")


def _line(one: Enquiry) -> str:
    state = "open" if one.open else "closed"
    buyers = ", ".join(one.buyers) or "nobody"
    held = "contact held" if one.held else "contact erased"
    asked = to_text(one.asked_at)
    return f"{one.lead_id}  {one.sector}  asked {asked}  by {one.supplier}  {state}, bought by {buyers}, {held}"
