"""A back-test in words and columns for the terminal."""

from collections.abc import Callable, Iterable

from exchange.backtest.arms import ArmTruth
from exchange.backtest.comparison import Change, Difference, Side
from exchange.backtest.report import Report
from exchange.backtest.scenario import Scenario
from exchange.cli.curve import duration_text
from exchange.instant import SECOND_US, to_text
from exchange.money import format_amount
from exchange.pricing.curve import family_of
from exchange.reports.resampling import Estimate

MOST_CHANGED = 10

_NAMES = {
    "revenue": "net revenue a lead, EUR",
    "sold": "leads with a sale, %",
    "seats_sold": "seats sold, %",
    "price": "net price of a seat, EUR",
}
_UNITS: dict[str, float] = {"revenue": 100, "price": 100, "sold": 0.01, "seats_sold": 0.01}

LEFT_OUT = {
    "instant_buyers": "Who bought by hand is in neither playing: what they would have paid is not known from a tape.",
    "reactions": "Bids stay as they were entered and changed; under other prices firms would have bid otherwise.",
    "funds": "Each bid was judged on the funds of its day; money saved or spent here moves no other bid.",
    "claims": "No claim is filed, so revenue is before money given back (recorded revenue is after it).",
    "withdrawals": "Leads were withdrawn when they were, also where this curve would have sold them later.",
    "open_leads": "Leads still open at the end of the period count as unsold on both sides.",
    "suppliers": "The same leads at the same start prices at the same instants: suppliers do not react.",
}


def as_text(report: Report) -> str:
    """Everything but the long list of changed leads."""
    asked = report.asked
    lines = [
        f"{asked.sector}: leads listed from {to_text(max(asked.since, 0))} to {to_text(asked.until)}",
        f"terms here: {terms_text(asked.scenario)}",
        f"check: {report.outcomes:,} outcomes decided anew on their own terms, all as on the tape",
        "",
        f"{'':<26}{'recorded':>14}{'as it was':>14}{'here':>14}",
        f"{'instant buyers':<26}{'with':>14}{'without':>14}{'without':>14}",
        *_sides(report),
        "",
        f"{'difference, here less as it was':<34}{'':>10}{'95 % interval':>22}",
        *(_difference(one) for one in report.differences),
        f"(resampled in stretches of neighbouring leads, {report.recorded.leads:,} leads, seed {report.seed})",
        "",
        *_changed(report),
        "",
        "What leads earned that truly ran a curve (instant buyers and all):",
        *_arms(report.arms),
        f"(seed {report.arms_seed})",
        "",
        "Left out:",
        *(f"- {LEFT_OUT[code]}" for code in report.left_out),
    ]
    return "\n".join(lines)


def terms_text(scenario: Scenario) -> str:
    """What is named, in one line."""
    told = []
    if scenario.curve is not None:
        curve = scenario.curve
        told.append(f"curve {curve.name} ({family_of(curve.curve.shape)}, {duration_text(curve.curve.duration_us)})")
    if scenario.calendar is not None:
        told.append("always open" if scenario.calendar.always_open else "other opening hours")
    if scenario.floor_cents is not None:
        told.append(f"floor {format_amount(scenario.floor_cents)} EUR")
    if scenario.floor_bp is not None:
        told.append(f"floor {scenario.floor_bp / 100:g} % of the start price")
    if scenario.tick_cents is not None:
        told.append(f"tick {format_amount(scenario.tick_cents)} EUR")
    if scenario.seats is not None:
        told.append(f"seats {scenario.seats}")
    return ", ".join(told) or "as it was"


def _sides(report: Report) -> Iterable[str]:
    figures: tuple[tuple[str, Callable[[Side], str]], ...] = (
        ("leads", lambda side: f"{side.leads:,}"),
        ("leads with a sale", lambda side: f"{side.sold:,}"),
        ("seats sold of", lambda side: f"{side.seats_sold:,}/{side.seats:,}"),
        ("net revenue, EUR", lambda side: format_amount(side.net_cents)),
        ("still open at the end", lambda side: f"{side.open:,}"),
        ("median time to sale", lambda side: "-" if side.median_us is None else _rounded(side.median_us)),
    )
    for name, say in figures:
        yield f"{name:<26}" + "".join(f"{say(side):>14}" for side in (report.recorded, report.own, report.other))


def _rounded(us: int) -> str:
    return duration_text(us // SECOND_US * SECOND_US)


def _difference(one: Difference) -> str:
    unit = _UNITS[one.key]
    apart = one.apart
    if apart is None:
        return f"{_NAMES[one.key]:<34}{'-':>10}{'too few leads':>22}"
    return f"{_NAMES[one.key]:<34}{apart.value / unit:>+10.2f}{_interval(apart, unit, sign=True):>22}"


def _interval(estimate: Estimate, unit: float, *, sign: bool = False) -> str:
    shape = "+.2f" if sign else ".2f"
    return f"{estimate.low / unit:{shape}} to {estimate.high / unit:{shape}}"


def _changed(report: Report) -> Iterable[str]:
    changes = report.changes
    yield f"{changes.count:,} leads fare otherwise: {changes.more:,} bring more, {changes.less:,} less"
    for one in changes.shown[:MOST_CHANGED]:
        yield f"  {one.listing_id:<28} {_fate(one, 0):>26}  ->  {_fate(one, 1)}"
    if changes.count > MOST_CHANGED:
        yield f"  ... the {min(changes.count, len(changes.shown))} that differ the most with --json"


def _fate(one: Change, side: int) -> str:
    if not one.sold[side]:
        return "unsold"
    return f"{one.sold[side]} sold, {format_amount(one.net_cents[side])} EUR after {_rounded(one.first_us[side])}"


def _arms(arms: Iterable[ArmTruth]) -> Iterable[str]:
    found = False
    for one in arms:
        found = True
        shares = "/".join(f"{bp / 100:g} %" for bp in one.shares_bp)
        yield f"  {one.curve} {one.name:<18} drawn with {shares:<10} {one.leads:>8,} leads{_earned(one)}"
    if not found:
        yield "  no lead's curve was drawn in this period"


def _earned(one: ArmTruth) -> str:
    if one.revenue is None:
        return "  too few for an interval"
    told = f"  {one.revenue.value / 100:.2f} EUR a lead ({_interval(one.revenue, 100)})"
    if one.weighed is not None:
        told += f", weighed by propensity {one.weighed.value / 100:.2f} ({_interval(one.weighed, 100)})"
    return told
