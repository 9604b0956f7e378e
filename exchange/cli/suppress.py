"""``exchange suppress``: people who objected to any use of their data, by keyed hashes of phone and mail."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from exchange.cli.opened import opened
from exchange.config import Config
from exchange.desk import Desk
from exchange.instant import to_text
from exchange.operators.suppression import REASONS, Suppression
from exchange.operators.terminal import TERMINAL
from exchange.reports.admission import suppression_rows
from exchange.vault import open_vault

_database = click.option(
    "--database", metavar="URL", default=None, help="Default: [database] url of the configuration."
)
_phone = click.option("--phone", default="", help="A German number, however it is written.")
_email = click.option("--email", default="", help="A mail address.")
_reason = click.option("--reason", type=click.Choice(REASONS), default="objection", show_default=True)


@contextmanager
def _list(ctx: click.Context, database: str | None) -> Iterator[Suppression]:
    config = ctx.find_object(Config) or Config()
    store = opened(database or config.database.url, vault=open_vault(config.vault.key_file))
    try:
        yield Suppression(Desk(store))
    finally:
        store.close()


@click.group()
def suppress() -> None:
    """People nobody may list: who objected to any use. Only keyed hashes are kept, so the list names nobody."""


@suppress.command()
@_phone
@_email
@_reason
@click.option("--withdraw/--no-withdraw", default=False, help="Take the person's open leads out of the market, too.")
@click.option("--yes", is_flag=True, help="Do not ask before leads are withdrawn.")
@_database
@click.pass_context
def add(
    ctx: click.Context, phone: str, email: str, reason: str, withdraw: bool, yes: bool, database: str | None
) -> None:
    """Take a person on the list; says how many open leads they have, and with --withdraw takes those back.

    What is typed here stays in the shell's history: without --phone and --email it is asked for.

    \b
    Example:
      exchange suppress add --withdraw
    """
    if not phone and not email:
        phone = click.prompt("Phone", default="", show_default=False)
        email = click.prompt("E-mail", default="", show_default=False)
    with _list(ctx, database) as office:
        sought = office.sought(phone, email)
        touched = office.touched(sought)
        if withdraw and touched.open and not yes:
            click.confirm(f"Withdraw {len(touched.open)} open leads of this person?", abort=True, err=True)
        noted = office.add(TERMINAL, sought, reason, withdraw=withdraw)
    left = "" if withdraw else f"; {len(touched.open)} open leads stay in the market, --withdraw takes them out"
    click.echo(f"{noted.added} new, {noted.withdrawn} leads withdrawn, {noted.rejected} in quarantine rejected{left}")


@suppress.command()
@_phone
@_email
@click.option("--id", "short", default="", help="The beginning of a hash, as the list shows it.")
@_database
@click.pass_context
def remove(ctx: click.Context, phone: str, email: str, short: str, database: str | None) -> None:
    """Take a person, or one row of the list, off it.

    \b
    Example:
      exchange suppress remove --id 9f2c01d4aa31
    """
    with _list(ctx, database) as office:
        if short:
            office.remove_row(TERMINAL, short)
            gone = 1
        else:
            gone = office.remove(TERMINAL, office.sought(phone, email))
    click.echo(f"{gone} removed")


@suppress.command("list")
@click.option("--most", default=50, show_default=True, type=click.IntRange(1, 100_000), help="How many, latest first.")
@_database
@click.pass_context
def list_rows(ctx: click.Context, most: int, database: str | None) -> None:
    """The list, the latest first: hash, what of, why, when, by whom.

    \b
    Example:
      exchange suppress list --most 200
    """
    with _list(ctx, database) as office, office.desk.store.read() as connection:
        many, found = suppression_rows(connection, most)
    for row in found:
        click.echo(f"{row.short} {row.kind} {row.reason} {to_text(row.noted_at)} {row.user_id}")
    click.echo(f"{many} on the list", err=True)


@suppress.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_reason
@_database
@click.pass_context
def import_(ctx: click.Context, file: Path, reason: str, database: str | None) -> None:
    """Take a list over: numbers and mail addresses, a line a person, divided by comma, semicolon or tab.

    Lines without one are named by number. Open leads are not touched: add does that, person by person.

    \b
    Example:
      exchange suppress import objections.csv
    """
    with _list(ctx, database) as office, file.open(encoding="utf-8-sig", errors="replace") as lines:
        found = office.import_lines(TERMINAL, lines, reason)
    click.echo(
        f"{found.added} new, {found.known} known before, {len(found.unreadable)} lines without number or address"
    )
    if found.unreadable:
        click.echo(f"lines {', '.join(map(str, found.unreadable[:20]))}", err=True)
