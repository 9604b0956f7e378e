"""`exchange sector`: opening a market, stopping it for a while, going on."""

import click

from exchange.calendars import make_calendar
from exchange.catalogue import SECTORS, defaults_of
from exchange.cli.accepted import accepted
from exchange.cli.opened import opened
from exchange.cli.sector_edit import edit, rates, show
from exchange.config import Config
from exchange.desk import Desk
from exchange.money import BasisPoints
from exchange.operators.terminal import noted
from exchange.orderbook.order import Arm
from exchange.orderbook.sharing import MOST_FACTOR_BP
from exchange.pricing.curve import CurveVersion
from exchange.pricing.hours import Window
from exchange.script.mistake import Mismatch
from exchange.script.windows import take_windows
from exchange.script.words import Words, split

_database = click.option(
    "--database",
    metavar="URL",
    default=Config().database.url,
    show_default=True,
    help="Which exchange.",
)
_code = click.Choice(list(SECTORS))


class Hours(click.ParamType[tuple[Window, ...]]):
    """Opening hours as trading scripts write them: ``Mo-Fr 08:00-20:00,Sa 09:00-14:00``."""

    name = "hours"

    def convert(
        self, value: str | tuple[Window, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Window, ...]:
        """The windows, or a usage error."""
        if isinstance(value, tuple):
            return value
        try:
            words = Words(split(value))
            windows = take_windows(words)
            words.end()
        except Mismatch as mismatch:
            self.fail(str(mismatch), param, ctx)
        return windows


@click.group()
def sector() -> None:
    """Markets: one for each kind of enquiry, with its own questions, prices, curve and hours."""


for _command in (show, edit, rates):
    sector.add_command(_command)


@sector.command("open")
@click.argument("codes", type=_code, nargs=-1, metavar="CODE...")
@click.option("--all", "everything", is_flag=True, help=f"All of them: {', '.join(SECTORS)}.")
@click.option("--hours", type=Hours(), default=(), help="When prices fall, Berlin time; always, unless given.")
@click.option("--no-holidays", is_flag=True, help="Prices fall on public holidays too.")
@click.option("--fee-bp", type=click.IntRange(0, 10_000), default=1_000, show_default=True, help="Our share of a sale.")
@click.option("--vat-bp", type=click.IntRange(0, 10_000), default=1_900, show_default=True, help="VAT on a sale.")
@_database
def open_(
    codes: tuple[str, ...],
    everything: bool,
    hours: tuple[Window, ...],
    no_holidays: bool,
    fee_bp: BasisPoints,
    vat_bp: BasisPoints,
    database: str,
) -> None:
    """Open markets with the questions, prices and curve the catalogue gives them. Rates are basis points: 1900 is 19 %.

    \b
    exchange sector open --all
    exchange sector open pv wp --hours "Mo-Fr 08:00-20:00,Sa 09:00-14:00" --fee-bp 1200
    """
    chosen = tuple(SECTORS) if everything else codes
    if not chosen:
        raise click.UsageError("name the sectors to open, or say --all")
    calendar = make_calendar(1, hours, with_holidays=not no_holidays)
    desk = _desk(database)
    for code in chosen:
        known = SECTORS[code]
        answer = noted(desk, "sector.open", {"sector": code}, {"fee_bp": fee_bp, "vat_bp": vat_bp}).open_sector(
            code,
            tick_cents=known.tick_cents,
            most_seats=known.most_seats,
            fee_bp=fee_bp,
            vat_bp=vat_bp,
            calendar=calendar,
            claims=known.claims,
            arms=(Arm(CurveVersion(1, f"{code}-1", defaults_of(code).curve), 10_000),),
        )
        accepted(answer)
        accepted(desk.set_sharing(code, buyout_bp=known.buyout_bp, seat_bp=known.seat_bp))
        click.echo(f"{code}: open")


@sector.command()
@click.argument("code", type=_code)
@click.option("--buyout-bp", type=click.IntRange(0, MOST_FACTOR_BP), required=True, help="0: no lead is bought out.")
@click.option("--seat-bp", type=click.IntRange(0, 10_000), required=True, help="0: no lead is converted.")
@_database
def share(code: str, buyout_bp: BasisPoints, seat_bp: BasisPoints, database: str) -> None:
    """Set what a whole shared lead costs and what a seat starts at when an exclusive lead is converted, of the ask.

    \b
    exchange sector share pv --buyout-bp 25000 --seat-bp 6000
    """
    after = {"buyout_bp": buyout_bp, "seat_bp": seat_bp}
    desk = noted(_desk(database), "sector.share", {"sector": code}, after)
    accepted(desk.set_sharing(code, buyout_bp=buyout_bp, seat_bp=seat_bp))
    click.echo(f"{code}: a whole lead {buyout_bp / 100:g} % of the ask, a seat {seat_bp / 100:g} %")


@sector.command()
@click.argument("code", type=_code)
@click.argument("reason")
@_database
def halt(code: str, reason: str, database: str) -> None:
    """Stop a market: prices stand still and nobody buys; bids may still be changed.

    \b
    exchange sector halt pv "price feed under review"
    """
    desk = _desk(database)
    accepted(noted(desk, "sector.halt", {"sector": code}, {"reason": reason[:200]}).halt(code, reason=reason))
    click.echo(f"{code}: halted")


@sector.command()
@click.argument("code", type=_code)
@_database
def resume(code: str, database: str) -> None:
    """Let a market go on from where it stood.

    \b
    exchange sector resume pv
    """
    desk = _desk(database)
    accepted(noted(desk, "sector.resume", {"sector": code}).resume(code))
    click.echo(f"{code}: goes on")


def _desk(database: str) -> Desk:
    return Desk(opened(database))
