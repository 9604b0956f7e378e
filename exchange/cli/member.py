"""`exchange member`: the firms that bring leads or take them, and their money."""

import click

from exchange.cli.accepted import accepted
from exchange.cli.leads import Amount
from exchange.config import Config
from exchange.desk import Desk
from exchange.money import Cents, format_amount
from exchange.store import open_store

_database = click.option(
    "--database",
    metavar="URL",
    default=Config().database.url,
    show_default=True,
    help="Which exchange.",
)


@click.group()
def member() -> None:
    """Firms of the exchange: suppliers bring leads, buyers take them; one firm may do both."""


@member.command()
@click.argument("firm")
@click.option("--name", required=True, help="As pages show it; it stands on no tape.")
@click.option("--supplier", is_flag=True, help="May list leads.")
@click.option("--buyer", is_flag=True, help="May bid and buy.")
@click.option("--group", help="Linked firms count as one: one seat of a lead, and no lead of their own.")
@click.option("--credit", "credit_cents", type=Amount(), default=0, help="What a buyer may owe, gross.")
@_database
def join(
    firm: str, name: str, supplier: bool, buyer: bool, group: str | None, credit_cents: Cents, database: str
) -> None:
    """Admit a firm under a short id of letters and digits.

    \b
    exchange member join nord --name "Nord Leads GmbH" --supplier
    exchange member join brandt-vogel --name "Brandt & Vogel" --buyer --credit 500.00
    """
    desk = Desk(open_store(database))
    accepted(desk.join(firm, name=name, supplier=supplier, buyer=buyer, group=group, credit_line_cents=credit_cents))
    click.echo(f"{firm} is a member")


@member.command()
@click.argument("firm")
@click.argument("amount", type=Amount())
@click.option("--reference", default="", help="The bank's booking.")
@click.option("--key", help="The same key again books nothing again.")
@_database
def deposit(firm: str, amount: Cents, reference: str, key: str | None, database: str) -> None:
    """Put AMOUNT euros that arrived into a firm's wallet.

    \b
    exchange member deposit brandt-vogel 500.00 --reference "transfer of 2 March" --key bank-2026-0302-17
    """
    desk = Desk(open_store(database))
    accepted(desk.deposit(firm, amount_cents=amount, reference=reference, key=key))
    _say_balance(desk, firm)


@member.command()
@click.argument("firm")
@click.argument("amount", type=Amount())
@_database
def credit(firm: str, amount: Cents, database: str) -> None:
    """Let a firm owe up to AMOUNT euros from now on.

    \b
    exchange member credit brandt-vogel 1000.00
    """
    desk = Desk(open_store(database))
    accepted(desk.set_credit_line(firm, credit_line_cents=amount))
    _say_balance(desk, firm)


def _say_balance(desk: Desk, firm: str) -> None:
    click.echo(f"{firm} may spend {format_amount(desk.balance(firm).available_cents)} EUR")
