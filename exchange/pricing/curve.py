"""A curve: a shape, its running time, a grace at the start price and a hold at the floor (rules.md §2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from typing import Any

from exchange.errors import Invalid
from exchange.pricing.decay import Exponential, Hyperbolic, Logistic, TwoPhase
from exchange.pricing.precision import Exact
from exchange.pricing.shape import Linear, Points, Stairs, Steps, check, check_time

__all__ = [
    "FAMILIES",
    "Curve",
    "CurveVersion",
    "Exponential",
    "Hyperbolic",
    "Linear",
    "Logistic",
    "Points",
    "Shape",
    "Stairs",
    "Steps",
    "TwoPhase",
    "family_of",
]

Shape = Linear | Exponential | Stairs | Steps | Hyperbolic | TwoPhase | Logistic | Points

FAMILIES: dict[str, type[Shape]] = {
    "linear": Linear,
    "exponential": Exponential,
    "stairs": Stairs,
    "steps": Steps,
    "hyperbolic": Hyperbolic,
    "two-phase": TwoPhase,
    "logistic": Logistic,
    "points": Points,
}
"""The shapes by the names that scripts, configuration and tape use."""

_NAMES = {shape: name for name, shape in FAMILIES.items()}


def family_of(shape: Shape) -> str:
    """The name of a shape's family, like ``two-phase``."""
    return _NAMES[type(shape)]


@dataclass(frozen=True, slots=True)
class Curve:
    """How an ask falls, for any start price and floor. Times are running time in microseconds.

    Raises Invalid where a parameter is absurd or grace and hold leave nothing between them.
    """

    shape: Shape
    duration_us: int
    grace_us: int = 0
    hold_bp: int = 500

    def __post_init__(self) -> None:
        check_time("duration_us", self.duration_us)
        check(isinstance(self.grace_us, int), "grace_us", f"must be whole microseconds, not {self.grace_us!r}")
        check(self.grace_us >= 0, "grace_us", "must not be negative")
        check(isinstance(self.hold_bp, int), "hold_bp", f"must be whole basis points, not {self.hold_bp!r}")
        check(0 <= self.hold_bp < 10_000, "hold_bp", f"must lie in 0..9999, not {self.hold_bp}")
        check(
            self.span_us > 0,
            "duration_us",
            f"grace and floor hold use up the whole running time: {self.grace_us} us + {self.hold_us} us "
            f"must be less than {self.duration_us} us",
        )
        if isinstance(self.shape, Points | Steps):
            last_us = self.grace_us + self.shape.points[-1][0]
            check(
                last_us <= self.duration_us,
                "points",
                f"the last one, {last_us} us after the start, lies beyond the running time",
            )

    @property
    def hold_us(self) -> int:
        """The last part of the running time, at the floor."""
        return self.duration_us * self.hold_bp // 10_000

    @property
    def span_us(self) -> int:
        """The shape's own length T: between grace and hold."""
        return self.duration_us - self.grace_us - self.hold_us

    def lasting(self, duration_us: int) -> "Curve":
        """The same curve over another running time, points beyond it cut (scripts.md, ``for 2h``)."""
        check_time("duration_us", duration_us)
        shape = self.shape.cut(max(0, duration_us - self.grace_us))
        return Curve(shape, duration_us, self.grace_us, self.hold_bp)

    def value(self, start_cents: int, floor_cents: int, elapsed_us: int) -> Exact:
        """The exact value in cents before rounding; ``elapsed_us`` lies in ``[0, duration_us)``."""
        tau_us = elapsed_us - self.grace_us
        if tau_us <= 0:
            return Fraction(start_cents)
        if tau_us >= self.span_us:
            return Fraction(floor_cents)
        return self.shape.value(start_cents, floor_cents, tau_us, self.span_us)

    def to_payload(self) -> dict[str, Any]:
        """Integers and strings only, the same for equal curves: for the tape and the database."""
        parameters = {field.name: _written(getattr(self.shape, field.name)) for field in fields(self.shape)}
        return parameters | {
            "family": family_of(self.shape),
            "duration_us": self.duration_us,
            "grace_us": self.grace_us,
            "hold_bp": self.hold_bp,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "Curve":
        """Read what `to_payload` wrote; raises Invalid for an unknown family or a missing parameter."""
        family = FAMILIES.get(payload["family"])
        if family is None:
            raise Invalid("family", f"{payload['family']!r} is none of {', '.join(FAMILIES)}")
        try:
            shape = family(**{field.name: _read(payload[field.name]) for field in fields(family)})
            return cls(shape, payload["duration_us"], payload["grace_us"], payload["hold_bp"])
        except KeyError as missing:
            raise Invalid(str(missing.args[0]), "is missing") from missing


@dataclass(frozen=True, slots=True)
class CurveVersion:
    """A curve as it was tuned for a sector: immutable, numbered from 1."""

    number: int
    name: str
    curve: Curve

    def to_payload(self) -> dict[str, Any]:
        """Integers and strings only."""
        return {"number": self.number, "name": self.name, "curve": self.curve.to_payload()}

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "CurveVersion":
        """Read what `to_payload` wrote."""
        return cls(payload["number"], payload["name"], Curve.from_payload(payload["curve"]))


def _written(parameter: int | Decimal | tuple[tuple[int, Decimal], ...]) -> int | str | list[list[int | str]]:
    if isinstance(parameter, tuple):
        return [[at_us, _plain(share)] for at_us, share in parameter]
    return _plain(parameter) if isinstance(parameter, Decimal) else parameter


def _plain(number: Decimal) -> str:
    """One spelling for equal numbers: ``0.1``, never ``0.10`` or ``1E-1``."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read(written: int | str | list[list[Any]]) -> Any:
    if isinstance(written, list):
        return tuple((at_us, Decimal(share)) for at_us, share in written)
    return Decimal(written) if isinstance(written, str) else written
