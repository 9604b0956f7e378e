"""A curve as it is drawn: handles on the line, and the curve that comes of moving one.

Whoever draws moves a handle to a time and a price; what parameter that means is worked out here, beside the formulas,
so that no page needs to know one. A handle moved to where it is changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

from exchange.errors import Invalid
from exchange.money import Cents
from exchange.pricing.curve import Curve
from exchange.pricing.decay import Exponential, Hyperbolic, Logistic, TwoPhase
from exchange.pricing.precision import GUARDED, Exact, halved
from exchange.pricing.shape import Linear, Points, Stairs, Steps
from exchange.pricing.table import PriceTable, compile_table

ACROSS, UPRIGHT, BOTH = "x", "y", "xy"
_SHARE = Decimal(1).scaleb(-12)
_COARSE = Decimal(1).scaleb(-6)
_NEARER = 12
"""How often a handle beyond the picture is brought half as near."""


@dataclass(frozen=True, slots=True)
class Handle:
    """A place on the line that can be moved: across (time), upright (price) or both. Running time and net cents."""

    name: str
    elapsed_us: int
    cents: Cents
    moves: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A curve with the start price and floor it is drawn for; a lead brings its own."""

    curve: Curve
    start_cents: Cents
    floor_cents: Cents

    def table(self, tick_cents: Cents) -> PriceTable:
        """The steps a buyer would see. Raises Invalid."""
        return compile_table(self.start_cents, self.floor_cents, tick_cents, self.curve)

    def handles(self) -> tuple[Handle, ...]:
        """In order of time: the start, the end of the grace, the shape's own, the end."""
        curve, shape = self.curve, self.curve.shape
        own = [self._own(name, tau_us, cents, moves) for name, tau_us, cents, moves in _HANDLES[type(shape)](self)]
        ends = [Handle("start", 0, self.start_cents, UPRIGHT)]
        if curve.grace_us:
            ends.append(Handle("grace", curve.grace_us, self.start_cents, ACROSS))
        return (*ends, *own, Handle("end", curve.duration_us, self.floor_cents, BOTH))

    def _own(self, name: str, tau_us: int, cents: Cents, moves: str) -> Handle:
        return Handle(name, self.curve.grace_us + tau_us, cents, moves)

    def moved(self, name: str, elapsed_us: int, cents: Cents) -> "Drawing":
        """With one handle at another place. Raises Invalid where no curve goes through it."""
        before = next((handle for handle in self.handles() if handle.name == name), None)
        if before is None:
            raise Invalid("handle", f"this curve has no handle {name!r}")
        across = before.moves != UPRIGHT and elapsed_us != before.elapsed_us
        upright = before.moves != ACROSS and cents != before.cents
        if not across and not upright:
            return self
        to_us, to_cents = elapsed_us if across else None, cents if upright else None
        if name == "start":
            return replace(self, start_cents=cents)
        if name == "grace":
            return replace(self, curve=replace(self.curve, grace_us=elapsed_us))
        if name == "end":
            return self._ended(to_us, to_cents)
        tau_us = None if to_us is None else to_us - self.curve.grace_us
        shape = _MOVES[type(self.curve.shape)](self, name, tau_us, to_cents)
        return replace(self, curve=replace(self.curve, shape=shape))

    def _ended(self, elapsed_us: int | None, cents: Cents | None) -> "Drawing":
        curve = self.curve if elapsed_us is None else replace(self.curve, duration_us=elapsed_us)
        return replace(self, curve=curve, floor_cents=self.floor_cents if cents is None else cents)

    # --- prices and shares ---------------------------------------------------------------------------------

    def share_of(self, cents: Cents) -> Decimal:
        """The share of the way from floor to start at which the ask is this price, rounded down to 12 decimals.

        Down, since an ask is rounded up: a share a hair too high would come out a tick too high.
        """
        width = self.start_cents - self.floor_cents
        if not width:
            return Decimal(1)
        share = GUARDED.divide(Decimal(cents - self.floor_cents), Decimal(width))
        return share.quantize(_SHARE, rounding=ROUND_FLOOR, context=GUARDED).normalize(GUARDED)

    def cents_of(self, share: Decimal) -> Cents:
        """The price a share stands for, to the nearest cent."""
        return _nearest(self.floor_cents + (self.start_cents - self.floor_cents) * Fraction(share))


def _nearest(exact: Exact | Fraction) -> Cents:
    """Half up, in exact integers."""
    return int((Fraction(exact) * 2 + 1) // 2)


Found = list[tuple[str, int, Cents, str]]
"""Handles of a shape: name, time after the grace, price, how it moves."""


def _of_points(drawing: Drawing) -> Found:
    points = drawing.curve.shape.points[1:]  # type: ignore[union-attr]
    found = ((f"point-{i}", at_us, drawing.cents_of(share), BOTH) for i, (at_us, share) in enumerate(points, 1))
    return list(found)


def _of_stairs(drawing: Drawing) -> Found:
    shape: Any = drawing.curve.shape
    return [("stair", shape.every_us, _nearest(drawing.start_cents * (1 - Fraction(shape.drop))), BOTH)]


def _of_exponential(drawing: Drawing) -> Found:
    shape: Any = drawing.curve.shape
    nearer = _times_nearer(shape.half_life_us, drawing, lambda k: _halved(drawing.start_cents, k))
    return [("half-life", shape.half_life_us >> nearer, _halved(drawing.start_cents, nearer), ACROSS)]


def _of_hyperbolic(drawing: Drawing) -> Found:
    shape: Any = drawing.curve.shape
    nearer = _times_nearer(shape.scale_us, drawing, lambda k: _aged(drawing.start_cents, shape.exponent, k))
    return [("scale", shape.scale_us >> nearer, _aged(drawing.start_cents, shape.exponent, nearer), BOTH)]


def _of_two_phase(drawing: Drawing) -> Found:
    shape: Any = drawing.curve.shape
    found: Found = []
    for name, half_life_us, moves in (
        ("fresh", shape.half_life_us, BOTH),
        ("aged", shape.second_half_life_us, ACROSS),
    ):
        nearer = _times_nearer(half_life_us, drawing, _of_phase(drawing, half_life_us))
        found.append((name, half_life_us >> nearer, _phases(drawing, half_life_us >> nearer), moves))
    return found


def _of_phase(drawing: Drawing, half_life_us: int) -> Callable[[int], Cents]:
    return lambda nearer: _phases(drawing, half_life_us >> nearer)


def _of_logistic(drawing: Drawing) -> Found:
    shape: Any = drawing.curve.shape
    room_us, nearer = drawing.curve.span_us - shape.midpoint_us, 0
    while nearer < _NEARER and shape.width_us >> nearer > room_us:
        nearer += 1
    places = (("middle", shape.midpoint_us), ("width", shape.midpoint_us + (shape.width_us >> nearer)))
    return [(name, tau_us, _raw(drawing, tau_us), ACROSS) for name, tau_us in places]


def _times_nearer(tau_us: int, drawing: Drawing, cents: Callable[[int], Cents]) -> int:
    """How often a handle's time is halved until it lies in the picture: in the span, and not below the floor."""
    nearer = 0
    while nearer < _NEARER and (tau_us >> nearer > drawing.curve.span_us or cents(nearer) < drawing.floor_cents):
        nearer += 1
    return nearer


def _halved(start_cents: Cents, nearer: int) -> Cents:
    power = GUARDED.divide(Decimal(-1), Decimal(1 << nearer))
    return _nearest(Fraction(GUARDED.multiply(Decimal(start_cents), GUARDED.power(Decimal(2), power))))


def _aged(start_cents: Cents, exponent: Decimal, nearer: int) -> Cents:
    share = GUARDED.power(_aged_base(nearer), exponent.copy_negate())
    return _nearest(Fraction(GUARDED.multiply(Decimal(start_cents), share)))


def _aged_base(nearer: int) -> Decimal:
    return GUARDED.add(Decimal(1), GUARDED.divide(Decimal(1), Decimal(1 << nearer)))


def _phases(drawing: Drawing, tau_us: int) -> Cents:
    shape: Any = drawing.curve.shape
    fresh = GUARDED.multiply(shape.weight, halved(tau_us, shape.half_life_us))
    rest = GUARDED.subtract(Decimal(1), shape.weight)
    aged = GUARDED.multiply(rest, halved(tau_us, shape.second_half_life_us))
    return _nearest(Fraction(GUARDED.multiply(Decimal(drawing.start_cents), GUARDED.add(fresh, aged))))


def _raw(drawing: Drawing, tau_us: int) -> Cents:
    found = drawing.curve.shape.value(drawing.start_cents, drawing.floor_cents, tau_us, drawing.curve.span_us)
    return _nearest(Fraction(found))


# --- what a move means -------------------------------------------------------------------------------------


def _move_point(drawing: Drawing, name: str, tau_us: int | None, cents: Cents | None) -> Any:
    shape: Any = drawing.curve.shape
    index = int(name.partition("-")[2])
    at_us, share = shape.points[index]
    point = (at_us if tau_us is None else tau_us, share if cents is None else drawing.share_of(cents))
    return replace(shape, points=(*shape.points[:index], point, *shape.points[index + 1 :]))


def _move_stair(drawing: Drawing, _: str, tau_us: int | None, cents: Cents | None) -> Any:
    shape: Any = drawing.curve.shape
    if cents is not None:
        left = GUARDED.divide(Decimal(cents), Decimal(drawing.start_cents))
        shape = replace(shape, drop=_coarse(GUARDED.subtract(Decimal(1), left)))
    return shape if tau_us is None else replace(shape, every_us=tau_us)


def _move_half_life(drawing: Drawing, _: str, tau_us: int | None, __: Cents | None) -> Any:
    shape: Any = drawing.curve.shape
    return replace(shape, half_life_us=_farther(tau_us, shape.half_life_us, drawing, 0))


def _move_scale(drawing: Drawing, _: str, tau_us: int | None, cents: Cents | None) -> Any:
    shape: Any = drawing.curve.shape
    nearer = _nearness(shape.scale_us, drawing, 0)
    if cents is not None:
        if not 0 < cents < drawing.start_cents:
            raise Invalid("exponent", "the handle lies below the start price and above nothing")
        fallen = GUARDED.ln(GUARDED.divide(Decimal(drawing.start_cents), Decimal(cents)))
        shape = replace(shape, exponent=_coarse(GUARDED.divide(fallen, GUARDED.ln(_aged_base(nearer)))))
    return shape if tau_us is None else replace(shape, scale_us=tau_us << nearer)


def _move_phase(drawing: Drawing, name: str, tau_us: int | None, cents: Cents | None) -> Any:
    shape: Any = drawing.curve.shape
    if name == "aged":
        return replace(shape, second_half_life_us=_farther(tau_us, shape.second_half_life_us, drawing, 1))
    nearer = _nearness(shape.half_life_us, drawing, 0)
    if cents is not None:
        at_us = shape.half_life_us >> nearer
        fresh, aged = (halved(at_us, h) for h in (shape.half_life_us, shape.second_half_life_us))
        if fresh == aged:
            raise Invalid("weight", "both half-lives are the same: no weight changes the price")
        wanted = GUARDED.subtract(GUARDED.divide(Decimal(cents), Decimal(drawing.start_cents)), aged)
        shape = replace(shape, weight=_coarse(GUARDED.divide(wanted, GUARDED.subtract(fresh, aged))))
    return shape if tau_us is None else replace(shape, half_life_us=tau_us << nearer)


def _move_logistic(drawing: Drawing, name: str, tau_us: int | None, _: Cents | None) -> Any:
    shape: Any = drawing.curve.shape
    if tau_us is None:
        return shape
    if name == "middle":
        return replace(shape, midpoint_us=tau_us)
    apart_us = _of_logistic(drawing)[1][1] - shape.midpoint_us
    nearer = 0 if not apart_us else max((shape.width_us // apart_us).bit_length() - 1, 0)
    return replace(shape, width_us=(tau_us - shape.midpoint_us) << nearer)


def _farther(tau_us: int | None, length_us: int, drawing: Drawing, index: int) -> int:
    """The length a handle stands for once it is somewhere else."""
    return length_us if tau_us is None else tau_us << _nearness(length_us, drawing, index)


def _nearness(length_us: int, drawing: Drawing, index: int) -> int:
    """How often the length was halved for its handle."""
    at_us, nearer = _HANDLES[type(drawing.curve.shape)](drawing)[index][1], 0
    while length_us >> nearer > at_us:
        nearer += 1
    return nearer


def _coarse(number: Decimal) -> Decimal:
    return number.quantize(_COARSE, context=GUARDED).normalize(GUARDED)


_HANDLES: dict[type, Callable[[Drawing], Found]] = {
    Linear: lambda _: [],
    Exponential: _of_exponential,
    Stairs: _of_stairs,
    Steps: _of_points,
    Points: _of_points,
    Hyperbolic: _of_hyperbolic,
    TwoPhase: _of_two_phase,
    Logistic: _of_logistic,
}

_MOVES: dict[type, Callable[[Drawing, str, int | None, Cents | None], Any]] = {
    Exponential: _move_half_life,
    Stairs: _move_stair,
    Steps: _move_point,
    Points: _move_point,
    Hyperbolic: _move_scale,
    TwoPhase: _move_phase,
    Logistic: _move_logistic,
}
