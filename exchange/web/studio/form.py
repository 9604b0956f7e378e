"""The studio's form: a drawing as the page had it, and what was typed over it.

The drawing travels as it is (`payload`); a field that says something else than the drawing does is an edit. So a form
sent back untouched is the curve it was drawn from, to the last digit, and a page without scripts can do all the same.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Any

from exchange.errors import Invalid
from exchange.instant import MINUTE_US
from exchange.payload import canonical
from exchange.pricing.curve import Curve, family_of
from exchange.pricing.drawing import ACROSS, UPRIGHT, Drawing, Handle
from exchange.pricing.redrawing import redrawn
from exchange.pricing.shape import MOST_POINTS, Points, Steps
from exchange.web.amounts import cents_of
from exchange.web.formats import Lang
from exchange.web.studio.typed import minutes_of, minutes_text, money_text, number_of, number_text

MOST_HANDLES = 40
"""More points than these are changed by the command line or the API, not by hand."""

_SHARE = Decimal(1).scaleb(-12)

PER_CENT = ("drop",)
"""Parameters that are shares, typed in per cent."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A drawing after what was typed; ``problems`` by field where it could not be followed: words of `problem_of`."""

    drawing: Drawing
    problems: dict[str, str] = field(default_factory=dict)


def parameters(drawing: Drawing) -> list[str]:
    """The names of the shape's own parameters that have a field; points have the table."""
    return [one.name for one in fields(drawing.curve.shape) if one.name != "points"]


def texts(drawing: Drawing, lang: Lang) -> dict[str, str]:
    """What every field says for a drawing."""
    curve, shape = drawing.curve, drawing.curve.shape
    found = {
        "payload": canonical(curve.to_payload()),
        "drawn": f"{drawing.start_cents} {drawing.floor_cents}",
        "family": family_of(shape),
        "duration": minutes_text(curve.duration_us),
        "grace": minutes_text(curve.grace_us),
        "hold": number_text(Decimal(curve.hold_bp).scaleb(-2), lang),
        "start": money_text(drawing.start_cents, lang),
        "floor": money_text(drawing.floor_cents, lang),
    }
    found |= {name: _parameter_text(name, getattr(shape, name), lang) for name in parameters(drawing)}
    for number, handle in enumerate(drawing.handles()[: MOST_HANDLES + 2]):
        found |= {f"pt-min-{number}": minutes_text(handle.elapsed_us)}
        found |= {f"pt-price-{number}": money_text(handle.cents, lang)}
    return found


def _parameter_text(name: str, value: Any, lang: Lang) -> str:
    if name.endswith("_us"):
        return minutes_text(value)
    return number_text(value * 100 if name in PER_CENT else value, lang)


def drawing_of(form: Mapping[str, str]) -> Drawing:
    """The drawing a form was made from. Raises Invalid."""
    try:
        payload = json.loads(form.get("payload", ""))
        start, floor = (int(word) for word in form.get("drawn", "").split())
        return Drawing(Curve.from_payload(payload), start, floor)
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
        raise Invalid("payload", "the curve of this page was lost: open it again") from None


def edited(form: Mapping[str, str], lang: Lang, tick_cents: int) -> Edited:
    """A form's drawing with all that was typed, moved, added or taken away. Raises Invalid where there is none."""
    drawing = drawing_of(form)
    typed = {name: form[name].strip() for name, said in texts(drawing, lang).items() if form.get(name, said) != said}
    found = Edited(drawing)
    for name in ("family", "duration", "grace", "hold", "start", "floor", *parameters(drawing)):
        if name in typed:
            found = _followed(found, name, _FIELDS.get(name, _parameter(name)), typed[name])
    if "family" not in typed:
        found = _table(found, drawing.handles(), typed)
    if moved := form.get("handle", ""):
        found = _followed(found, f"handle:{moved}", _to(moved, form, tick_cents), moved)
    if act := form.get("act", ""):
        found = _followed(found, "points", _acted, act)
    return _compiled(found, drawing, tick_cents)


Apply = Callable[[Drawing, str], Drawing]

_PROBLEMS = (
    ("never rises", "rises"),
    ("times must rise", "order"),
    ("shares lie between", "outside"),
    ("beyond the running time", "beyond"),
    ("use up the whole running time", "room"),
    ("is no multiple of the tick", "grid"),
    ("is below the floor", "above"),
    ("is below the tick", "grid"),
    ("must be longer than zero", "time"),
    ("must lie", "range"),
    ("at most", "full"),
)


def problem_of(invalid: Invalid) -> str:
    """What is wrong in one word, for its caption: the core says it in English."""
    if invalid.field in ("time", "money", "number"):
        return invalid.field
    return next((word for said, word in _PROBLEMS if said in invalid.reason), "range")


def _followed(before: Edited, name: str, apply: Apply, text: str) -> Edited:
    """With one more edit, or with what is wrong about it."""
    try:
        return replace(before, drawing=apply(before.drawing, text))
    except Invalid as invalid:
        return replace(before, problems=before.problems | {name: problem_of(invalid)})


def _compiled(found: Edited, before: Drawing, tick_cents: int) -> Edited:
    """Prices off the grid, a floor above the start: said at their fields, the drawing as it was."""
    try:
        found.drawing.table(tick_cents)
    except Invalid as invalid:
        name = {"start_cents": "start", "floor_cents": "floor"}.get(invalid.field, "floor")
        return replace(found, drawing=before, problems={name: problem_of(invalid)} | found.problems)
    return found


def _time(text: str) -> int:
    found = minutes_of(text)
    if found is None:
        raise Invalid("time", "minutes, like 90 or 12:30 or 3 h")
    return found


def _money(text: str) -> int:
    found = cents_of(text)
    if found is None:
        raise Invalid("money", "an amount in EUR, like 44,50")
    return found


def _number(text: str) -> Decimal:
    found = number_of(text)
    if found is None:
        raise Invalid("number", "a number, like 0,77")
    return found


def _lasting(drawing: Drawing, text: str) -> Drawing:
    return replace(drawing, curve=replace(drawing.curve, duration_us=_time(text)))


def _waiting(drawing: Drawing, text: str) -> Drawing:
    return replace(drawing, curve=replace(drawing.curve, grace_us=_time(text)))


def _holding(drawing: Drawing, text: str) -> Drawing:
    return replace(drawing, curve=replace(drawing.curve, hold_bp=int(_number(text) * 100)))


_FIELDS: dict[str, Apply] = {
    "family": redrawn,
    "duration": _lasting,
    "grace": _waiting,
    "hold": _holding,
    "start": lambda drawing, text: replace(drawing, start_cents=_money(text)),
    "floor": lambda drawing, text: replace(drawing, floor_cents=_money(text)),
}


def _parameter(name: str) -> Apply:
    def apply(drawing: Drawing, text: str) -> Drawing:
        if not hasattr(drawing.curve.shape, name):
            return drawing
        value: Any = _time(text) if name.endswith("_us") else _number(text)
        if name in PER_CENT:
            value = value.scaleb(-2)
        changed: Any = {name: value}
        return replace(drawing, curve=replace(drawing.curve, shape=replace(drawing.curve.shape, **changed)))

    return apply


# --- the table of points -----------------------------------------------------------------------------------


def _table(found: Edited, handles: tuple[Handle, ...], typed: Mapping[str, str]) -> Edited:
    """Handles whose time or price was typed; points of one curve all at once, since each must fit the others."""
    points: dict[int, Handle] = {}
    for number, handle in enumerate(handles):
        fields_ = {"across": f"pt-min-{number}", "upright": f"pt-price-{number}"}
        if not any(name in typed for name in fields_.values()):
            continue
        try:
            at_us = _time(typed[fields_["across"]]) if fields_["across"] in typed else handle.elapsed_us
            cents = _money(typed[fields_["upright"]]) if fields_["upright"] in typed else handle.cents
        except Invalid as invalid:
            wrong = next(name for name in fields_.values() if name in typed)
            found = replace(found, problems=found.problems | {wrong: problem_of(invalid)})
            continue
        if handle.name.startswith("point-"):
            points[number] = replace(handle, elapsed_us=at_us, cents=cents)
        else:
            wrong = fields_["across" if handle.moves == ACROSS else "upright"]
            found = _followed(found, wrong, _moved(handle.name, at_us, cents), "")
    return _with_points(found, points) if points else found


def _moved(name: str, at_us: int, cents: int) -> Apply:
    return lambda drawing, _: drawing.moved(name, at_us, cents)


def _with_points(found: Edited, moved: Mapping[int, Handle]) -> Edited:
    """All typed points put in at once; what rises is said at the first point that does."""
    shape: Any = found.drawing.curve.shape
    wanted = list(shape.points)
    for handle in moved.values():
        index = int(handle.name.partition("-")[2])
        at_us, share = wanted[index]
        drawn = next(one for one in found.drawing.handles() if one.name == handle.name)
        share = share if handle.cents == drawn.cents else found.drawing.share_of(handle.cents)
        at_us = at_us if handle.elapsed_us == drawn.elapsed_us else handle.elapsed_us - found.drawing.curve.grace_us
        wanted[index] = (at_us, share)
    try:
        curve = replace(found.drawing.curve, shape=replace(shape, points=tuple(wanted)))
    except Invalid as invalid:
        name = _where(wanted, moved)
        return replace(found, problems=found.problems | {name: problem_of(invalid)})
    return replace(found, drawing=replace(found.drawing, curve=curve))


def _where(wanted: list[tuple[int, Decimal]], moved: Mapping[int, Handle]) -> str:
    """The field at which points stop falling, else the first that was typed."""
    numbers = {int(handle.name.partition("-")[2]): number for number, handle in moved.items()}
    offset = next(number - index for index, number in numbers.items())
    for index, ((before_us, high), (after_us, low)) in enumerate(pairwise(wanted), 1):
        if after_us <= before_us:
            return f"pt-min-{index + offset}"
        if low > high:
            return f"pt-price-{index + offset}"
    return f"pt-price-{min(moved)}"


def _to(name: str, form: Mapping[str, str], tick_cents: int) -> Apply:
    """A handle pulled or pushed: prices go from tick to tick, and no point leaves the stretch from floor to start."""

    def apply(drawing: Drawing, _: str) -> Drawing:
        try:
            at_us, cents = int(form.get("to_us", "")), int(form.get("to_cents", ""))
        except ValueError:
            raise Invalid("handle", "a time and a price") from None
        before = next((one for one in drawing.handles() if one.name == name), None)
        if before is not None and before.moves != ACROSS and cents != before.cents:
            cents = max(tick_cents, round(cents / tick_cents) * tick_cents)
            if name.startswith("point-"):
                cents = min(max(cents, drawing.floor_cents), drawing.start_cents)
        if before is not None and before.moves == UPRIGHT:
            at_us = before.elapsed_us
        return drawing.moved(name, at_us, cents)

    return apply


def _acted(drawing: Drawing, act: str) -> Drawing:
    """``add`` a point in the middle of the longest stretch, ``remove-2`` one."""
    shape: Any = drawing.curve.shape
    if not isinstance(shape, Points | Steps):
        raise Invalid("points", "only a curve of points has points")
    points = list(shape.points)
    verb, _, number = act.partition("-")
    if verb == "add":
        if len(points) >= MOST_POINTS:
            raise Invalid("points", f"at most {MOST_POINTS} points")
        ends = [*(at_us for at_us, _ in points), drawing.curve.span_us]
        index = max(range(len(points)), key=lambda i: ends[i + 1] - ends[i])
        middle_us = (ends[index] + ends[index + 1]) // 2
        minute_us = middle_us // MINUTE_US * MINUTE_US
        at_us = minute_us if minute_us > ends[index] else middle_us
        low = points[index + 1][1] if index + 1 < len(points) else points[index][1]
        points.insert(index + 1, (at_us, ((points[index][1] + low) / 2).quantize(_SHARE, ROUND_FLOOR).normalize()))
    elif verb == "remove" and number.isdecimal() and 0 < int(number) < len(points):
        del points[int(number)]
    else:
        raise Invalid("points", "which point?")
    return replace(drawing, curve=replace(drawing.curve, shape=replace(shape, points=tuple(points))))
