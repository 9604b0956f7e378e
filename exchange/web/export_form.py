"""What is asked of an export: as the form has it, and as the process takes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from exchange.errors import Invalid
from exchange.export.excerpt import OFFERED, Excerpt, shapes_here
from exchange.instant import Instant
from exchange.web.stretch_form import instant_of
from exchange.web.visit import Visit

FIELDS = ("sector", "dataset", "from", "until", "shape")


@dataclass
class Typed:
    """A form as it was filled in, with what is wrong with it by field."""

    values: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)


def read(seen: Visit, given: Mapping[str, str], sectors: list[str]) -> Excerpt | Typed:
    """The export asked for, or the form with what is wrong with it."""
    typed = Typed({name: given.get(name, "").strip()[:40] for name in FIELDS})
    values = typed.values
    shape = next((one for one in shapes_here() if one == values["shape"]), None)
    from_at, until_at = (_instant(seen, typed, name) for name in ("from", "until"))
    right = {
        "sector": values["sector"] in sectors,
        "dataset": values["dataset"] in OFFERED,
        "until": not 0 < until_at <= from_at,
        "shape": shape is not None,
    }
    for name in (name for name, so in right.items() if not so):
        typed.problems.setdefault(name, seen.t(f"export.error.{name}"))
    if typed.problems or shape is None:
        return typed
    return Excerpt(values["sector"], values["dataset"], shape, from_at, until_at)


def _instant(seen: Visit, typed: Typed, name: str) -> Instant:
    """The instant of a field; 0 and a problem where there is none."""
    try:
        found = instant_of(name, typed.values[name])
    except Invalid:
        found = None
    if found is None or found <= 0:
        typed.problems[name] = seen.t(f"export.error.{name}")
        return 0
    return found
