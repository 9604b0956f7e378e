"""`exchange curve show`: a price curve before anybody trades on it, as table, JSON, plot or picture."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import Any

import click

from exchange.cli.curve_arms import arms
from exchange.cli.curve_drafts import commands
from exchange.cli.curve_plot import in_terminal, to_png
from exchange.errors import Invalid
from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from exchange.money import format_amount
from exchange.pricing.curve import (
    Curve,
    Exponential,
    Hyperbolic,
    Linear,
    Logistic,
    Points,
    Shape,
    Stairs,
    Steps,
    TwoPhase,
    family_of,
)
from exchange.pricing.table import PriceTable, compile_table
from exchange.script.measure import read_duration, read_number, read_rate, read_share
from exchange.script.mistake import Mismatch

_EUROS = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII)


class Spelled(click.ParamType[Any]):
    """A value in the spelling of trading scripts; ``read`` raises Mismatch, which says how to write it."""

    def __init__(self, name: str, read: Callable[[str], object]) -> None:
        self.name, self.read = name, read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value read, or a usage error."""
        if not isinstance(value, str):
            return value
        try:
            return self.read(value)
        except Mismatch as mismatch:
            self.fail(str(mismatch), param, ctx)


def _euros(text: str) -> int:
    if not _EUROS.fullmatch(text):
        raise Mismatch(repr(text), "an amount in EUR like 48 or 48.50")
    return int(Decimal(text).scaleb(2))


def _point(text: str) -> tuple[int, Decimal]:
    at, _, share = text.partition(":")
    expected = "a point like 10m:80%"
    return read_duration(at, expected), read_share(share, expected)


DURATION = Spelled("duration", read_duration)
AMOUNT = Spelled("amount", _euros)
SHARE = Spelled("share", read_share)
RATE = Spelled("rate", read_rate)
NUMBER = Spelled("number", lambda text: read_number(text, "a number like 0.77"))
POINT = Spelled("point", _point)

COMMON = [
    click.option("--over", type=DURATION, required=True, help="Running time, like 3d: then the listing expires."),
    click.option("--start", type=AMOUNT, required=True, help="Start price in EUR, net."),
    click.option("--floor", type=AMOUNT, required=True, help="Lowest price in EUR, net."),
    click.option("--tick", type=AMOUNT, default="0.50", show_default=True, help="Smallest change of price in EUR."),
    click.option("--grace", type=DURATION, default="0s", show_default=True, help="Time at the start price."),
    click.option("--hold", type=RATE, default="5%", show_default=True, help="Last part of --over, at the floor."),
    click.option(
        "--as", "form", type=click.Choice(["table", "json", "plot"]), default="table", show_default=True, help="Output."
    ),
    click.option("--png", type=click.Path(dir_okay=False, path_type=Path), help="Draw it into this file as well."),
]

_COMMON = ("over", "start", "floor", "tick", "grace", "hold")


@click.group("curve")
def curve() -> None:
    """Price curves: how an ask falls from the start price to the floor."""


curve.add_command(arms)
for _command in commands():
    curve.add_command(_command)


@curve.group("show")
def show() -> None:
    """Print the schedule of a curve: every price and when it comes, in running time.

    Nothing is stored. Pick the family, say the prices, look at the fall:

    \b
      exchange curve show linear --over 3d --start 90 --floor 30
      exchange curve show exponential --half-life 2h --over 3d --start 90 --floor 30 --grace 10m --as plot
      exchange curve show points 0s:100% 10m:80% 1h:40% --over 2h --start 90 --floor 30 --as json
      exchange curve show hyperbolic --scale 2.2d --exponent 0.77 --over 30d --start 90 --floor 5 --png aged.png

    Each family has a help of its own: exchange curve show stairs --help
    """


def family(name: str) -> Callable[[Callable[..., Shape]], click.Command]:
    """A command that makes a shape from its own options and shows it under the common ones."""

    def command(make: Callable[..., Shape]) -> click.Command:
        @wraps(make)
        def run(*, form: str, png: Path | None, **given: Any) -> None:
            over, start, floor, tick, grace, hold_bp = (given.pop(name) for name in _COMMON)
            try:
                shown = Curve(make(**given), over, grace, hold_bp)
                table = compile_table(start, floor, tick, shown)
            except Invalid as invalid:
                raise click.UsageError(str(invalid)) from invalid
            click.echo({"table": as_table, "json": as_json, "plot": as_plot}[form](shown, table))
            if png is not None:
                to_png(table, title(shown, table), png)
                click.echo(f"drawn into {png}", err=True)

        for option in reversed(COMMON):
            run = option(run)
        return show.command(name)(run)

    return command


@family("linear")
def linear() -> Shape:
    """The same amount every second, from the start price to the floor.

    \b
      exchange curve show linear --over 10m --start 90 --floor 30 --hold 0%
    """
    return Linear()


@family("exponential")
@click.option("--half-life", type=DURATION, required=True, help="Time in which the price halves, until the floor.")
def exponential(half_life: int) -> Shape:
    """Halves in every half-life, until the floor.

    \b
      exchange curve show exponential --half-life 2h --over 3d --start 90 --floor 30 --as plot
    """
    return Exponential(half_life)


@family("stairs")
@click.option("--every", type=DURATION, required=True, help="Time between two falls.")
@click.option("--drop", type=SHARE, required=True, help="Share of the price that each fall takes off.")
def stairs(every: int, drop: Decimal) -> Shape:
    """A share off the price, again and again, until the floor.

    \b
      exchange curve show stairs --every 15m --drop 5% --over 1d --start 90 --floor 30
    """
    return Stairs(every, drop)


@family("steps")
@click.argument("points", type=POINT, nargs=-1, required=True)
def steps(points: tuple[tuple[int, Decimal], ...]) -> Shape:
    """Given prices at given times: shares of the way from the floor to the start price.

    \b
      exchange curve show steps 0s:100% 5m:80% 1h:50% --over 2h --start 90 --floor 30
    """
    return Steps(points)


@family("points")
@click.argument("points", type=POINT, nargs=-1, required=True)
def points(points: tuple[tuple[int, Decimal], ...]) -> Shape:
    """Straight lines through given points, at most 16: shares of the way from the floor to the start price.

    \b
      exchange curve show points 0s:100% 10m:80% 1h:40% --over 2h --start 90 --floor 30
    """
    return Points(points)


@family("hyperbolic")
@click.option("--scale", type=DURATION, required=True, help="Time after which the price is 2^-exponent of the start.")
@click.option("--exponent", type=NUMBER, required=True, help="How steep: 0.77 is how leads age.")
def hyperbolic(scale: int, exponent: Decimal) -> Shape:
    """Fast at first, then a long tail: (1 + t/scale)^-exponent of the start price, until the floor.

    \b
      exchange curve show hyperbolic --scale 2.2d --exponent 0.77 --over 30d --start 90 --floor 5 --as plot
    """
    return Hyperbolic(scale, exponent)


@family("two-phase")
@click.option("--weight", type=NUMBER, required=True, help="Part of the price that falls with the first half-life.")
@click.option("--half-life", type=DURATION, required=True, help="Half-life of that part.")
@click.option("--second-half-life", type=DURATION, required=True, help="Half-life of the rest.")
def two_phase(weight: Decimal, half_life: int, second_half_life: int) -> Shape:
    """A fresh part that falls fast and an aged part that falls slowly, until the floor.

    \b
      exchange curve show two-phase --weight 0.88 --half-life 4d --second-half-life 100d \\
          --over 30d --start 90 --floor 5
    """
    return TwoPhase(weight, half_life, second_half_life)


@family("logistic")
@click.option("--midpoint", type=DURATION, required=True, help="When the price falls fastest.")
@click.option("--width", type=DURATION, required=True, help="How long the fall takes, about a quarter of it.")
def logistic(midpoint: int, width: int) -> Shape:
    """Slow, then fast around a midpoint, then slow again.

    \b
      exchange curve show logistic --midpoint 6h --width 30m --over 1d --start 90 --floor 30 --as plot
    """
    return Logistic(midpoint, width)


def title(shown: Curve, table: PriceTable) -> str:
    """What is shown, in one line."""
    prices = f"{format_amount(table.start_cents)} to {format_amount(table.floor_cents)} EUR"
    return f"{family_of(shown.shape)}, {prices} over {duration_text(table.duration_us)}, {len(table.asks_cents)} prices"


def as_table(shown: Curve, table: PriceTable) -> str:
    """One line a price: running time, ask, and its share of the start price."""
    lines = [title(shown, table), f"{'after':>22} {'ask':>12} {'of start':>9}"]
    for elapsed_us, ask in zip(table.elapsed_us, table.asks_cents, strict=True):
        share = f"{Decimal(100 * ask) / table.start_cents:.1f}%"
        lines.append(f"{duration_text(elapsed_us):>22} {format_amount(ask):>12} {share:>9}")
    return "\n".join([*lines, f"{duration_text(table.duration_us):>22} {'expires':>12}"])


def as_json(shown: Curve, table: PriceTable) -> str:
    """The curve and its steps, in integers: microseconds and cents."""
    steps = [{"elapsed_us": e, "ask_cents": a} for e, a in zip(table.elapsed_us, table.asks_cents, strict=True)]
    prices = {name: getattr(table, name) for name in ("start_cents", "floor_cents", "tick_cents", "duration_us")}
    return json.dumps({"curve": shown.to_payload(), **prices, "steps": steps}, indent=2)


def as_plot(shown: Curve, table: PriceTable) -> str:
    """The fall drawn in the terminal."""
    return f"{title(shown, table)}\n{in_terminal(table, duration_text(table.duration_us))}"


def duration_text(us: int) -> str:
    """``1d2h3m4.5s``, without what is zero."""
    parts = []
    for unit, length_us in (("d", DAY_US), ("h", HOUR_US), ("m", MINUTE_US)):
        count, us = divmod(us, length_us)
        if count:
            parts.append(f"{count}{unit}")
    if us or not parts:
        seconds = f"{us // SECOND_US}.{us % SECOND_US:06d}".rstrip("0").rstrip(".")
        parts.append(f"{seconds}s")
    return "".join(parts)
