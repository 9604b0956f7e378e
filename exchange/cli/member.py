"""`exchange member`: the firms that bring leads or take them, and their money."""

import click

from exchange.access.users import user_by_email
from exchange.cli.accepted import accepted
from exchange.cli.leads import Amount
from exchange.cli.opened import opened
from exchange.config import Config
from exchange.desk import Desk
from exchange.money import Cents, format_amount
from exchange.operators.terminal import noted
from exchange.payments import BankTransfer, Deposits
from exchange.payments.reference import read_reference

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
    may = {"supplier": supplier, "buyer": buyer}
    desk = noted(Desk(opened(database)), "member.join", {"organisation": firm}, may)
    accepted(desk.join(firm, name=name, supplier=supplier, buyer=buyer, group=group, credit_line_cents=credit_cents))
    click.echo(f"{firm} is a member")


@member.command()
@click.argument("firm")
@click.argument("amount", type=Amount())
@click.option("--reference", default="", help="The bank's booking; or that of a deposit the firm announced.")
@click.option("--key", help="The same key again books nothing again.")
@click.option("--by", metavar="MAIL", help="The operator who confirms an announced deposit.")
@_database
@click.pass_obj
def deposit(
    config: Config | None, firm: str, amount: Cents, reference: str, key: str | None, by: str | None, database: str
) -> None:
    """Put AMOUNT euros that arrived into a firm's wallet.

    A deposit the firm announced is confirmed by its reference, once, and above payments.four_eyes_cents by two
    operators.

    \b
    exchange member deposit brandt-vogel 500.00 --reference "transfer of 2 March" --key bank-2026-0302-17
    exchange member deposit brandt-vogel 500.00 --reference RF18539007547034 --by o.peters@example.de
    """
    desk = Desk(opened(database))
    settings = (config or Config()).payments
    deposits = Deposits(desk, {"bank": BankTransfer(settings)}, settings.four_eyes_cents)
    whose = deposits.firm_of(read_reference(reference))
    if whose is not None:
        _confirm(deposits, firm, whose, read_reference(reference), amount, by)
        _say_balance(desk, firm)
        return
    noting = noted(desk, "member.deposit", {"organisation": firm}, {"cents": amount})
    accepted(noting.deposit(firm, amount_cents=amount, reference=reference, key=key))
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
    desk = Desk(opened(database))
    noting = noted(desk, "member.credit", {"organisation": firm}, {"cents": amount})
    accepted(noting.set_credit_line(firm, credit_line_cents=amount))
    _say_balance(desk, firm)


def _confirm(deposits: Deposits, firm: str, whose: str, reference: str, amount: Cents, by: str | None) -> None:
    """One operator's word on an announced deposit."""
    if whose != firm:
        raise click.UsageError(f"{reference} was announced by another firm")
    if by is None:
        raise click.UsageError(f"{reference} was announced: say who confirms it, with --by")
    with deposits.desk.store.read() as connection:
        operator = user_by_email(connection, by)
    if operator is None:
        raise click.UsageError(f"nobody here has the address {by}")
    state = deposits.confirm(operator, reference, amount)
    click.echo(f"{reference} is {state}" + (": another operator has to confirm" if state == "checked" else ""))


def _say_balance(desk: Desk, firm: str) -> None:
    click.echo(f"{firm} may spend {format_amount(desk.balance(firm).available_cents)} EUR")
