"""``exchange replay``: the market as it stood at an instant, or played from one instant to another."""

import json
import sys
import time
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
from rich.console import Console, Group
from rich.live import Live
from rich.table import Column, Table

from exchange.calendars import BERLIN
from exchange.cli.opened import opened
from exchange.errors import Unknown
from exchange.instant import SECOND_US, Instant, from_datetime, to_datetime, to_text
from exchange.member import HOUSE
from exchange.moment.state import State
from exchange.moment.views import board, depth, in_figures, purses
from exchange.reports import Connection
from exchange.reports.stretch import events_between
from exchange.store.past import Past
from exchange.store.roots import first_seq, head_seqs
from exchange.store.snapshots import state_at, uncollected

FRAME_S = 0.25


class Moment(click.ParamType[Instant]):
    """An instant with its zone, or Berlin's time."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Instant:
        """``2026-11-19T14:28``, ``2026-11-19T13:28:03.412Z``; anything else fails."""
        if isinstance(value, int):
            return value
        try:
            told = datetime.fromisoformat(value)
        except ValueError:
            self.fail("write an instant like 2026-11-19T14:28 (Berlin) or 2026-11-19T13:28:03.412Z", param, ctx)
        return from_datetime(told if told.tzinfo else told.replace(tzinfo=BERLIN))


@click.command()
@click.option("--database", metavar="URL", default=None, help="Default: [database] url of the configuration.")
@click.option("--sector", metavar="CODE", help="One sector; --at shows all of them otherwise, playing needs one.")
@click.option("--at", type=Moment(), help="Show the exchange as it stood then.")
@click.option("--from", "from_at", type=Moment(), help="Play from here ...")
@click.option("--to", "until_at", type=Moment(), help="... to here.")
@click.option(
    "--speed", type=click.FloatRange(0, min_open=True), default=60.0, show_default=True, help="Times as fast."
)
@click.option("--most", type=click.IntRange(1), default=12, show_default=True, help="Lines of the board.")
@click.option("--json", "as_json", is_flag=True, help="As JSON; what is played then comes at once, an outcome a line.")
@click.pass_context
def replay(
    ctx: click.Context,
    database: str | None,
    sector: str | None,
    at: Instant | None,
    from_at: Instant | None,
    until_at: Instant | None,
    *,
    speed: float,
    most: int,
    as_json: bool,
) -> None:
    """The exchange as it stood at an instant of the past, board, book and wallets, from the tapes alone.

    With --from and --to the board plays, as fast as --speed says, and ends with a summary. Ctrl-C ends it sooner.
    `exchange snapshots` says which states are kept so that this takes no longer than it does.

    \b
    exchange replay --at 2026-11-19T14:28
    exchange replay --at 2026-11-19T13:28:03.412Z --sector bu --json
    exchange replay --sector bu --from 2026-11-19T13:50 --to 2026-11-19T14:50 --speed 600
    """
    playing = from_at is not None and until_at is not None
    if (at is None) != playing or (playing and sector is None):
        raise click.UsageError("give --at, or --sector with --from and --to")
    store = opened(database or ctx.obj.database.url)
    try:
        with store.read() as connection:
            known = sorted(head_seqs(connection))
            if sector is not None and sector not in known:
                raise Unknown("sector", sector)
            if at is not None:
                _show(connection, [sector] if sector else known, at, most, as_json=as_json)
            elif from_at is not None and until_at is not None and sector is not None:
                _play(connection, sector, from_at, until_at, speed, most, as_json=as_json)
    finally:
        store.close()


def _show(connection: Connection, sectors: list[str], at: Instant, most: int, *, as_json: bool) -> None:
    states = {sector: state_at(connection, sector, at) for sector in sectors}
    members = purses(states.values()) if HOUSE in states else []
    markets = {sector: state for sector, state in states.items() if sector != HOUSE}
    if as_json:
        told = {sector: _data(state) for sector, state in markets.items()}
        click.echo(json.dumps({"at": to_text(at), "sectors": told, "wallets": [asdict(one) for one in members]}))
        return
    console = Console()
    for state in markets.values():
        console.print(_picture(state, at, most))
    if members:
        table = Table("member", *(_right(name) for name in ("free", "reserved", "pending", "payable")), box=None)
        for one in members:
            amounts = (one.wallet_cents, one.reserved_cents, one.pending_cents, one.payable_cents)
            table.add_row(one.organisation, *(_euros(cents) for cents in amounts))
        console.print(table)


def _data(state: State) -> dict[str, Any]:
    offers = [
        asdict(one) | {"listed_at": to_text(one.listed_at), "next_at": _text(one.next_at)} for one in board(state)
    ]
    return asdict(in_figures(state)) | {
        "seq": state.seq,
        "hash": state.replay.head.hash,
        "board": offers,
        "depth": [asdict(level) for level in depth(state)],
    }


def _text(at: Instant | None) -> str | None:
    return None if at is None else to_text(at)


def _play(
    connection: Connection, sector: str, from_at: Instant, until_at: Instant, speed: float, most: int, *, as_json: bool
) -> None:
    if until_at <= from_at:
        raise click.UsageError("--to lies after --from")
    if as_json:
        for event in events_between(connection, sector, from_at, until_at):
            click.echo(json.dumps({"seq": event.seq, "at": to_text(event.at), "kind": event.kind} | event.payload))
    else:
        _live(connection, sector, from_at, until_at, speed, most)
    _summary(connection, sector, from_at, until_at, as_json=as_json)


def _live(connection: Connection, sector: str, from_at: Instant, until_at: Instant, speed: float, most: int) -> None:
    state = state_at(connection, sector, from_at)
    past, head = Past(connection, state), head_seqs(connection)[sector]
    watched = sys.stdout.isatty()
    began, at = time.monotonic(), from_at
    with Live(console=Console(), auto_refresh=False, transient=True) as live:
        while at < until_at and watched:
            at = min(from_at + int((time.monotonic() - began) * speed * SECOND_US), until_at)
            with uncollected():
                past.run(first_seq(connection, sector, at + 1, head) - 1)
                state.settle(max(at, state.book.settled_until))
            live.update(_picture(state, at, most), refresh=True)
            time.sleep(FRAME_S)
    Console().print(_picture(state if watched else state_at(connection, sector, until_at), until_at, most))


def _summary(connection: Connection, sector: str, from_at: Instant, until_at: Instant, *, as_json: bool) -> None:
    """What happened meanwhile, in figures."""
    counts: dict[str, int] = {}
    sold_cents = 0
    for event in events_between(connection, sector, from_at, until_at):
        counts[event.kind] = counts.get(event.kind, 0) + 1
        sold_cents += event.payload["ask_cents"] if event.kind == "filled" else 0
    if as_json:
        click.echo(json.dumps({"summary": counts, "sold_cents": sold_cents}))
        return
    told = ", ".join(f"{many} {kind}" for kind, many in sorted(counts.items(), key=lambda one: -one[1]))
    click.echo(f"{sector}: {told or 'nothing happened'}; sold for {_euros(sold_cents)} net")


def _picture(state: State, at: Instant, most: int) -> Group:
    """A board with its figures."""
    told = in_figures(state)
    title = f"{state.sector}  {to_datetime(at).astimezone(BERLIN):%Y-%m-%d %H:%M:%S}  entry {state.seq}"
    line = (
        f"{told.open} open, lowest {_euros(told.lowest_cents)}, median {_euros(told.median_cents)}, "
        f"{told.bids} bids for {told.wanted} leads{', halted' if told.halted else ''}"
    )
    table = Table("lead", "region", _right("ask"), _right("seats"), _right("next in"), box=None)
    for one in board(state)[:most]:
        wait = "-" if one.next_at is None else f"{max(one.next_at - at, 0) // SECOND_US} s"
        seats = f"{one.sold}/{one.seats}"
        table.add_row(one.listing_id, one.region, _euros(one.ask_cents), seats, wait)
    return Group(f"[bold]{title}[/bold]", line, table, "")


def _right(name: str) -> Column:
    return Column(name, justify="right")


def _euros(cents: int | None) -> str:
    return "-" if cents is None else f"{cents // 100:,}.{cents % 100:02d} EUR" if cents >= 0 else f"-{_euros(-cents)}"
