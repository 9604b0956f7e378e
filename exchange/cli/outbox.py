"""``exchange outbox``: what leaves the house, what waits, what was given up; and to try it again."""

import json
from dataclasses import asdict
from typing import Any

import click

from exchange.errors import Unknown
from exchange.instant import Instant, to_text
from exchange.payload import parse
from exchange.reports.outbox import STATES, Posted, posted, posted_one
from exchange.store import Store, open_store
from exchange.store.engine import instant_of
from exchange.store.outbox import revive

_database = click.option(
    "--database", metavar="URL", default=None, help="Default: [database] url of the configuration."
)
_as_json = click.option("--json", "as_json", is_flag=True, help="JSON, for programs.")


@click.group()
def outbox() -> None:
    """What leaves the house: who is told of a sale, a claim or an end, and whether they were.

    Messages name ids only. They are written where [courier] carrier is set, and carried by `exchange jobs` or `exchange
    serve`.
    """


@outbox.command("list")
@click.argument("state", type=click.Choice(list(STATES)), default="waiting")
@click.option("--most", type=click.IntRange(1, 10_000), default=50, show_default=True, help="At most so many.")
@_as_json
@_database
@click.pass_context
def list_(ctx: click.Context, state: str, most: int, as_json: bool, database: str | None) -> None:
    """The messages that wait, or were given up (dead), or are done with (sent), newest first.

    \b
    Examples:
      exchange outbox list
      exchange outbox list dead --json
    """
    with _store(ctx, database).read() as connection:
        found = posted(connection, state, most)
    if as_json:
        click.echo(json.dumps([_data(one) for one in found], indent=1))
        return
    for one in found:
        says = f"{one.topic} to {one.organisation}, tries: {one.attempts}"
        click.echo(f"{one.delivery_id}  {_second(one.posted_at)}  {says}{_why(one)}")
    if not found:
        click.echo("None.")


@outbox.command()
@click.argument("delivery_id")
@_database
@click.pass_context
def show(ctx: click.Context, delivery_id: str, database: str | None) -> None:
    """One message, all of it, as JSON.

    \b
    Example:
      exchange outbox show 3f0c8a52-1f6d-8a0e-9c41-5f2b1a7d9e00
    """
    with _store(ctx, database).read() as connection:
        found = posted_one(connection, delivery_id)
    if found is None:
        raise Unknown("delivery", delivery_id)
    click.echo(json.dumps(_data(found), indent=1))


@outbox.command()
@click.argument("delivery_ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All that were given up.")
@_database
@click.pass_context
def retry(ctx: click.Context, delivery_ids: tuple[str, ...], every: bool, database: str | None) -> None:
    """Try again what was given up: these messages, or all. They keep their delivery ids.

    \b
    Examples:
      exchange outbox retry 3f0c8a52-1f6d-8a0e-9c41-5f2b1a7d9e00
      exchange outbox retry --all
    """
    if every == bool(delivery_ids):
        raise click.UsageError("name messages, or say --all")
    store = _store(ctx, database)
    with store.write_aside() as connection:
        revived = revive(connection, instant_of(connection, store.clock), None if every else delivery_ids)
    if delivery_ids and revived < len(set(delivery_ids)):
        click.echo(f"{len(set(delivery_ids)) - revived} of these were not given up, or are unknown.", err=True)
    click.echo(f"Tried again: {revived}.")


def _store(ctx: click.Context, database: str | None) -> Store:
    return open_store(database or ctx.obj.database.url)


def _data(one: Posted) -> dict[str, Any]:
    """Instants as text, the names as an object, nothing that is not there."""
    data = asdict(one) | {"names": parse(one.payload)}
    del data["payload"]
    for name in ("posted_at", "next_at", "done_at"):
        data[name] = None if data[name] is None else to_text(data[name])
    return {name: value for name, value in data.items() if value is not None}


def _second(at: Instant) -> str:
    return to_text(at)[:19] + "Z"


def _why(one: Posted) -> str:
    """When it is tried again, and what went wrong."""
    due = "" if one.next_at is None else f", next {_second(one.next_at)}"
    return due + (f" ({one.last_error})" if one.last_error else "")
