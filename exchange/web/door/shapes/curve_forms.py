"""A curve as JSON has it: a form a family, told apart by ``family``. Decimals are strings, times whole microseconds."""

from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.validate import OneOf, Regexp

from exchange.pricing.shape import LONGEST_US, MOST_POINTS, MOST_STEPS
from exchange.web.door.shapes.fields import Form, whole

_DECIMAL = r"^(0|[1-9][0-9]{0,2})(\.[0-9]{1,12})?$"


class Pairs(fields.Field[Any]):
    """Times, each with a share: ``[[0, "1"], [600000000, "0.4"]]``; at most ``most`` of them."""

    def __init__(self, most: int, **more: Any) -> None:
        super().__init__(**more)
        self._most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        pairs = value if isinstance(value, list) else []
        if not 1 <= len(pairs) <= self._most or any(not isinstance(one, list) or len(one) != 2 for one in pairs):
            raise ValidationError(f"1 to {self._most} times [microseconds, share]")
        for at_us, share in pairs:
            _AT.deserialize(at_us)
            _SHARE.deserialize(share)
        return value


def _time(told: str, **more: Any) -> fields.Integer:
    return whole(told, least=1, most=LONGEST_US, **more)


def _decimal(told: str, example: str) -> fields.String:
    shown = {"description": f"{told} A decimal as a string, at most 12 places.", "example": example}
    return fields.String(required=True, validate=Regexp(_DECIMAL), metadata=shown)


def _pairs(told: str, most: int) -> Pairs:
    at, share = {"type": "integer", "minimum": 0, "maximum": LONGEST_US}, {"type": "string", "pattern": _DECIMAL}
    pair = {"type": "array", "prefixItems": [at, share], "minItems": 2, "maxItems": 2}
    shown = {"description": told, "type": "array", "items": pair, "minItems": 1}
    return Pairs(most, required=True, metadata=shown | {"maxItems": most})


_AT = whole("", most=LONGEST_US)
_SHARE = fields.String(validate=Regexp(_DECIMAL))


def _family(name: str) -> fields.String:
    return fields.String(required=True, validate=OneOf((name,)), metadata={"description": "The family."})


class _Curve(Form):
    duration_us = _time("Running time.", example=5_400_000_000)
    grace_us = whole("At the start price, before anything falls.", most=LONGEST_US, example=0)
    hold_bp = whole("Last part of the running time, at the floor; basis points.", most=9_999, example=500)


class LinearCurve(_Curve):
    """The same amount every second."""

    family = _family("linear")


class ExponentialCurve(_Curve):
    """Half of what is left, again and again."""

    family = _family("exponential")
    half_life_us = _time("Time in which the price halves.", example=1_800_000_000)


class StairsCurve(_Curve):
    """A share off the price, every so often."""

    family = _family("stairs")
    every_us = _time("Time of a stair.", example=600_000_000)
    drop = _decimal("Share that a stair takes off, between 0.00005 and 1, both excluded.", "0.1")


class StepsCurve(_Curve):
    """Shares of the way from floor to start that hold until the next."""

    family = _family("steps")
    points = _pairs("From 0 with share 1 on; times rise, shares never do.", MOST_STEPS)


class HyperbolicCurve(_Curve):
    """Quick at first, then slower and slower."""

    family = _family("hyperbolic")
    scale_us = _time("Time after which the fall slows.", example=1_200_000_000)
    exponent = _decimal("How steep, between 0.01 and 100, both excluded.", "1.5")


class TwoPhaseCurve(_Curve):
    """Two half-lives, one after the other's weight."""

    family = _family("two-phase")
    weight = _decimal("Share of the first, between 0 and 1, both excluded.", "0.6")
    half_life_us = _time("Of the first.", example=600_000_000)
    second_half_life_us = _time("Of the second.", example=3_600_000_000)


class LogisticCurve(_Curve):
    """Slow, quick, slow."""

    family = _family("logistic")
    midpoint_us = _time("When half of it is done.", example=2_400_000_000)
    width_us = _time("How long the quick part takes.", example=600_000_000)


class PointsCurve(_Curve):
    """Shares of the way from floor to start, straight lines between."""

    family = _family("points")
    points = _pairs("From 0 with share 1 on; times rise, shares never do.", MOST_POINTS)


CURVES: dict[str, type[Form]] = {
    "linear": LinearCurve,
    "exponential": ExponentialCurve,
    "stairs": StairsCurve,
    "steps": StepsCurve,
    "hyperbolic": HyperbolicCurve,
    "two-phase": TwoPhaseCurve,
    "logistic": LogisticCurve,
    "points": PointsCurve,
}
"""The forms by family, as `exchange.pricing.curve.FAMILIES` names them."""


class CurveField(fields.Field[Any]):
    """A curve by the form of its family; given out as it is."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        if not isinstance(value, dict):
            raise ValidationError("a JSON object")
        family = value.get("family")
        form = CURVES.get(family) if isinstance(family, str) else None
        if form is None:
            raise ValidationError({"family": [f"one of: {', '.join(CURVES)}"]})
        return form().load(value)


def curve() -> CurveField:
    """A curve of a body or an answer."""
    refs = {family: f"#/components/schemas/{form.__name__}" for family, form in CURVES.items()}
    told = "Family and parameters, as `exchange curve show ... --as json` prints them."
    shown = {"description": told, "type": "object", "oneOf": [{"$ref": ref} for ref in refs.values()]}
    return CurveField(required=True, metadata=shown | {"example": EXAMPLE})


EXAMPLE = {
    "family": "exponential", "half_life_us": 1_800_000_000, "duration_us": 5_400_000_000, "grace_us": 0, "hold_bp": 500,
}  # fmt: skip
