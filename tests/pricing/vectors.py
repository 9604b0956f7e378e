"""The one table that maps upstream price curves, by their own words, to ours; or says why there is no way.

Upstream suites differ from us in rounding (many round down) and size (18 to 27 digits), so a price vector is
compared with our *exact value*, rounded the upstream way; those in cents also with our compiled table.
Prices that are no integers are scaled to integers, which changes no curve (scale property).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from exchange.pricing.curve import Curve, Exponential, Hyperbolic, Linear, Logistic, Points, Shape, Stairs

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "data/curve_vectors.json").read_text())
SECOND = 1_000_000
FOREVER_S = 20_000_000
Params = dict[str, Any]


@dataclass(frozen=True)
class Mapped:
    """An upstream curve in our terms. ``scale`` multiplied its prices, ``per_s`` microseconds are a second."""

    curve: Curve
    start: int
    floor: int
    scale: int = 1
    from_s: Fraction = Fraction(0)
    per_s: int = SECOND

    def elapsed(self, t: object) -> int:
        """Upstream's time as elapsed running time: before the start is the start, after the end the hold."""
        elapsed_us = round((Fraction(str(t)) - self.from_s) * self.per_s)
        return min(max(elapsed_us, 0), self.curve.duration_us - 1)


def spanning(shape: Shape, span_us: int, grace_us: int = 0) -> Curve:
    """A curve whose shape is exactly so long, with the usual hold behind it."""
    duration_us = (span_us + grace_us) * 20 // 19
    while duration_us - duration_us // 20 < span_us + grace_us:
        duration_us += 1
    return Curve(shape, duration_us, grace_us, 500)


def linear(p: Params) -> Mapped:
    span_us = (int(p["end_t"]) - int(p["start_t"])) * SECOND
    curve = spanning(Linear(), span_us)
    return Mapped(curve, int(p["start_price"]), int(p["end_price"]), from_s=Fraction(p["start_t"]))


def linear_to_zero(p: Params) -> Mapped:
    return Mapped(spanning(Linear(), int(p["tau"]) * SECOND), int(p["start_price"]), 0)


def half_life(p: Params) -> Mapped:
    shape = Exponential(int(p["half_life"]) * SECOND)
    curve = spanning(shape, FOREVER_S * SECOND, int(p.get("grace", 0)) * SECOND)
    return Mapped(curve, int(p["start_price"]), int(p["floor"]))


def hourly(p: Params) -> Mapped:
    scale = 10**40
    curve = spanning(Exponential(int(p["half_life_s"]) * SECOND), FOREVER_S * SECOND)
    return Mapped(curve, int(Fraction(p["start_price"]) * scale), 0, scale)


def between(p: Params) -> Mapped:
    """Time is counted in 1e-11 s, so that the half-life of 135.46… s is whole to 1e-14 of itself."""
    context, per_s, scale = Context(prec=40), 10**11, 10**20 * int(p.get("quantity", 1))
    fall = context.ln(context.divide(Decimal(p["start_price"]), Decimal(p["end_price"])))
    span = int(p["duration"]) * per_s
    shape = Exponential(int(context.divide(context.multiply(span, context.ln(2)), fall)))
    start, end = (int(Decimal(p[name]) * scale) for name in ("start_price", "end_price"))
    return Mapped(spanning(shape, span), start, end, 10**20, per_s=per_s)


def cut(p: Params) -> Mapped:
    kept = Decimal(p["cut"]) if "." in p["cut"] else Decimal(p["cut"]).scaleb(-27)
    shape = Stairs(int(p["step"]) * SECOND, 1 - kept)
    return Mapped(spanning(shape, FOREVER_S * SECOND), int(p["start_price"]), int(p.get("min_price", 0)))


def hyperbolic(p: Params) -> Mapped:
    curve = spanning(Hyperbolic(int(p["h"]) * SECOND, Decimal(1)), FOREVER_S * SECOND)
    return Mapped(curve, int(p["start_price"]), 1)


def logistic(p: Params) -> Mapped:
    shape = Logistic(int(p["mid"]) * SECOND, int(p["width"]) * SECOND)
    return Mapped(spanning(shape, FOREVER_S * SECOND), int(p["start_price"]), int(p["floor"]))


def through(points: list[tuple[Fraction, Fraction]], floor: Fraction, from_s: object = 0, scale: int = 1) -> Mapped:
    """Prices at times as shares of the way from a floor to the first price."""
    (zero_s, start), (end_s, _) = points[0], points[-1]
    shares = tuple(
        (int((at_s - zero_s) * SECOND), Decimal(int((price - floor) / (start - floor) * 10**12)).scaleb(-12))
        for at_s, price in points
    )
    kept = [floor + Fraction(share) * (start - floor) for _, share in shares]
    assert kept == [price for _, price in points], "shares of 12 decimals say it exactly"
    span_us = FOREVER_S * SECOND if floor < points[-1][1] else int((end_s - zero_s) * SECOND)
    curve = spanning(Points(shares), span_us)
    return Mapped(curve, int(start * scale), int(floor * scale), scale, Fraction(str(from_s)) + zero_s)


def piecewise(p: Params) -> Mapped:
    """A multiple of the end price, 100 to 10 to 1, has shares of 1/11: there the floor is zero."""
    points = [(Fraction(at), Fraction(price)) for at, price in p["points"]]
    floor = Fraction(0) if p["rounding"] == "exact" else points[-1][1]
    return through(points, floor, p["start_t"], 10 if p["rounding"] == "exact" else 1)


def segments(p: Params) -> Mapped:
    at, points = Fraction(0), []
    for lasts, factor in [*p["segments"], [0, p["final"]]]:
        points.append((at, Fraction(factor)))
        at += lasts
    return through(points, Fraction(p["final"]), 0, 10**6)


def bumps(p: Params) -> Mapped:
    """1inch: a rate on top of a base price, linear through points of (rate, seconds since the one before)."""
    at, points = Fraction(0), [(Fraction(0), Fraction(p["initial_rate_bump"]))]
    for bump, later in p["points"]:
        at += later
        points.append((at, Fraction(bump)))
    points.append((Fraction(p["duration"]), Fraction(0)))
    base = Fraction(p["base_price"])
    return through([(at, base + base * bump / int(p["denominator"])) for at, bump in points], base)


FAMILIES: dict[str, Callable[[Params], Mapped]] = {
    "linear": linear,
    "linear_to_zero": linear_to_zero,
    "exponential_halflife": half_life,
    "business_clock_halflife": half_life,
    "hourly_halving": hourly,
    "exponential_between": between,
    "exponential_cut": cut,
    "stairstep_exponential": cut,
    "hyperbolic": hyperbolic,
    "logistic": logistic,
    "piecewise_linear": piecewise,
    "segments_with_jumps": segments,
    "rate_bump_piecewise": bumps,
}

FOREIGN = {
    "exponential_offset": "touches zero: we have floors instead",
    "four_phase": "geometric, two linear and a flat leg in one curve: no family of ours",
    "gda_continuous": "price depends on units sold",
    "gda_discrete": "price depends on units sold",
    "gda_discrete_base2": "price depends on units sold",
    "halflife_linear_interp": "linear between half-lives, without end: no family of ours",
    "hyperbolic_inverse": "infinite at the start",
    "hyperbolic_ratio": "reaches zero by a ratio of two lines: no family of ours",
    "optimal_log": "logarithmic in the time left: no family of ours",
    "phased_exponential": "three half-lives one after the other: no family of ours",
    "reset_status": "we never reset a running listing",
    "restart_price": "start prices are the supplier's, not derived from the last sale",
    "vrgda_linear": "price depends on units sold",
    "vrgda_logistic": "price depends on units sold",
    "vrgda_logistic_to_linear": "price depends on units sold",
}


def not_applicable(vector: dict[str, Any]) -> str | None:
    """Why a price, inverse or flag vector says nothing about us; None where it applies."""
    p, family = vector["params"], vector["curve"]
    if family in FOREIGN:
        return FOREIGN[family]
    rising = {
        "linear": lambda: int(p["end_price"]) > int(p["start_price"]),
        "piecewise_linear": lambda: _rises([Fraction(price) for _, price in p["points"]]),
        "segments_with_jumps": lambda: _rises([Fraction(f) for _, f in [*p["segments"], [0, p["final"]]]]),
        "rate_bump_piecewise": lambda: _rises([Fraction(p["initial_rate_bump"]), *bumps_of(p)]),
    }
    if family in rising and rising[family]():
        return "the price rises"
    if family == "segments_with_jumps" and any(lasts == 0 for lasts, _ in p["segments"]):
        return "jumps between lines: no family of ours"
    if "bump_discount" in p or vector["id"] == "cv-0243":
        return "a cost offset, or two points at one instant"
    if vector["expected_price"] == "0" and "below_min" in p:
        return "below the minimum the upstream price vanishes, ours holds the floor"
    if family == "linear_to_zero" and vector["kind"] == "inverse":
        return "we have floors of at least a tick instead of zero"
    if family == "piecewise_linear" and any(Fraction(price) < 0 for _, price in p["points"]):
        return "a price below zero"
    return None


def bumps_of(p: Params) -> list[Fraction]:
    return [Fraction(bump) for bump, _ in p["points"]]


def _rises(prices: list[Fraction]) -> bool:
    return any(after > before for before, after in pairwise(prices))
