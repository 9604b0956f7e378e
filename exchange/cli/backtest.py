"""``exchange backtest``: a period of the past under other terms, for standing bids only."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import click

from exchange.backtest.report import Asked, Progress, back_test
from exchange.backtest.scenario import Scenario
from exchange.calendars import BERLIN, make_calendar
from exchange.cli.backtest_text import as_text
from exchange.cli.curve import AMOUNT
from exchange.cli.opened import opened
from exchange.cli.sector import Hours
from exchange.errors import Unknown
from exchange.instant import Instant, from_datetime
from exchange.money import BasisPoints, Cents
from exchange.pricing.curve import CurveVersion
from exchange.pricing.hours import Window
from exchange.reports.tunings import versions_of
from exchange.script.curves import take_curve
from exchange.script.measure import read_rate
from exchange.script.mistake import Mismatch
from exchange.script.words import Words, split
from exchange.store import Store

DRAFT, OTHER_HOURS = 0, 0
"""Numbers no curve and no calendar of a sector has."""


class CurveText(click.ParamType[Any]):
    """A version's number, or a curve as trading scripts write it: ``exponential half-life 2h over 3d hold 5%``."""

    name = "curve"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, or the curve; a usage error for anything else."""
        if not isinstance(value, str) or value.isdecimal():
            return int(value) if isinstance(value, str) else value
        try:
            words = Words(split(value))
            curve = take_curve(words)
            words.end()
        except Mismatch as mismatch:
            self.fail(str(mismatch), param, ctx)
        return CurveVersion(DRAFT, value, curve)


class FloorText(click.ParamType[Any]):
    """An amount in EUR, or a share of the start price: ``25``, ``25.50``, ``30%``."""

    name = "floor"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Basis points or cents under their names."""
        if not isinstance(value, str):
            return value
        if not value.endswith("%"):
            return {"floor_cents": AMOUNT.convert(value, param, ctx)}
        try:
            return {"floor_bp": read_rate(value)}
        except Mismatch as mismatch:
            self.fail(str(mismatch), param, ctx)


_DAY: dict[str, Any] = {"type": click.DateTime(["%Y-%m-%d"]), "metavar": "DAY"}


@click.command()
@click.argument("sector")
@click.option("--database", metavar="URL", default=None, help="Default: [database] url of the configuration.")
@click.option("--from", "first", help="First day of the leads, in Berlin. Default: the tape's first.", **_DAY)
@click.option("--to", "last", help="Last day. Default: as far as the tape is settled.", **_DAY)
@click.option("--curve", type=CurveText(), help="A version's number, or a curve in words.")
@click.option("--hours", type=Hours(), help='Opening hours, like "Mo-Fr 08:00-20:00".')
@click.option("--always-open", is_flag=True, help="Prices fall day and night.")
@click.option("--floor", type=FloorText(), help="Lowest price in EUR, or a share of the start price like 30%.")
@click.option("--tick", "tick_cents", type=AMOUNT, help="Smallest fall in EUR.")
@click.option("--seats", type=click.IntRange(1, 32), help="Seats of every lead.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON, the changed leads too.")
@click.pass_context
def backtest(
    ctx: click.Context,
    sector: str,
    database: str | None,
    first: datetime | None,
    last: datetime | None,
    curve: int | CurveVersion | None,
    hours: tuple[Window, ...] | None,
    floor: dict[str, BasisPoints | Cents] | None,
    tick_cents: Cents | None,
    seats: int | None,
    *,
    always_open: bool,
    as_json: bool,
) -> None:
    """Play a period of the past again under other terms, with its standing bids and the rules of the market itself.

    First the period is decided anew on its own terms and compared with the tape, outcome for outcome. Then twice
    without those who bought by hand: as it was, and on the terms given here. Beside it stands what leads earned that
    truly ran each curve. The report says what it leaves out.

    \b
    exchange backtest pv --curve "exponential half-life 6h over 2d hold 5%"
    exchange backtest pv --from 2026-03-01 --to 2026-03-31 --curve 3 --floor 30%
    exchange backtest bu --hours "Mo-Fr 08:00-18:00" --seats 2 --json
    """
    if hours is not None and always_open:
        raise click.UsageError("opening hours, or always open: not both")
    store = opened(database or ctx.obj.database.url)
    try:
        calendar = make_calendar(OTHER_HOURS, hours or ()) if hours is not None or always_open else None
        version = _version(store, sector, curve)
        scenario = Scenario(version, calendar, tick_cents=tick_cents, seats=seats, **(floor or {}))
        since, until = _midnight(first, 0) or 0, _midnight(last, 1) or store.now()
        with _progress() as told:
            report = back_test(store, Asked(sector, since, until, scenario), told)
    finally:
        store.close()
    click.echo(json.dumps(report.to_payload(), indent=2, ensure_ascii=False) if as_json else as_text(report))


def _version(store: Store, sector: str, curve: int | CurveVersion | None) -> CurveVersion | None:
    if not isinstance(curve, int):
        return curve
    with store.read() as connection:
        known = versions_of(connection, sector)
    if curve not in known:
        raise Unknown("curve version", curve)
    return known[curve]


def _midnight(day: datetime | None, later: int) -> Instant | None:
    return None if day is None else from_datetime((day + timedelta(days=later)).replace(tzinfo=BERLIN))


@contextmanager
def _progress() -> Iterator[Progress]:
    """A line on standard error; none where that is no terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    yield lambda done, total: click.echo(f"\r{100 * done // max(total, 1):>3} %", nl=False, err=True)
    click.echo("\r", nl=False, err=True)
