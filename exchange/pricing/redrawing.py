"""Another family for a curve that is being drawn: parameters that follow the line there was, to go on from.

Nobody is bound by them; times come in whole minutes, or seconds where the curve is short.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

from exchange.errors import Invalid
from exchange.instant import MINUTE_US, SECOND_US
from exchange.pricing.curve import FAMILIES, Shape, family_of
from exchange.pricing.decay import Exponential, Hyperbolic, Logistic, TwoPhase
from exchange.pricing.drawing import Drawing
from exchange.pricing.precision import GUARDED, LN2
from exchange.pricing.shape import Linear, Points, Shares, Stairs, Steps

_STEPS = 12
_POINTS = (Fraction(1, 9), Fraction(5, 18), Fraction(1, 2), Fraction(3, 4), Fraction(1))
_FINE = Decimal("0.001")
_COARSE = Decimal("0.0001")
_STEEPEST, _FLATTEST = Decimal(10), Decimal("0.05")


def redrawn(drawing: Drawing, family: str) -> Drawing:
    """The drawing in another family; the same one where it is of that family. Raises Invalid for an unknown word."""
    if family not in FAMILIES:
        raise Invalid("family", f"{family!r} is none of {', '.join(FAMILIES)}")
    if family == family_of(drawing.curve.shape):
        return drawing
    return replace(drawing, curve=replace(drawing.curve, shape=_MAKES[family](drawing)))


def _linear(_: Drawing) -> Shape:
    return Linear()


def _exponential(drawing: Drawing) -> Shape:
    fallen = _ln_fallen(drawing)
    return Exponential(_time(int(GUARDED.divide(GUARDED.multiply(_half(drawing), LN2), fallen))))


def _stairs(drawing: Drawing) -> Shape:
    every_us = _time(drawing.curve.span_us // _STEPS)
    per_stair = GUARDED.divide(_ln_fallen(drawing), Decimal(_STEPS // 2))
    drop = GUARDED.subtract(Decimal(1), GUARDED.exp(per_stair.copy_negate()))
    return Stairs(every_us, max(_COARSE, drop.quantize(_COARSE, context=GUARDED)))


def _steps(drawing: Drawing) -> Shape:
    return Steps(_shares(drawing, [Fraction(i, _STEPS) for i in range(1, _STEPS)]))


def _points(drawing: Drawing) -> Shape:
    return Points(_shares(drawing, _POINTS))


def _hyperbolic(drawing: Drawing) -> Shape:
    scale_us = _time(drawing.curve.span_us // 10)
    aged = GUARDED.ln(GUARDED.add(Decimal(1), GUARDED.divide(_half(drawing), Decimal(scale_us))))
    exponent = GUARDED.divide(_ln_fallen(drawing), aged).quantize(_FINE, context=GUARDED)
    return Hyperbolic(scale_us, min(_STEEPEST, max(_FLATTEST, exponent)))


def _two_phase(drawing: Drawing) -> Shape:
    whole: Any = _exponential(drawing)
    return TwoPhase(Decimal("0.5"), _time(whole.half_life_us // 2), _time(whole.half_life_us * 2))


def _logistic(drawing: Drawing) -> Shape:
    return Logistic(_time(drawing.curve.span_us // 2), _time(drawing.curve.span_us // 12))


_MAKES: dict[str, Callable[[Drawing], Shape]] = {
    "linear": _linear,
    "exponential": _exponential,
    "stairs": _stairs,
    "steps": _steps,
    "points": _points,
    "hyperbolic": _hyperbolic,
    "two-phase": _two_phase,
    "logistic": _logistic,
}


def _half(drawing: Drawing) -> Decimal:
    return Decimal(drawing.curve.span_us // 2 or 1)


def _ln_fallen(drawing: Drawing) -> Decimal:
    """How far the line has fallen half-way, as a logarithm; at least a little, so that there is a curve."""
    value = Fraction(_at(drawing, drawing.curve.span_us // 2))
    ratio = GUARDED.divide(Decimal(drawing.start_cents * value.denominator), Decimal(max(value.numerator, 1)))
    return max(GUARDED.ln(ratio), _FINE)


def _at(drawing: Drawing, tau_us: int) -> Fraction:
    """The exact value of the line, so long after the grace."""
    curve = drawing.curve
    return Fraction(curve.value(drawing.start_cents, drawing.floor_cents, curve.grace_us + tau_us))


def _shares(drawing: Drawing, places: Any) -> Shares:
    """Places of the line as shares of the way from floor to start: times that rise, shares that never do."""
    width, span_us = drawing.start_cents - drawing.floor_cents, drawing.curve.span_us
    found: list[tuple[int, Decimal]] = [(0, Decimal(1))]
    for place in places:
        at_us = min(_time(int(span_us * place)), span_us)
        above = _at(drawing, at_us) - drawing.floor_cents
        exact = (
            Decimal(1) if not width else GUARDED.divide(Decimal(above.numerator), Decimal(above.denominator * width))
        )
        share = min(exact.quantize(_FINE, rounding=ROUND_FLOOR, context=GUARDED), found[-1][1])
        if at_us > found[-1][0]:
            found.append((at_us, max(share, Decimal(0))))
    return tuple(found)


def _time(us: int) -> int:
    """A length of time as somebody would type it."""
    for unit_us, most_us in ((MINUTE_US, 5 * MINUTE_US), (SECOND_US, 5 * SECOND_US)):
        if us >= most_us:
            return us // unit_us * unit_us
    return max(us, 1)
