"""`exchange sector show`, `rates`, `edit`: what a sector asks and takes, read and changed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from exchange.catalogue import SECTORS
from exchange.catalogue.editions import read_edition
from exchange.claims import WHOLE_BP
from exchange.cli.accepted import accepted
from exchange.cli.leads import Amount
from exchange.cli.opened import opened
from exchange.config import Config
from exchange.desk import Conflict, Desk
from exchange.errors import Invalid, Unknown
from exchange.instant import DAY_US
from exchange.money import BasisPoints, Cents
from exchange.operators.sectors import SectorOffice
from exchange.operators.terminal import TERMINAL
from exchange.orderbook.rates import Rates
from exchange.reports.editions import edition_in_force, rates_in_force

_database = click.option(
    "--database", metavar="URL", default=Config().database.url, show_default=True, help="Which exchange."
)
_code = click.Choice(list(SECTORS))
_reason = click.option("--reason", required=True, help="Why; it stands in the operators' log.")


@click.command("show")
@click.argument("code", type=_code)
@_database
def show(code: str, database: str) -> None:
    """Print a sector's questions, usual prices and rates as JSON; its edition can be changed and handed back.

    \b
    exchange sector show pv > pv.json
    """
    with opened(database).read() as connection:
        rates = rates_in_force(connection, code)
        number, edition = edition_in_force(connection, code)
    if rates is None:
        raise click.UsageError(f"{code} is not open")
    told: dict[str, Any] = {"number": number, "edition": edition.to_payload(), "rates": _told(rates)}
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


@click.command("edit")
@click.argument("code", type=_code)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_reason
@_database
def edit(code: str, file: Path, reason: str, database: str) -> None:
    """Put the edition of a FILE in force, as `exchange sector show` printed it and somebody changed it.

    Keys, kinds and answers there are stay, captions may change, questions are retired. Nothing that is listed changes.

    \b
    exchange sector edit pv pv.json --reason "ask for a battery"
    """
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        edition = read_edition(told["edition"])
        number = SectorOffice(Desk(opened(database))).edit_by(TERMINAL, code, edition, int(told["number"]), reason)
    except (Invalid, Unknown, Conflict, ValueError, KeyError, TypeError) as error:
        raise click.UsageError(str(error)) from error
    click.echo(f"{code}: edition {number} is in force")


@click.command("rates")
@click.argument("code", type=_code)
@click.option("--tick", "tick_cents", type=Amount(), help="Smallest change of price, for leads listed from now on.")
@click.option("--seats", "most_seats", type=int, help="Most seats, for leads listed from now on.")
@click.option("--fee-bp", type=int, help="Our share, for sales from now on.")
@click.option("--window-days", type=int, help="Claim window, for sales from now on.")
@click.option("--silence-days", type=int, help="Silence upholds a claim after so many days, for sales from now on.")
@click.option("--share", "shares", multiple=True, metavar="GROUND=BP", help="What an upheld claim gives back.")
@_reason
@_database
def rates(
    code: str,
    tick_cents: Cents | None,
    most_seats: int | None,
    fee_bp: BasisPoints | None,
    window_days: int | None,
    silence_days: int | None,
    shares: tuple[str, ...],
    reason: str,
    database: str,
) -> None:
    """Change what a sector takes and how claims go; what is listed, bid or sold keeps what it had.

    \b
    exchange sector rates pv --fee-bp 1200 --window-days 10 --share duplicate=5000 --reason "as agreed for 2027"
    """
    desk = Desk(opened(database))
    with desk.store.read() as connection:
        before = rates_in_force(connection, code)
    if before is None:
        raise click.UsageError(f"{code} is not open")
    given = {"tick_cents": tick_cents, "most_seats": most_seats, "fee_bp": fee_bp}
    claims = before.claims
    if window_days is not None:
        claims = replace(claims, window_us=window_days * DAY_US)
    if silence_days is not None:
        claims = replace(claims, silence_us=silence_days * DAY_US)
    try:
        claims = replace(claims, shares_bp=_shares(dict(claims.shares_bp), shares))
        wanted = replace(before, claims=claims, **{name: one for name, one in given.items() if one is not None})
        accepted(SectorOffice(desk).set_rates_by(TERMINAL, code, wanted, reason))
    except (Invalid, Unknown) as error:
        raise click.UsageError(str(error)) from error
    click.echo(json.dumps(_told(wanted), indent=2))


def _shares(known: dict[str, BasisPoints], typed: tuple[str, ...]) -> tuple[tuple[str, BasisPoints], ...]:
    for text in typed:
        ground, _, share = text.partition("=")
        if not share.isdecimal():
            raise click.UsageError(f"{text!r}: write a ground and basis points, like duplicate=5000")
        known[ground] = int(share)
    return tuple((ground, share_bp) for ground, share_bp in sorted(known.items()) if share_bp != WHOLE_BP)


def _told(rates: Rates) -> dict[str, Any]:
    told = {"tick_cents": rates.tick_cents, "most_seats": rates.most_seats, "fee_bp": rates.fee_bp}
    days = {"window_days": rates.claims.window_us // DAY_US, "silence_days": rates.claims.silence_us // DAY_US}
    return told | days | {"shares_bp": dict(rates.claims.shares_bp)}
