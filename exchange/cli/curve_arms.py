"""`exchange curve arms`: curve versions that run side by side, compared; putting them in force, retiring one."""

import click

from exchange.cli.accepted import accepted
from exchange.cli.opened import opened
from exchange.clock import SystemClock
from exchange.config import Config
from exchange.desk import Desk
from exchange.errors import Invalid, Unknown
from exchange.operators.arms import ArmsOffice, without
from exchange.operators.terminal import TERMINAL
from exchange.reports.arm_figures import Comparison, Verdict
from exchange.reports.arms import comparison, runs
from exchange.reports.resampling import Estimate
from exchange.reports.schedules import Rulebook

_database = click.option(
    "--database", metavar="URL", default=Config().database.url, show_default=True, help="Which exchange."
)
_reason = click.option("--reason", required=True, help="Why; it stands in the operators' log.")
_UNITS = {"revenue": (100, "EUR"), "sell_through": (0.01, "%"), "price": (100, "EUR"), "age": (60_000_000, "min")}


@click.group("arms")
def arms() -> None:
    """Curve versions in force at once: each new lead draws one of them."""


@arms.command("show")
@click.argument("sector")
@click.option("--run", "wanted", type=int, help="Number of the order that began it; the latest unless given.")
@_database
def show(sector: str, wanted: int | None, database: str) -> None:
    """Compare a sector's arms: revenue per lead, seats sold, price and running time at sale, with 95 % intervals.

    \b
    exchange curve arms show pv
    """
    store = opened(database)
    now = SystemClock().now()
    with store.read() as connection:
        known = runs(connection, sector, now)
        run = next((one for one in known if wanted in (None, one.seq)), None)
        if run is None:
            raise click.UsageError(f"{sector} has no such run of arms")
        found = comparison(connection, Rulebook(), sector, run, now)
    shares = dict(run.shares_bp)
    for one in found.arms:
        click.echo(f"v{one.arm}  {shares[one.arm] / 100:.2f} %  {one.leads} leads count, {one.waiting} do not yet")
        for key in _UNITS:
            click.echo(f"  {key:<13} {_said(key, one.figures[key])}  {_apart(key, one.apart.get(key))}".rstrip())
    click.echo(_verdict(found.verdict))
    click.echo(_seed(found))


@arms.command("put")
@click.argument("sector")
@click.argument("shares", nargs=-1, required=True, metavar="VERSION=PERCENT...")
@_reason
@_database
def put(sector: str, shares: tuple[str, ...], reason: str, database: str) -> None:
    """Put versions the sector knows in force with these shares, for leads listed from now on.

    \b
    exchange curve arms put pv 14=50 15=50 --reason "does a slower fall earn more?"
    """
    _put(Desk(opened(database)), sector, dict(map(_share, shares)), reason)


@arms.command("retire")
@click.argument("sector")
@click.argument("version", type=int)
@_reason
@_database
def retire(sector: str, version: int, reason: str, database: str) -> None:
    """Take one arm out; the others share its part in proportion.

    \b
    exchange curve arms retire pv 15 --reason "earned less per lead"
    """
    desk = Desk(opened(database))
    try:
        left = without(ArmsOffice(desk).shares(sector), version)
    except (Invalid, Unknown) as error:
        raise click.UsageError(str(error)) from error
    _put(desk, sector, left, reason)


def _put(desk: Desk, sector: str, shares_bp: dict[int, int], reason: str) -> None:
    try:
        accepted(ArmsOffice(desk).put_by(TERMINAL, sector, shares_bp, reason))
    except (Invalid, Unknown) as error:
        raise click.UsageError(str(error)) from error
    click.echo(f"{sector}: " + ", ".join(f"v{number} {bp / 100:g} %" for number, bp in sorted(shares_bp.items())))


def _share(text: str) -> tuple[int, int]:
    number, _, percent = text.rstrip("%").partition("=")
    whole, _, rest = percent.partition(".")
    if not number.lstrip("v").isdecimal() or not whole.isdecimal() or len(rest) > 2 or (rest and not rest.isdecimal()):
        raise click.UsageError(f"{text!r}: write a version and its per cent, like 14=50")
    return int(number.lstrip("v")), int(whole) * 100 + int(rest.ljust(2, "0") or 0)


def _said(key: str, found: Estimate | None) -> str:
    if found is None:
        return "too few cases"
    scale, unit = _UNITS[key]
    low, value, high = (one / scale for one in (found.low, found.value, found.high))
    return f"{value:.2f} {unit} ({low:.2f} to {high:.2f}, n={found.cases})"


def _apart(key: str, found: Estimate | None) -> str:
    if found is None:
        return ""
    return f"apart {_said(key, found)}" + ("" if found.excludes_zero else ": no difference to be seen")


def _verdict(verdict: Verdict) -> str:
    said = {
        "single": "one arm only: nothing to compare",
        "waiting": f"the rule looks again at {verdict.next_look} finished leads of each arm, there are {verdict.cases}",
        "decided": f"decided at {verdict.look} leads of each arm: v{verdict.arm} {_said('revenue', verdict.apart)} "
        f"per lead at level {verdict.level:.3f}",
        "none_found": f"no difference found after {verdict.look} leads of each arm: the comparison is over",
    }
    return said[verdict.state]


def _seed(found: Comparison) -> str:
    return f"reference v{found.reference}, seed {found.seed}"
