"""Whether a curve keeps its sector's limits: a list of findings, each with the figures that say what to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from exchange.instant import MINUTE_US, SECOND_US
from exchange.money import BasisPoints, Cents
from exchange.pricing.drawing import Drawing
from exchange.pricing.table import PriceTable

OK, BAD, OPEN = "ok", "bad", "open"
"""Kept; broken, and nobody may ask for the curve; not known, so nothing was looked at."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a curve of a sector must keep. Prices net; None: nobody has said.

    ``largest_fall_bp`` of the ask before, ``least_step_us`` between two asks, ``least_hold_us`` at the floor, all in
    running time; ``least_floor_cents`` below which no supplier lets a lead go, ``cost_cents`` what a lead costs.
    """

    largest_fall_bp: BasisPoints = 2_000
    least_step_us: int = 5 * SECOND_US
    least_hold_us: int = MINUTE_US
    least_floor_cents: Cents | None = None
    cost_cents: Cents | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: what was looked at, how it is, and figures by name (unit last) for its sentence."""

    code: str
    state: str
    figures: dict[str, int] = field(default_factory=dict)


def checks(
    drawings: Sequence[Drawing], tick_cents: Cents, limits: Limits, lowest_floor_cents: Cents | None
) -> list[Check]:
    """Every limit, the first drawing's prices being the ones shown; the others are what suppliers ask for as well.

    ``lowest_floor_cents`` is what suppliers let leads go for lately: it stands in where no limit was set. Raises
    Invalid for prices off the grid.
    """
    tables = [drawing.table(tick_cents) for drawing in drawings]
    floor_cents = drawings[0].floor_cents
    least = lowest_floor_cents if limits.least_floor_cents is None else limits.least_floor_cents
    return [
        Check("falls", OK),
        _worst(_fall(table, limits) for table in tables),
        _worst(_pace(table, limits) for table in tables),
        _worst(_hold(table, limits) for table in tables),
        _floor("floor", floor_cents, least),
        _floor("cost", floor_cents, limits.cost_cents),
    ]


def broken(found: Iterable[Check]) -> list[str]:
    """The codes of what is not kept."""
    return [check.code for check in found if check.state == BAD]


def _worst(found: Iterable[Check]) -> Check:
    """The first that is broken, else the first."""
    several = list(found)
    return next((check for check in several if check.state == BAD), several[0])


def _fall(table: PriceTable, limits: Limits) -> Check:
    """Whether no ask falls by too large a part of the one before."""
    steps = zip(table.elapsed_us[1:], table.asks_cents, table.asks_cents[1:], strict=False)
    falls = [((high - low) * 10_000 // high, at_us, high, low) for at_us, high, low in steps]
    fall_bp, at_us, high, low = max(falls, default=(0, 0, table.start_cents, table.start_cents))
    figures = {
        "fall_bp": fall_bp,
        "at_us": at_us,
        "from_cents": high,
        "to_cents": low,
        "start_cents": table.start_cents,
    }
    return Check("fall", _kept(fall_bp <= limits.largest_fall_bp), figures | {"limit_bp": limits.largest_fall_bp})


def _pace(table: PriceTable, limits: Limits) -> Check:
    """Whether an ask stands long enough to be read."""
    stretches = [
        (until_us - since_us, since_us)
        for since_us, until_us in zip(table.elapsed_us, table.elapsed_us[1:], strict=False)
    ]
    shortest_us, at_us = min(stretches, default=(table.duration_us, 0))
    figures = {"shortest_us": shortest_us, "at_us": at_us, "limit_us": limits.least_step_us}
    return Check("pace", _kept(shortest_us >= limits.least_step_us), figures)


def _hold(table: PriceTable, limits: Limits) -> Check:
    """Whether the floor can be bought at, for long enough."""
    reached = table.asks_cents[-1] == table.floor_cents
    held_us = table.duration_us - table.elapsed_us[-1] if reached else 0
    return Check("hold", _kept(held_us >= limits.least_hold_us), {"held_us": held_us, "limit_us": limits.least_hold_us})


def _floor(code: str, floor_cents: Cents, least_cents: Cents | None) -> Check:
    """Whether the floor is not below something; open where nobody has said what."""
    if least_cents is None:
        return Check(code, OPEN, {"floor_cents": floor_cents})
    return Check(code, _kept(floor_cents >= least_cents), {"floor_cents": floor_cents, "limit_cents": least_cents})


def _kept(holds: bool) -> str:
    return OK if holds else BAD
