"""Reads the shapes of a ``curve`` line: one reader per family (rules.md §2.1)."""

from collections.abc import Callable
from decimal import Decimal

from exchange.errors import Invalid
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
)
from exchange.script.measure import read_duration, read_number, read_rate, read_share
from exchange.script.mistake import Mismatch
from exchange.script.words import Words

_NO_HOLD_BP = 0
"""Scripts hold at the floor only where they say so."""


def take_curve(words: Words) -> Curve:
    """From the family's name to the end of the line; raises Mismatch, also where a parameter is absurd."""
    family = words.keyword(*_SHAPES)
    try:
        shape = _SHAPES[family](words)
        words.keyword("over")
        duration_us = words.read(read_duration, "the running time, like 600s")
        options = words.options({"grace": _span, "hold": lambda w: w.read(read_rate, "a rate like 5%")})
        return Curve(shape, duration_us, options.get("grace", 0), options.get("hold", _NO_HOLD_BP))
    except Invalid as refused:
        raise Mismatch(f"a curve whose {refused.field} is absurd", f"{refused.field}: {refused.reason}") from None


def _span(words: Words) -> int:
    return words.read(read_duration, "a duration like 2h")


def _decimal(words: Words, expected: str) -> Decimal:
    return words.read(read_number, expected)


def _linear(words: Words) -> Shape:
    return Linear()


def _exponential(words: Words) -> Shape:
    words.keyword("half-life")
    return Exponential(_span(words))


def _stairs(words: Words) -> Shape:
    words.keyword("every")
    every_us = _span(words)
    words.keyword("drop")
    return Stairs(every_us, words.read(read_share, "a share like 10%"))


def _hyperbolic(words: Words) -> Shape:
    words.keyword("scale")
    scale_us = _span(words)
    words.keyword("exponent")
    return Hyperbolic(scale_us, _decimal(words, "an exponent like 0.77"))


def _two_phase(words: Words) -> Shape:
    weight = _decimal(words, "the weight of the first phase, like 0.88")
    words.keyword("half-life")
    first_us = _span(words)
    words.keyword("and")
    words.keyword("half-life")
    return TwoPhase(weight, first_us, _span(words))


def _logistic(words: Words) -> Shape:
    words.keyword("midpoint")
    midpoint_us = _span(words)
    words.keyword("width")
    return Logistic(midpoint_us, _span(words))


def _points(words: Words) -> Shape:
    return Points(_shares_by_time(words))


def _steps(words: Words) -> Shape:
    return Steps(_shares_by_time(words))


def _shares_by_time(words: Words) -> tuple[tuple[int, Decimal], ...]:
    points = [_point(words.take("a point like 0s:100%"))]
    while words.next is not None and ":" in words.next:
        points.append(_point(words.take("a point like 10m:80%")))
    return tuple(points)


def _point(word: str) -> tuple[int, Decimal]:
    time, colon, share = word.partition(":")
    if not colon:
        raise Mismatch(repr(word), "a point like 10m:80%")
    return read_duration(time), read_share(share)


_SHAPES: dict[str, Callable[[Words], Shape]] = {
    "linear": _linear,
    "exponential": _exponential,
    "stairs": _stairs,
    "points": _points,
    "hyperbolic": _hyperbolic,
    "two-phase": _two_phase,
    "logistic": _logistic,
    "steps": _steps,
}
