"""Where everything of the studio's chart lies: the steps of two curves, handles, rules, and what was sold at which age.

Pixels are floats; nothing of this goes back into a price.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from exchange.money import Cents
from exchange.pricing.drawing import Drawing, Handle
from exchange.pricing.shape import Points
from exchange.pricing.table import PriceTable
from exchange.reports.ages import Ages
from exchange.web.curve import Scale, rule_step

WIDTH, HEIGHT = 740, 436
LEFT, RIGHT, TOP, BOTTOM = 44.0, 722.0, 24.0, 326.0
BARS_TOP, BARS_BOTTOM = 376.0, 424.0
_SAMPLES = 96
_MOST_TIMES, _MOST_BARS = 7, 24
_SPANS = (
    *(n * SECOND_US for n in (1, 2, 5, 10, 15, 30)),
    *(n * MINUTE_US for n in (1, 2, 5, 10, 15, 20, 30)),
    *(n * HOUR_US for n in (1, 2, 3, 6, 12)),
    *(n * DAY_US for n in (1, 2, 5, 7, 10, 14, 30, 60, 90, 180, 365, 730)),
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A price or a time on an axis."""

    value: int
    place: float


@dataclass(frozen=True, slots=True)
class Knob:
    """A handle where it lies; ``active_cents`` is what the active curve asks there."""

    handle: Handle
    x: float
    y: float
    active_cents: Cents | None


@dataclass(frozen=True, slots=True)
class Bar:
    """Sales or expiries of one stretch of ages."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole chart; ``scale`` is what the browser needs to follow a pointer."""

    scale: list[float]
    axis_us: int
    draft: str
    area: str
    active: str
    ideal: str
    prices: tuple[Rule, ...]
    times: tuple[Rule, ...]
    knobs: tuple[Knob, ...]
    sold: tuple[Bar, ...]
    expired: tuple[Bar, ...]
    bar_us: int


def picture(
    drawing: Drawing, tick_cents: Cents, active: PriceTable | None, ages: Ages, axis_us: int | None = None
) -> Picture:
    """A drawing over the active curve; ``axis_us`` keeps the axis while somebody pulls."""
    table = drawing.table(tick_cents)
    longest_us = max(table.duration_us, active.duration_us if active else 0)
    until_us = axis_us if axis_us and axis_us >= longest_us // 4 else longest_us
    highest = max(drawing.start_cents, active.start_cents if active else 0)
    step_cents = 100 * rule_step(highest)
    top_cents = highest * 108 // 100
    scale = Scale(0, until_us, LEFT, RIGHT, TOP, BOTTOM, top_cents)
    path = _path(table, scale)
    bar_us = _span(until_us, _MOST_BARS)
    sold, expired = _bins(ages.sold_us, bar_us, until_us), _bins(ages.expired_us, bar_us, until_us)
    most = max((count for _, count in (*sold, *expired)), default=1)
    return Picture(
        scale=[0, until_us, LEFT, RIGHT, TOP, BOTTOM, top_cents],
        axis_us=until_us,
        draft=path,
        area=f"{path}V{BOTTOM:g}H{LEFT:g}Z",
        active=_path(active, scale) if active else "",
        ideal=_ideal(drawing, scale),
        prices=tuple(Rule(cents, scale.y(cents)) for cents in range(0, top_cents + 1, step_cents)),
        times=tuple(Rule(at_us, scale.x(at_us)) for at_us in range(0, until_us + 1, _span(until_us, _MOST_TIMES))),
        knobs=tuple(_knobs(drawing, active, scale)),
        sold=_bars(sold, bar_us, scale, most, 0),
        expired=_bars(expired, bar_us, scale, most, 1),
        bar_us=bar_us,
    )


def _path(table: PriceTable, scale: Scale) -> str:
    parts = [f"M{scale.left:g} {scale.y(table.asks_cents[0])}"]
    for at_us, cents in zip(table.elapsed_us[1:], table.asks_cents[1:], strict=True):
        parts.append(f"H{scale.x(at_us)}V{scale.y(cents)}")
    return "".join(parts) + f"H{scale.x(table.duration_us)}"


def _ideal(drawing: Drawing, scale: Scale) -> str:
    """The curve before it is rounded to steps; points by their points."""
    curve = drawing.curve
    if isinstance(curve.shape, Points):
        places = [(curve.grace_us + at_us, drawing.cents_of(share)) for at_us, share in curve.shape.points]
    else:
        instants = (curve.duration_us * n // _SAMPLES for n in range(_SAMPLES))
        places = [(at_us, int(curve.value(drawing.start_cents, drawing.floor_cents, at_us))) for at_us in instants]
    return "M" + "L".join(f"{scale.x(at_us)} {scale.y(cents)}" for at_us, cents in places)


def _knobs(drawing: Drawing, active: PriceTable | None, scale: Scale) -> Iterator[Knob]:
    for handle in drawing.handles():
        asked = (
            None if active is None or handle.elapsed_us >= active.duration_us else active.ask_after(handle.elapsed_us)
        )
        yield Knob(handle, scale.x(handle.elapsed_us), min(max(scale.y(handle.cents), TOP), BOTTOM), asked)


def _span(whole_us: int, most: int) -> int:
    """The smallest round stretch of which at most so many make the whole."""
    return next((span for span in _SPANS if whole_us <= span * most), max(whole_us // most, 1))


def _bins(ages_us: Sequence[int], bar_us: int, until_us: int) -> list[tuple[int, int]]:
    """Stretches of ages with how many fell into them; what is older than the axis is left out."""
    found = []
    for since_us in range(0, until_us, bar_us):
        end_us = min(since_us + bar_us, until_us + 1)
        found.append((since_us, bisect_right(ages_us, end_us - 1) - bisect_right(ages_us, since_us - 1)))
    return found


def _bars(bins: list[tuple[int, int]], bar_us: int, scale: Scale, most: int, place: int) -> tuple[Bar, ...]:
    """Two side by side a stretch: sales, then expiries."""
    found = []
    for since_us, count in bins:
        left, right = scale.x(since_us), scale.x(since_us + bar_us)
        wide = max((right - left - 2) * (0.7 if place == 0 else 0.3), 1.0)
        tall = (BARS_BOTTOM - BARS_TOP) * count / max(most, 1)
        x = left + 1 + (0 if place == 0 else (right - left - 2) * 0.7)
        if count:
            found.append(Bar(round(x, 1), round(BARS_BOTTOM - tall, 1), round(wide, 1), round(tall, 1)))
    return tuple(found)
