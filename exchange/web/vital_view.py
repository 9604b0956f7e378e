"""The house's health over time, drawn small: a line, its limit, and the same in words."""

from dataclasses import dataclass

from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from exchange.reports.vitals import KEPT_US, LIMITS, Minute, Past, minutes, past
from exchange.web import formats
from exchange.web.premises import premises
from exchange.web.visit import Visit

WIDTH, HEIGHT, EDGE = 320, 36, 3
SPANS = {"stunde": (HOUR_US, 60), "tag": (DAY_US, 144), "woche": (KEPT_US, 168)}
"""How far back, and in how many points."""


@dataclass(frozen=True, slots=True)
class Spark:
    """A drawing: the line in pieces where nothing was kept between, the limit's height, the last point."""

    paths: list[str]
    limit: float | None
    end: tuple[float, float] | None
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class VitalView:
    """One figure: what it is now, the worst of the stretch, its limit, the drawing with a sentence."""

    key: str
    name: str
    now: str
    worst: str
    limit: str
    tone: str
    label: str
    spark: Spark
    kept: str


def vital_views(seen: Visit, span: str) -> list[VitalView]:
    """All figures over a stretch."""
    back_us, many = SPANS[span]
    until = seen.now - seen.now % MINUTE_US + MINUTE_US
    with premises().reading() as connection:
        found = minutes(connection, until - back_us)
    return [_view(seen, past(found, name, until - back_us, until, many)) for name in LIMITS]


def small_sparks(seen: Visit, found: list[Minute], names: dict[str, str]) -> dict[str, Spark]:
    """The strip's: an hour of each figure, by the tile's key."""
    until = seen.now - seen.now % MINUTE_US + MINUTE_US
    return {
        key: spark(past(found, name, until - HOUR_US, until, 60), 80, 22, with_limit=False)
        for key, name in names.items()
    }


def spark(one: Past, width: int = WIDTH, height: int = HEIGHT, *, with_limit: bool = True) -> Spark:
    """Points as pieces of a line, from nothing at the bottom to the highest, or the limit, at the top."""
    limit = one.limit if with_limit else None
    top = max(one.highest or 0, limit or 0) or 1
    step = (width - 2 * EDGE) / max(1, len(one.points) - 1)

    def spot(place: int, value: int) -> tuple[float, float]:
        return round(EDGE + place * step, 1), round(height - EDGE - (height - 2 * EDGE) * value / top, 1)

    pieces: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(one.points):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(spot(place, value))
    paths = [_path(piece) for piece in pieces if piece]
    last = next((piece[-1] for piece in reversed(pieces) if piece), None)
    return Spark(paths, None if limit is None else spot(0, limit)[1], last, width, height)


def _path(piece: list[tuple[float, float]]) -> str:
    (x, y), *rest = piece
    return f"M{x:g} {y:g}" + ("".join(f"L{a:g} {b:g}" for a, b in rest) or "h.5")


def _view(seen: Visit, one: Past) -> VitalView:
    name = seen.t(f"vital.{one.name}")
    now, worst = (_text(seen, one.name, value) for value in (one.now, one.highest))
    over = one.limit is not None and one.now is not None and one.now > one.limit
    limit = "" if one.limit is None else _text(seen, one.name, one.limit)
    label = seen.t("vital.label", name=name, now=now, worst=worst, limit=limit or seen.t("vital.no_limit"))
    kept = formats.number(one.kept, seen.lang)
    return VitalView(one.name, name, now, worst, limit, "warn" if over else "", label, spark(one), kept)


def _text(seen: Visit, name: str, value: int | None) -> str:
    if value is None:
        return "–"
    if not name.endswith("_us"):
        return formats.number(value, seen.lang)
    if value < SECOND_US:
        return f"{value // 1_000}{formats.NBSP}ms"
    return f"{formats.tenths(value, seen.lang)}{formats.NBSP}s"
