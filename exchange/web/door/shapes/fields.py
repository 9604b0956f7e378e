"""Fields that take exactly one spelling: whole numbers, flags, instants, lines of text, lists in a query."""

import re
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from exchange.instant import Instant, from_text, to_text

MOST_CENTS = 10**12
MOST_WHOLE = 10**15
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}$"
LINE_PATTERN = r"^[^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*$"

_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,15}\Z", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)\Z", re.ASCII)


class Form(Schema):
    """What somebody sends: members that are not named are refused."""

    class Meta:
        unknown = RAISE


class View(Schema):
    """What is answered."""


class Flag(fields.Boolean):
    """Only JSON's own ``true`` and ``false``: 1 and "yes" are mistakes."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class FlagText(fields.Boolean):
    """The same in a query: the words ``true`` and ``false``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> bool:
        if value not in ("true", "false"):
            raise self.make_error("invalid", input=value)
        return bool(value == "true")


class WholeText(fields.Integer):
    """A whole number in a query: digits of ASCII, no sign but a minus, no zeros in front."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> int:
        if not isinstance(value, str) or not _WHOLE.fullmatch(value):
            raise self.make_error("invalid", input=value)
        return int(value)


class At(fields.String):
    """An instant: RFC 3339 with a zone, given in UTC to the microsecond."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **more: Any) -> str | None:
        return None if value is None else to_text(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Instant:  # type: ignore[override]
        if not isinstance(value, str) or not _INSTANT.fullmatch(value):
            raise ValidationError("an instant of RFC 3339 with its zone, like 2026-12-31T23:00:00Z")
        try:
            return from_text(value.upper())
        except (ValueError, OverflowError):
            raise ValidationError("no such instant") from None


class Words(fields.List[Any]):
    """A list in a query: one parameter, words divided by commas."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> list[Any]:
        return super()._deserialize(value.split(",") if isinstance(value, str) else value, attr, data, **more)


def whole(told: str, *, least: int = 0, most: int = MOST_WHOLE, **more: Any) -> fields.Integer:
    """A whole number of a body or an answer; ``example`` is what the manual shows."""
    shown = {"example": more.pop("example")} if "example" in more else {}
    return fields.Integer(
        required=more.pop("required", True),
        strict=True,
        validate=Range(least, most),
        metadata={"description": told} | shown,
        **more,
    )


def cents(told: str, *, least: int = 1, **more: Any) -> fields.Integer:
    """An amount of money."""
    return whole(told, least=least, most=MOST_CENTS, **more)


def amount(told: str, **more: Any) -> fields.Integer:
    """An amount in an answer: it may be owed."""
    return whole(told, least=-MOST_CENTS * 1000, most=MOST_CENTS * 1000, **more)


def at(told: str, **more: Any) -> At:
    """An instant."""
    required = more.pop("required", True)
    return At(required=required, metadata={"description": told, "format": "date-time"}, **more)


def named(told: str, **more: Any) -> fields.String:
    """An id of the exchange."""
    required = more.pop("required", True)
    pattern = Regexp(ID_PATTERN, flags=re.ASCII)
    return fields.String(required=required, validate=pattern, metadata={"description": told}, **more)


def line(told: str, most: int, **more: Any) -> fields.String:
    """A line of text of a body, without anything that does not show or turns what stands beside it."""
    required = more.pop("required", False)
    shown = {"example": more.pop("example")} if "example" in more else {}
    return fields.String(
        required=required,
        validate=[Length(more.pop("least", 0), most), Regexp(LINE_PATTERN)],
        metadata={"description": told} | shown,
        **more,
    )


def one_of(told: str, *choices: Any, **more: Any) -> fields.String:
    """One word of several."""
    required = more.pop("required", True)
    return fields.String(required=required, validate=OneOf(choices), metadata={"description": told}, **more)


def text(told: str = "", **more: Any) -> fields.String:
    """Text of an answer."""
    required = more.pop("required", True)
    return fields.String(required=required, metadata={"description": told} if told else {}, **more)


def flag(told: str, **more: Any) -> Flag:
    """A yes or no."""
    required = more.pop("required", True)
    return Flag(required=required, metadata={"description": told}, **more)
