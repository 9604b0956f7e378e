"""Arms in words and small drawings: a figure with its interval, and how far it is from the reference."""

from dataclasses import dataclass

from exchange.instant import HOUR_US
from exchange.reports.arm_figures import FIGURES, ArmFigures, Comparison, Verdict
from exchange.reports.arms import Version
from exchange.reports.resampling import Estimate
from exchange.web import formats
from exchange.web.visit import Visit

WIDTH, HEIGHT, EDGE = 220, 20, 6
BETTER_HIGH = ("price", "sell_through", "revenue")
"""More of these is better; a later sale is neither better nor worse."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An interval on a scale, in pixels: from, to, the figure, and where nothing lies (None: off the scale)."""

    low: float
    high: float
    value: float
    zero: float | None = None
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: text, its interval in words, the drawing, a tone (empty: grey) and a word for it."""

    text: str
    span: str
    mark: Mark | None
    tone: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One arm under one figure."""

    arm: str
    cases: str
    figure: Cell
    apart: Cell | None


@dataclass(frozen=True, slots=True)
class Panel:
    """One figure with all arms; ``label`` says the drawing in a sentence."""

    key: str
    name: str
    label: str
    lines: list[Line]


def panels(seen: Visit, found: Comparison, versions: list[Version]) -> list[Panel]:
    """The four figures, revenue first: the rule looks at it."""
    names = {one.number: arm_name(one) for one in versions}
    return [_panel(seen, key, found, names) for key in ("revenue", "sell_through", "price", "age") if key in FIGURES]


def arm_name(version: Version) -> str:
    """``v14 · BU v14``."""
    return f"v{version.number} · {version.name}"


def verdict_text(seen: Visit, verdict: Verdict) -> str:
    """What the stop rule says, in a sentence."""
    blanks: dict[str, object] = {"cases": formats.number(verdict.cases, seen.lang)}
    if verdict.look is not None:
        blanks["look"] = formats.number(verdict.look, seen.lang)
    if verdict.next_look is not None:
        blanks["next"] = formats.number(verdict.next_look, seen.lang)
    if verdict.apart is not None:
        blanks |= {"arm": f"v{verdict.arm}", "apart": signed(seen, "revenue", verdict.apart.value)}
        blanks["span"] = span(seen, "revenue", verdict.apart, sign=True)
        blanks["level"] = percent(seen, verdict.level)
    return seen.t(f"arms.verdict.{verdict.state}", **blanks)


def figure_text(seen: Visit, key: str, value: float) -> str:
    """A figure in its own unit."""
    if key == "age":
        return _running(round(value))
    return percent(seen, value) if key == "sell_through" else seen.money(round(value))


def _running(span_us: int) -> str:
    """``3:24 min``, from an hour on ``1 h 03``."""
    return formats.age(span_us) if span_us >= HOUR_US else f"{formats.countdown(span_us)}{formats.NBSP}min"


def signed(seen: Visit, key: str, value: float) -> str:
    """The same with its sign, for differences; shares in percentage points."""
    sign = "+" if value > 0 else formats.MINUS if value < 0 else "±"
    if key == "sell_through":
        return f"{sign}{percent(seen, abs(value), points=True)}"
    return sign + figure_text(seen, key, abs(value))


def percent(seen: Visit, share: float, *, points: bool = False) -> str:
    """``12,5 %``."""
    text = f"{100 * share:.1f}".replace(".", "." if seen.lang == "en" else ",")
    unit = seen.t("arms.points") if points else "%"
    return f"{text}{unit}" if seen.lang == "en" and not points else f"{text}{formats.NBSP}{unit}"


def span(seen: Visit, key: str, found: Estimate, *, sign: bool = False) -> str:
    """``12,00 € bis 15,50 €``."""
    write = signed if sign else figure_text
    return seen.t("arms.span", low=write(seen, key, found.low), high=write(seen, key, found.high))


def _panel(seen: Visit, key: str, found: Comparison, names: dict[int, str]) -> Panel:
    figures = _scale([one.figures[key] for one in found.arms])
    aparts = _scale([one.apart.get(key) for one in found.arms], zero=True)
    lines = [_line(seen, key, one, names, figures, aparts) for one in found.arms]
    said = "; ".join(f"{line.arm} {line.figure.text} ({line.figure.span})" for line in lines)
    return Panel(
        key, seen.t(f"arms.figure.{key}"), seen.t("arms.plot", what=seen.t(f"arms.figure.{key}"), said=said), lines
    )


Scale = tuple[float, float]


def _line(
    seen: Visit, key: str, one: ArmFigures, names: dict[int, str], figures: Scale | None, aparts: Scale | None
) -> Line:
    estimate, apart = one.figures[key], one.apart.get(key)
    few = Cell(seen.t("arms.few"), "", None)
    figure = few
    if estimate is not None:
        figure = Cell(figure_text(seen, key, estimate.value), span(seen, key, estimate), _mark(estimate, figures))
    cases = formats.number(one.leads if estimate is None else estimate.cases, seen.lang)
    compared = None if not one.apart else few
    if apart is not None:
        tone, word = _tone(key, apart)
        compared = Cell(
            signed(seen, key, apart.value), span(seen, key, apart, sign=True), _mark(apart, aparts), tone, seen.t(word)
        )
    return Line(names.get(one.arm, f"v{one.arm}"), cases, figure, compared)


def _tone(key: str, apart: Estimate) -> tuple[str, str]:
    """Coloured only where the interval excludes zero."""
    if not apart.excludes_zero:
        return "", "arms.same"
    if key not in BETTER_HIGH:
        return "acc", "arms.later" if apart.value > 0 else "arms.sooner"
    return ("ok", "arms.more") if apart.value > 0 else ("bad", "arms.less")


def _scale(found: list[Estimate | None], *, zero: bool = False) -> Scale | None:
    known = [one for one in found if one is not None]
    if not known:
        return None
    low, high = min(one.low for one in known), max(one.high for one in known)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    return (low, high if high > low else low + 1)


def _mark(one: Estimate, scale: Scale | None) -> Mark | None:
    if scale is None:
        return None
    low, high = scale

    def place(value: float) -> float:
        return round(EDGE + (WIDTH - 2 * EDGE) * (value - low) / (high - low), 1)

    return Mark(place(one.low), place(one.high), place(one.value), place(0.0) if low <= 0 <= high else None)
