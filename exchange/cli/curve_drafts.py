"""`exchange curve draft` and what follows: asking, approving, putting in force, rolling back, calling off, history.

Four eyes hold here too: every verb is somebody's, named with ``--as``; whoever has the host could be anybody, so the
audit log says beside the name that it came from the command line.
"""

import json
from typing import TextIO

import click

from exchange.access.users import User, user_by_email
from exchange.cli.opened import opened
from exchange.desk import Desk
from exchange.errors import ExchangeError, Invalid
from exchange.instant import Instant, from_text, to_text
from exchange.operators.curves import CurveOffice
from exchange.operators.drafts import Drafts, Wish, living
from exchange.pricing.curve import Curve
from exchange.pricing.drawing import Drawing
from exchange.reports.tunings import in_force, tunings_of, versions_of

CLI = "cli"
_database = click.option(
    "--database", metavar="URL", default=None, help="Default: [database] url of the configuration."
)
_as = click.option("--as", "email", metavar="EMAIL", required=True, help="The operator who does it.")
_reason = click.option("--reason", required=True, help="Why: 3 to 160 letters.")
_at = click.option("--at", "at", metavar="INSTANT", help="From when on, like 2026-11-23T05:00:00Z. Without it: now.")


def commands() -> list[click.Command]:
    """What `exchange curve` has beside `show`."""
    return [draft, ask, approve, reject, discard, activate, rollback, call_off, history]


@click.command("draft")
@click.argument("sector")
@click.argument("file", type=click.File(encoding="utf-8"))
@_as
@click.option("--revision", type=int, help="Change the draft of this revision; without it a new one is made.")
@_database
@click.pass_context
def draft(
    ctx: click.Context, sector: str, file: TextIO, email: str, revision: int | None, database: str | None
) -> None:
    """Keep a curve as a sector's draft; FILE is what `curve show ... --as json` printed, - reads it from a pipe.

    \b
    Example:
      exchange curve show points 0s:100% 10m:67% 75m:0% --over 90m --start 58 --floor 15 --as json \\
          | exchange curve draft bu - --as j.reimann@example.de
    """
    desk, user = _entered(ctx, database, email)
    kept = Drafts(desk.store).save(user, sector, _read(file), revision, CLI)
    click.echo(f"{sector}: draft, revision {kept.revision}")


@click.command("ask")
@click.argument("sector")
@_as
@_reason
@_at
@click.option("--known", is_flag=True, help="Approval makes the version known and does not put it in force.")
@_database
@click.pass_context
def ask(
    ctx: click.Context, sector: str, email: str, reason: str, at: str | None, known: bool, database: str | None
) -> None:
    """Ask for approval of the draft by somebody else.

    \b
    Example:
      exchange curve ask bu --as j.reimann@example.de --reason "buyers wait for the end" --at 2026-11-23T05:00:00Z
    """
    desk, user = _entered(ctx, database, email)
    wish = Wish(reason, not known, _instant(at))
    Drafts(desk.store).ask(user, sector, _revision(desk, sector), wish, CLI)
    click.echo(f"{sector}: waits for approval by somebody else than {user.name}")


@click.command("approve")
@click.argument("sector")
@_as
@_database
@click.pass_context
def approve(ctx: click.Context, sector: str, email: str, database: str | None) -> None:
    """Approve the draft that was asked for; refused for whoever drew it.

    \b
    Example:
      exchange curve approve bu --as m.hartwig@example.de
    """
    desk, user = _entered(ctx, database, email)
    number = CurveOffice(desk).approve(user, sector, _revision(desk, sector), CLI)
    click.echo(f"{sector}: version {number}")


@click.command("reject")
@click.argument("sector")
@_as
@_reason
@_database
@click.pass_context
def reject(ctx: click.Context, sector: str, email: str, reason: str, database: str | None) -> None:
    """Say no to the draft that was asked for: it is open again.

    \b
    Example:
      exchange curve reject pv --as olga@house.example --reason "too flat at the end"
    """
    desk, user = _entered(ctx, database, email)
    Drafts(desk.store).reject(user, sector, _revision(desk, sector), reason, CLI)
    click.echo(f"{sector}: rejected")


@click.command("discard")
@click.argument("sector")
@_as
@_database
@click.pass_context
def discard(ctx: click.Context, sector: str, email: str, database: str | None) -> None:
    """Throw the draft away.

    \b
    Example:
      exchange curve discard pv --as olga@house.example
    """
    desk, user = _entered(ctx, database, email)
    Drafts(desk.store).discard(user, sector, _revision(desk, sector), CLI)
    click.echo(f"{sector}: discarded")


@click.command("activate")
@click.argument("sector")
@click.argument("version", type=int)
@_as
@_reason
@_at
@_database
@click.pass_context
def activate(
    ctx: click.Context, sector: str, version: int, email: str, reason: str, at: str | None, database: str | None
) -> None:
    """Put a version the sector knows in force, alone, for leads listed from now or from an instant on.

    \b
    Example:
      exchange curve activate bu 15 --as j.reimann@example.de --reason "as agreed" --at 2026-11-23T05:00:00Z
    """
    desk, user = _entered(ctx, database, email)
    CurveOffice(desk).activate(user, sector, version, reason, _instant(at), CLI)
    click.echo(f"{sector}: version {version} {'from ' + at if at else 'is in force'}")


@click.command("rollback")
@click.argument("sector")
@click.option("--to", "version", type=int, help="The version to go back to; without it the one before.")
@_as
@_reason
@_database
@click.pass_context
def rollback(
    ctx: click.Context, sector: str, version: int | None, email: str, reason: str, database: str | None
) -> None:
    """Go back to an earlier version, at once: a new activation of it.

    \b
    Example:
      exchange curve rollback bu --as j.reimann@example.de --reason "revenue per lead fell"
    """
    desk, user = _entered(ctx, database, email)
    number = _before(desk, sector) if version is None else version
    CurveOffice(desk).activate(user, sector, number, reason, None, CLI)
    click.echo(f"{sector}: version {number} is in force")


@click.command("call-off")
@click.argument("sector")
@click.argument("at", metavar="INSTANT")
@_as
@_reason
@_database
@click.pass_context
def call_off(ctx: click.Context, sector: str, at: str, email: str, reason: str, database: str | None) -> None:
    """Call off what is planned for an instant.

    \b
    Example:
      exchange curve call-off pv --at 2026-12-01T06:00:00+01:00 --as olga@house.example --reason "not yet"
    """
    desk, user = _entered(ctx, database, email)
    CurveOffice(desk).call_off(user, sector, _instant(at) or 0, reason, CLI)
    click.echo(f"{sector}: nothing is planned for {at} any more")


@click.command("history")
@click.argument("sector")
@_database
@click.pass_context
def history(ctx: click.Context, sector: str, database: str | None) -> None:
    """What is in force, what will be, what was: who, when, why; and the draft, if there is one.

    \b
    Example:
      exchange curve history bu
    """
    store = opened(database or ctx.obj.database.url)
    now = store.now()
    with store.read() as connection:
        in_force(connection, sector, now)  # raises Unknown
        found = tunings_of(connection, sector, now)
        known, waiting = versions_of(connection, sector), living(connection, sector)
    if waiting is not None:
        click.echo(f"draft     revision {waiting.revision}, {waiting.state}, by {waiting.changed_by_name}")
    for one in found:
        names = ", ".join(f"v{number} {share / 100:g} %" for number, share in one.shares)
        until = f" until {to_text(one.until_at)}" if one.until_at is not None else ""
        who = f", {one.kind} by {one.by}" if one.kind else ""
        click.echo(f"{one.state:<10}{names}  from {to_text(one.from_at)}{until}{who}")
        if one.reason:
            click.echo(f"          {one.reason}")
    idle = sorted(known.keys() - {number for one in found for number, _ in one.shares})
    if idle:
        click.echo(f"known     {', '.join(f'v{number}' for number in idle)}")


def _entered(ctx: click.Context, database: str | None, email: str) -> tuple[Desk, User]:
    store = opened(database or ctx.obj.database.url)
    with store.read() as connection:
        user = user_by_email(connection, email)
    if user is None:
        raise click.UsageError(f"no user {email} may log in")
    return Desk(store), user


def _revision(desk: Desk, sector: str) -> int:
    """The draft as it is now: one line of the terminal is one look."""
    with desk.store.read() as connection:
        found = living(connection, sector)
    if found is None:
        raise click.ClickException(f"{sector} has no draft")
    return found.revision


def _before(desk: Desk, sector: str) -> int:
    """The main version that was in force before the one that is."""
    now = desk.store.now()
    with desk.store.read() as connection:
        main = in_force(connection, sector, now).main
        past = [one for one in tunings_of(connection, sector, now) if one.state == "past"]
    found = (max(one.shares, key=lambda arm: (arm[1], -arm[0]))[0] for one in past)
    number = next((one for one in found if one != main), None)
    if number is None:
        raise click.ClickException(f"{sector} has no earlier version")
    return number


def _read(file: TextIO) -> Drawing:
    try:
        data = json.load(file)
        return Drawing(Curve.from_payload(data["curve"]), int(data["start_cents"]), int(data["floor_cents"]))
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise Invalid("file", "give what `exchange curve show ... --as json` prints") from error


def _instant(text: str | None) -> Instant | None:
    if text is None:
        return None
    try:
        return from_text(text)
    except (ValueError, ExchangeError) as error:
        raise click.UsageError(f"{text!r}: an instant in UTC, like 2026-11-23T05:00:00Z") from error
